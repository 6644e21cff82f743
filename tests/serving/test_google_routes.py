"""The table of methods against Google's own descriptions of its services."""

import inspect
import re
from functools import cache

import pytest
from google.cloud import language_v1, language_v2, vision_v1

from chameleonapi.serving.google import METHODS, rest_method

# Methods that applications do not call for an analysis: operations and product search.
BESIDE = ("operations", "locations", "products", "productSets", "referenceImages")
DISCOVERED = [("vision", "v1"), ("vision", "v1p1beta1"), ("vision", "v1p2beta1")] + [
    ("language", one) for one in ("v1", "v1beta2", "v2")
]


@cache
def methods_of(service, version):
    documents = pytest.importorskip("googleapiclient.discovery_cache")
    import json
    from pathlib import Path

    folder = Path(documents.__file__).parent / "documents"
    described = json.loads((folder / f"{service}.{version}.json").read_text())

    def walk(resources):
        for name, one in resources.items():
            if name in BESIDE:
                continue
            yield from one.get("methods", {}).values()
            yield from walk(one.get("resources", {}))

    return [one for one in walk(described["resources"]) if one["httpMethod"] == "POST"]


@pytest.mark.parametrize(("service", "version"), DISCOVERED)
def test_every_address_that_google_documents_is_known(service, version):
    found = methods_of(service, version)
    assert len(found) >= 5
    for one in found:
        path = "/" + one.get("flatPath", one["path"]).replace("{", "").replace("}", "")
        method, parent = rest_method(path)
        assert method is not None, path
        assert bool(parent) == ("projects/" in path)


@pytest.mark.parametrize("package", [vision_v1, language_v1, language_v2])
def test_every_method_of_the_clients_is_known_by_its_name(package):
    client = getattr(package, "ImageAnnotatorClient", None) or package.LanguageServiceClient
    source = inspect.getsource(inspect.getmodule(client.get_transport_class("grpc")))
    named = set(re.findall(r'"(/google\.cloud\.(?:vision|language)\.[^"]+)"', source))
    assert named
    version = package.__name__.rpartition("_")[2]
    ours = {one for one in METHODS if one.startswith("/google.cloud.") and f".{version}." in one}
    assert named <= ours


def test_addresses_that_are_none():
    for path in ("", "/", "/v1", "//", "/v1/images:nothing", "/v3/documents:analyzeSentiment"):
        assert rest_method(path)[0] is None
