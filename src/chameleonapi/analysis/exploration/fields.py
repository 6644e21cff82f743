"""What the fields of an answer are: the API's spec seen from the leaf of an expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from chameleonapi.analysis.expressions import Leaf
from chameleonapi.analysis.trace import Fact, Step
from chameleonapi.apis import ApiSpec, FieldKind, FieldSpec, elements, read_field

__all__ = [
    "SINGLE_COLLECTIONS",
    "as_json",
    "field_spec",
    "is_list",
    "is_record_list",
    "length_of",
    "lists_gone_through",
    "slot_of",
    "value_at",
]

# The element of these collections is one object, not an item of a list.
SINGLE_COLLECTIONS: Final = frozenset({"", "safeSearchAnnotation"})
_FLAG: Final = ("false", "true")
_INDEX: Final = re.compile(r"\.\d+(?=\.|$)")


def is_list(collection: str) -> bool:
    """Return whether a collection is a list of elements."""
    return collection not in SINGLE_COLLECTIONS


def length_of(leaf: Leaf) -> str | None:
    """Return the collection whose length a leaf is, or None."""
    return leaf.collection if leaf.index < 0 and leaf.field == "#" else None


def slot_of(leaf: Leaf) -> str:
    """Return the collection in which the leaf's element stands; empty for the whole answer."""
    return leaf.collection


def value_at(spec: ApiSpec, leaf: Leaf, answer: Mapping[str, Any]) -> Any:
    """Return the value of a leaf in an answer, as the application reads it."""
    collection = length_of(leaf)
    if collection is not None:
        return len(elements(answer, collection))
    source: Any = answer
    if leaf.collection and leaf.index >= 0:
        rows = elements(answer, leaf.collection)
        source = rows[leaf.index] if leaf.index < len(rows) else {}
    elif leaf.collection:
        source = next(iter(elements(answer, leaf.collection)), {})
    value = read_field(source, leaf.field)
    return field_spec(spec, leaf).default if value is None else value


def field_spec(spec: ApiSpec, leaf: Leaf) -> FieldSpec:
    """Return the spec of a leaf's field; one without documentation is free text.

    The path of the result has ``*`` in place of an index that the API's spec does not name.
    """
    found = spec.collection(leaf.collection)
    documented = (*(found.fields if found else ()), *spec.answer_fields)
    starred = _INDEX.sub(".*", leaf.field)
    for path in (leaf.field, starred):
        for one in documented:
            if one.path == path:
                if "*" in path and is_record_list(documented, path):
                    return replace(one, path=leaf.field)  # such items are told apart by place
                return one
    if leaf.field.endswith("#"):
        return FieldSpec(leaf.field, FieldKind.NUMBER, high=20.0, default=0.0)
    return FieldSpec(starred, FieldKind.TEXT, default="")


def is_record_list(documented: Iterable[FieldSpec], path: str) -> bool:
    """Return whether the items of a list inside an element hold more than a name each."""
    outer = path.split(".*", maxsplit=1)[0]
    return any(
        one.kind is FieldKind.NUMBER and one.path.startswith(f"{outer}.*") for one in documented
    )


def lists_gone_through(spec: ApiSpec, steps: Iterable[Step]) -> list[str]:
    """Return the lists at which a run looked: tests may stand in a loop over one only."""
    paths = {
        _INDEX.sub(".*", f"{one.place.prefix}{one.key}")
        for one in steps
        if isinstance(one, Fact) and one.key and not one.place.collection and not one.place.is_fixed
    }
    found = [one.path for one in spec.collections if is_list(one.path)]
    return [
        one for one in found if any(one == path or one.startswith(f"{path}.*") for path in paths)
    ]


def as_json(field: FieldSpec, value: Any) -> Any:
    """Return the value as it stands in the provider's JSON: flags are booleans there."""
    if field.values == _FLAG:
        return value == "true"
    return value
