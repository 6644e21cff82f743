"""Clients that reach a function from outside: told by a method that only they have."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.values import Unknown
from chameleonapi.analysis.stubs import amazon, google_clients

__all__ = ["attribute"]

_GOOGLE = {
    **dict.fromkeys(google_clients.VISION_METHODS, "vision"),
    **dict.fromkeys(google_clients.LANGUAGE_METHODS, "language"),
    "annotate_image": "vision",
    "batch_annotate_images": "vision",
}
_KNOWN = frozenset({*_GOOGLE, *(name for one in amazon.METHODS.values() for name in one)})
_OF_OTHERS = frozenset({"azure", "msrest", "clarifai", "ibm_watson", "torchvision", "transformers"})


def attribute(machine: Machine, value: Unknown, name: str) -> Any:
    """Return the method of a client that is not known otherwise.

    Only where the project speaks of the provider, and where the value may be a client: not a
    member of some other library's module.
    """
    if name not in _KNOWN or value.is_tainted or value.parts is not None:
        return MISSING
    mentions = machine.linker.project_mentions
    service = _GOOGLE.get(name)
    is_named = service is not None and _is_named(value.path, service) and mentions("google.cloud")
    if not (is_named or _may_be_client(value.path)):
        return MISSING
    if service is not None and mentions(service):
        return google_clients.method_named(service, name) or MISSING
    for known, methods in amazon.METHODS.items():
        if name in methods and mentions("boto") and mentions(known):
            return amazon.method_named(known, name) or MISSING
    return MISSING


def _is_named(path: str, service: str) -> bool:
    """Tell whether something of a module that is not there is called like the service."""
    root, _, name = path.partition(".")
    return service in name.rpartition(".")[2].lower() and root not in _OF_OTHERS


def _may_be_client(path: str) -> bool:
    named = any(one in path for one in ("boto3", "google.cloud"))
    return named or "client" in path.lower() or path.startswith("parameter ")
