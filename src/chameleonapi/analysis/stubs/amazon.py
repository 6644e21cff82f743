"""Amazon's clients: boto3, sessions of it, and its asynchronous relatives."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.values import Native, Opaque, Unknown
from chameleonapi.analysis.stubs.answers import as_dictionary, as_message
from chameleonapi.analysis.stubs.requests_shape import request_shape
from chameleonapi.apis import iter_apis

__all__ = ["METHODS", "attribute", "call"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]

METHODS = {
    service: {one.operation: one.id for one in iter_apis() if one.id.startswith(f"aws.{service}.")}
    for service in ("rekognition", "comprehend")
}


class AmazonClient(Opaque):
    """A client of one service."""

    __slots__ = ("service",)
    name = "Client"

    def __init__(self, service: str) -> None:
        self.service = service

    @property
    def rendering(self) -> str:
        """How it appears in effects."""
        return f"<{self.service} client>"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method of the client."""
        del machine
        return method_named(self.service, name) or Unknown(f"{self.service}.{name}")

    def enter(self, _machine: Machine) -> Any:
        """Return itself (``async with session.client(...)``)."""
        return self


def method_named(service: str, name: str) -> Native | None:
    """Return a method of a client by its name."""
    api = METHODS[service].get(name)
    if api is None:
        return None
    return Native(name, lambda m, _a, n: _detect(m, api, n))


def _detect(machine: Machine, api: str, named: Named) -> Any:
    shape = request_shape(
        results=named.get("MaxLabels"),
        percent=named.get("MinConfidence"),
        language=named.get("LanguageCode"),
    )
    message = as_message(api, machine.call_api((api,), shape, named))
    made = as_dictionary(machine, message, keeps_empty=True)
    made["ResponseMetadata"] = {"HTTPStatusCode": 200, "RetryAttempts": 0}
    return made


def attribute(_machine: Machine, _value: Unknown, _name: str) -> Any:
    """Model nothing: modules and sessions are unknowns with a path."""
    return MISSING


def call(_machine: Machine, function: Unknown, arguments: Arguments, named: Named) -> Any:
    """Model ``boto3.client(...)`` and ``session.client(...)``."""
    last = function.path.rsplit(".", 1)[-1]
    if last not in ("client", "create_client"):
        return MISSING
    service = arguments[0] if arguments else named.get("service_name")
    if isinstance(service, str) and service in METHODS:
        return AmazonClient(service)
    return MISSING
