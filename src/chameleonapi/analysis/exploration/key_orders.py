"""Dictionaries that are equal and were made in another order, as one effect.

What is put into a dictionary while labels are looked at stands there in the order of the labels;
whoever compares the dictionary or reads a key of it sees no difference. The order that was met
first is the one that is told.
"""

from __future__ import annotations

import re
from typing import Final

from chameleonapi.analysis.trace import NOTHING

__all__ = ["KeyOrders"]

_ANSWER: Final = "<answer>"
_TEXT: Final = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_DATA: Final = rf"(?:{_ANSWER}|\[{_ANSWER}(?:{NOTHING[len(_ANSWER) :]})?\])"
_ITEM: Final = rf"{_TEXT}: (?:{_TEXT}|{_DATA}|True|False|None|-?\d+(?:\.\d+)?)"
_ITEMS: Final = re.compile(_ITEM)
# a text that only holds what looks like a dictionary is passed by
_PLACES: Final = re.compile(rf"\{{({_ITEM}(?:, {_ITEM})+)\}}|{_TEXT}")


class KeyOrders:
    """The orders of keys that were met first."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, ...], str] = {}

    def settle(self, text: str) -> str:
        """Return the text of an effect with its dictionaries in the order that was met first."""
        return _PLACES.sub(self._settled, text) if "': " in text or '": ' in text else text

    def _settled(self, match: re.Match[str]) -> str:
        inner = match.group(1)
        if inner is None:
            return match.group(0)
        items = tuple(sorted(_ITEMS.findall(inner)))
        return self._first.setdefault(items, match.group(0))
