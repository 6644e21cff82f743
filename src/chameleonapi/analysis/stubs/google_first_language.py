"""Natural Language's first Python client: ``language.Client().document_from_text(text)``.

Replaced in 2017, and still in some applications. A document asks the API itself. What it returns
was the sentiment or the list of entities at first, and a message that holds them later: both are
understood. The type of an entity is a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.items import get_item
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import iterate, length, truth
from chameleonapi.analysis.engine.values import Native, Opaque, SizedList, Unknown
from chameleonapi.analysis.stubs.answers import Message, as_dictionary, as_message
from chameleonapi.analysis.stubs.requests_shape import request_shape

__all__ = ["FirstLanguageClient"]

_MAKING = frozenset(
    {"document_from_text", "document_from_html", "document_from_url", "document_from_gcs_url"}
)
_OF_ENTITY = {"entity_type": "type"}
_SENTIMENT = "google.language.analyze_sentiment"
_ENTITIES = "google.language.analyze_entities"


class FirstLanguageClient(Opaque):
    """The client."""

    __slots__ = ()
    name = "Client"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method that makes a document."""
        del machine
        if name in _MAKING:
            return Native(name, lambda _m, a, n: _Document((a, n)))
        return Unknown(f"google.cloud.language.Client().{name}")


class _Document(Opaque):
    """A document of that client."""

    __slots__ = ("source",)
    name = "Document"

    def __init__(self, source: Any) -> None:
        self.source = source

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method that asks the API."""
        del machine
        if name == "analyze_sentiment":
            return Native(name, lambda m, _a, _n: _Sentiment(self._ask(m, _SENTIMENT)))
        if name == "analyze_entities":
            return Native(name, lambda m, _a, _n: _Entities(m, self._ask(m, _ENTITIES)))
        return Unknown(f"google.cloud.language.document.{name}")

    def _ask(self, machine: Machine, api: str) -> Message:
        answer = machine.call_api((api,), request_shape(), (id(self.source), api))
        return as_message(api, answer)


class _Sentiment(Opaque):
    """The sentiment of a document, and the message that holds it."""

    __slots__ = ("message",)
    name = "Sentiment"

    def __init__(self, message: Message) -> None:
        self.message = message

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a number of the sentiment, or a part of the message."""
        if name in {"sentences", "language"}:
            return get_attribute(machine, self.message, name)
        sentiment = get_attribute(machine, self.message, "document_sentiment")
        if name == "sentiment":
            return sentiment
        return get_attribute(machine, sentiment, "score" if name == "polarity" else name)


class _Entities(Opaque):
    """The entities of a document, and the message that holds them."""

    __slots__ = ("found", "message")
    name = "EntityResponse"

    def __init__(self, machine: Machine, message: Message) -> None:
        self.message = message
        listed = get_attribute(machine, message, "entities")
        self.found = SizedList([_Entity(one) for one in listed], listed.size)

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the entities, or a part of the message."""
        return self.found if name == "entities" else get_attribute(machine, self.message, name)

    def iterate(self, machine: Machine) -> Iterator[Any]:
        """Yield the entities."""
        return iterate(machine, self.found)

    def length(self, machine: Machine) -> Any:
        """Return how many there are."""
        return length(machine, self.found)

    def truth(self, machine: Machine) -> bool:
        """Return whether there are any."""
        return truth(machine, self.found)

    def item(self, machine: Machine, key: Any) -> Any:
        """Return one of the entities."""
        return get_item(machine, self.found, key)


class _Entity(Opaque):
    """An entity, whose type is a text."""

    __slots__ = ("message",)
    name = "Entity"

    def __init__(self, message: Message) -> None:
        self.message = message

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a field."""
        if name in _OF_ENTITY:
            fields = as_dictionary(machine, self.message, keeps_empty=True)
            return get_item(machine, fields, _OF_ENTITY[name])
        if name == "wikipedia_url":
            metadata = get_attribute(machine, self.message, "metadata")
            return get_item(machine, metadata, name)
        return get_attribute(machine, self.message, name)
