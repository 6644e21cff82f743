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
_BATCHED = ("sentiment", "entities", "key_phrases", "dominant_language")
METHODS["comprehend"].update(
    {f"batch_detect_{name}": f"aws.comprehend.detect_{name}" for name in _BATCHED}
)


_MOST_TEXTS = 25  # that one call may ask about


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
    run = _detect_batch if name.startswith("batch_") else _detect
    return Native(name, lambda m, _a, n: run(m, api, n))


def _detect(machine: Machine, api: str, named: Named) -> Any:
    shape = request_shape(
        results=named.get("MaxLabels"),
        percent=named.get("MinConfidence"),
        language=named.get("LanguageCode"),
    )
    message = as_message(api, machine.call_api((api,), shape, named))
    made = as_dictionary(machine, message, keeps_empty=True)
    made.add("ResponseMetadata", {"HTTPStatusCode": 200, "RetryAttempts": 0})
    return made


def _detect_batch(machine: Machine, api: str, named: Named) -> Any:
    """Answer for each text of a list: all alike, as one text is what a decision is about."""
    texts = named.get("TextList")
    count = len(texts) if isinstance(texts, (list, tuple)) and texts else 1
    if count > 1 or not isinstance(texts, (list, tuple)) or any(map(_is_one_of_many, texts)):
        machine.gap(
            "several-inputs",
            "Several texts are asked about in one call; one of them was followed.",
        )
    one = _detect(machine, api, named)
    meta = one.pop("ResponseMetadata")
    rows = [one.with_items({"Index": place, **one}) for place in range(min(count, _MOST_TEXTS))]
    return {"ResultList": rows, "ErrorList": [], "ResponseMetadata": meta}


def _is_one_of_many(value: Any) -> bool:
    """Tell whether a value stands for the items of a list of unknown length."""
    return isinstance(value, Unknown) and "[i]" in value.path


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
