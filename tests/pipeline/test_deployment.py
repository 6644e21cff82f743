"""Publishing and rolling back in a server that runs: registry, predictor, administration."""

import contextlib
import http.client
import json
import threading

import boto3
import numpy as np
import pytest
import torch
from botocore.config import Config

from chameleonapi import decision as d
from chameleonapi.errors import ModelError, UnknownNameError
from chameleonapi.models import (
    LinearHead,
    Manifest,
    ModelRegistry,
    SharedBackbonePredictor,
    labels_digest,
)
from chameleonapi.pipeline.deployment import RegistryDeployment
from chameleonapi.serving import AdminConfig, AdminToken, ServerConfig, start_server

SECRET = "correct-horse-battery"
LABELS = ("Dog", "Cat", "Car")


class Level:
    """A backbone that sees one number in a picture."""

    name, sha256, dimension, side = "test:level", "0" * 64, 1, 1

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype("float32"))

    def features(self, pixels):
        return pixels.reshape(len(pixels), -1)[:, :1] / 255


class Reader:
    id = "test/1"

    def __call__(self, content, side):
        return np.full((side, side, 1), content[0], np.uint8)


def sees(label):
    """A head that is sure of one label."""
    bias = torch.tensor([9.0 if one == label else -9.0 for one in LABELS])
    return LinearHead(LABELS, torch.zeros(3, 1), bias, torch.zeros(1), torch.ones(1))


def manifest(**changes):
    known = {
        "name": "generic",
        "kind": "generic",
        "backbone": Level.name,
        "backbone_sha256": Level.sha256,
        "reader": Reader.id,
        "labels_digest": labels_digest(LABELS),
    }
    return Manifest(**{**known, **changes})


PROCESS = d.DecisionProcess(
    id="app.py:1",
    api="aws.rekognition.detect_labels",
    call=d.Span("app.py", 1),
    kind=d.Kind.TRUE_FALSE,
    rules=d.Cases((d.Case(d.Exists("a1"), "walk"),), "stay"),
    outcomes=(d.Outcome("walk"), d.Outcome("stay")),
    atoms=(d.Atom("a1", "Labels", (d.LabelTest("Name", d.LabelSet.of("Dog")),)),),
)


@pytest.fixture
def registry(tmp_path):
    found = ModelRegistry(tmp_path)
    found.publish("generic", sees("Car"), manifest())
    found.publish("pets", sees("Dog"), manifest(name="pets"), process=PROCESS)
    found.publish("pets", sees("Cat"), manifest(name="pets", seed=1), process=PROCESS)
    return found


@pytest.fixture
def predictor(registry):
    heads = {"pets": registry.load("pets").head}
    return SharedBackbonePredictor(
        Level(), registry.load("generic").head, heads, read_picture=Reader()
    )


@pytest.fixture
def server(registry, predictor):
    config = ServerConfig(admin=AdminConfig(AdminToken(SECRET)))
    deployment = RegistryDeployment(registry, predictor)
    with start_server(predictor, config, deployment=deployment) as running:
        yield running


def change(server, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.admin_port, timeout=20)
    headers = {"authorization": f"Bearer {SECRET}"}
    with contextlib.closing(connection):
        connection.request("POST", f"/applications/{path}", body, headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())


def client(server, application):
    return boto3.client(
        "rekognition",
        region_name="eu-west-1",
        endpoint_url=f"{server.endpoint.http_url}/a/{application}",
        aws_access_key_id="A",
        aws_secret_access_key="s",
        config=Config(retries={"total_max_attempts": 1}),
    )


def seen(caller):
    return [one["Name"] for one in caller.detect_labels(Image={"Bytes": b"x"})["Labels"]]


def test_a_process_comes_back_from_the_registry(registry):
    assert registry.decision("pets") == PROCESS
    assert registry.decision("generic") is None
    file = registry.root / "objects" / registry.resolve("pets").digest / "decision.json"
    file.write_text(file.read_text().replace("Dog", "Cow"))
    with pytest.raises(ModelError, match=r"decision\.json.*not what was published"):
        registry.decision("pets")


def test_restore_keeps_what_came_later(registry):
    old, new = registry.history("pets")
    assert registry.restore(f"pets@{old.digest[:12]}") == old
    assert registry.resolve("pets") == old
    assert registry.history("pets") == (new, old)


def test_roll_back_and_publish_again(server, registry):
    old, new = registry.history("pets")
    caller = client(server, "pets")
    assert seen(caller) == ["Cat"]
    status, told = change(server, "pets/rollback")
    assert (status, told["version"], told["earlier"]) == (200, old.digest, [new.digest])
    assert seen(caller) == ["Dog"]
    assert registry.resolve("pets") == old
    body = json.dumps({"version": new.digest[:10]})
    assert change(server, "pets/publish", body)[1]["version"] == new.digest
    assert seen(caller) == ["Cat"]
    assert registry.resolve("pets") == new


def test_what_was_customised_meanwhile_is_published(server, registry):
    registry.publish("pets", sees("Car"), manifest(name="pets", seed=2))
    registry.publish("cars", sees("Car"), manifest(name="cars"))
    caller = client(server, "pets")
    assert seen(caller) == ["Cat"]
    assert change(server, "pets/publish")[0] == 200
    assert seen(caller) == ["Car"]
    assert change(server, "cars/publish")[0] == 200
    assert seen(client(server, "cars")) == ["Car"]


def test_what_cannot_be_served_leaves_the_present_model(server, registry):
    other = manifest(name="pets", backbone="test:another")
    registry.publish("pets", sees("Dog"), other)
    status, told = change(server, "pets/publish")
    assert status == 409
    assert "made for the backbone test:another" in told["error"]["message"]
    assert change(server, "pets/publish", '{"version": "ffffffffff"}')[0] == 409
    assert change(server, "nobody/publish")[0] == 404
    assert change(server, "generic/rollback")[0] == 409
    assert seen(client(server, "pets")) == ["Cat"]


def test_changes_under_load_fail_no_request(server, registry):
    """Each answer is that of one of the two versions."""
    failures, answers, stop = [], set(), threading.Event()

    def ask():
        caller = client(server, "pets")
        try:
            while not stop.is_set():
                answers.update(seen(caller))
        except Exception as error:  # noqa: BLE001 -- any failure is one
            failures.append(error)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for one in asking:
        one.start()
    for _ in range(20):
        assert change(server, "pets/rollback")[0] == 200
    stop.set()
    for one in asking:
        one.join()
    assert not failures
    assert answers == {"Dog", "Cat"}


def test_names_that_are_not_there(registry, predictor):
    deployment = RegistryDeployment(registry, predictor)
    with pytest.raises(UnknownNameError, match="nobody"):
        deployment.publish("nobody")
    assert [one.application for one in deployment.models()] == ["", "pets"]
    assert deployment.models()[1].process == PROCESS
