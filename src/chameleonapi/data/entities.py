"""Who and what a text names, as tables give it."""

from __future__ import annotations

import itertools
import json
from typing import Any

from chameleonapi.decision import TrueEntity
from chameleonapi.errors import DataError

__all__ = ["entity_records", "read_entities", "read_entity_cell"]

_FORM = '[{"type": "PERSON", "text": "Ann", "begin": 0}]'
_HINT = f"Write a list such as {_FORM}; `begin` counts characters (code points) from zero."


def read_entities(value: object, text: str, where: str) -> tuple[TrueEntity, ...]:
    """Return the mentions of a text, in its order, checked against it.

    ``begin`` may be left out where the text has the words once only.

    Raises:
        DataError: if one has another form, does not stand where it should, or shares characters
            with another.
    """
    if not isinstance(value, list):
        raise DataError(f"{where}: 'entities' is a {type(value).__name__}.", hint=_HINT)
    found = sorted((_read(one, text, where) for one in value), key=lambda one: one.begin)
    for before, after in itertools.pairwise(found):
        if after.begin < before.end:
            raise DataError(
                f"{where}: {text[before.begin : before.end]!r} and "
                f"{text[after.begin : after.end]!r} share characters.",
                hint="Give the longer of the two only: a character belongs to one mention.",
            )
    return tuple(found)


def read_entity_cell(cell: str, text: str, where: str) -> tuple[TrueEntity, ...]:
    """Return the mentions that a cell of a CSV file holds, as a JSON list; an empty one has none.

    Raises:
        DataError: as for ``read_entities``.
    """
    if not cell.strip():
        return ()
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: 'entities' is no JSON: {error}.", hint=_HINT) from None
    return read_entities(value, text, where)


def entity_records(entities: tuple[TrueEntity, ...], text: str) -> list[dict[str, Any]]:
    """Return the mentions as a table gives them."""
    return [
        {"type": one.label, "text": text[one.begin : one.end], "begin": one.begin}
        for one in entities
    ]


def _read(record: object, text: str, where: str) -> TrueEntity:
    if not isinstance(record, dict) or not {"type", "text"} <= set(record) <= {
        "type",
        "text",
        "begin",
    }:
        raise DataError(f"{where}: {record!r:.80} is no entity.", hint=_HINT)
    kind, words, begin = record["type"], record["text"], record.get("begin")
    if not isinstance(kind, str) or not kind or not isinstance(words, str) or not words.strip():
        raise DataError(f"{where}: {record!r:.80} names no type or no words.", hint=_HINT)
    if begin is None:
        count = text.count(words)
        if count != 1:
            raise DataError(
                f"{where}: {words!r:.60} stands {count} times in the text.",
                hint="Say which one is meant with `begin`." if count else _HINT,
            )
        begin = text.index(words)
    if type(begin) is not int or begin < 0 or text[begin : begin + len(words)] != words:
        there = text[begin : begin + len(words)] if type(begin) is int and begin >= 0 else ""
        place = text.find(words)
        known = f"It stands at {place}. " if place >= 0 else "The text does not have it. "
        raise DataError(
            f"{where}: {words!r:.60} does not stand at {begin!r:.20}: there is {there!r:.60}.",
            hint=known + "Count characters (code points), not bytes or UTF-16 units.",
        )
    return TrueEntity(kind, begin, begin + len(words))
