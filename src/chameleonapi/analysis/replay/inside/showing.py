"""Show values so that what the application says is kept, and what the answer said is not."""

from __future__ import annotations

import ast
import enum
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Shower", "constants_of"]

_DEEPEST: Final = 6
_MOST_ITEMS: Final = 200
_LONGEST: Final = 2000
_BITS: Final = frozenset({"True", "False", "0", "1"})


@dataclass
class _Said:
    """What answers hold: their texts in lower case, their numbers, and their parts as JSON.

    ``largest`` is how many values the largest part holds: nothing larger is one of them.
    """

    texts: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    largest: int = 0

    def add(self, value: Any) -> None:
        if isinstance(value, (Mapping, list)):
            if value:
                self.parts.add(_as_json(value))
                self.largest = max(self.largest, _size(value, sys.maxsize))
            for one in value.values() if isinstance(value, Mapping) else value:
                self.add(one)
        elif isinstance(value, str):
            self.texts.add(value.lower())
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self.numbers.add(value)


_NOTHING: Final = _Said()


def _size(value: Any, most: int) -> int:
    """Return how many values a record or list holds at any depth, itself among them.

    Of more than ``most`` it is some number above that.
    """
    count, rest = 1, [value]
    while rest and count <= most:
        one = rest.pop()
        inner = one.values() if isinstance(one, Mapping) else one
        if isinstance(one, (Mapping, list, tuple)):
            count += len(inner)
            if count <= most:
                rest.extend(inner)
    return count


def _as_json(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return ""


class Shower:
    """Tells the constants of an application from data that only an answer can have brought.

    A value may be both; so it is shown twice: with every constant, and without those texts,
    numbers, records and lists that the present answers hold as well.
    """

    def __init__(self, known: frozenset[Any]) -> None:
        self._known = known
        self._said = _NOTHING

    def hide(self, answers: Iterable[Any]) -> None:
        """Take what these answers hold for data from now on, in the second and third form."""
        self._said = _Said()
        for one in answers:
            self._said.add(one)

    def show(self, value: Any) -> tuple[str, str, str]:
        """Return three forms: all constants, only what the answer does not hold, and masked.

        The masked form keeps what stands around data of the answer within a text.
        """
        return (
            self._shown(value, _NOTHING, 0),
            self._shown(value, self._said, 0),
            self._masked(value, 0),
        )

    def _masked(self, value: Any, depth: int) -> str:
        if self._is_part(value, self._said):
            return "text"
        if isinstance(value, (list, tuple)) and depth < _DEEPEST:
            return "[" + ",".join(self._masked(one, depth + 1) for one in value[:20]) + "]"
        if isinstance(value, dict) and depth < _DEEPEST:
            rows = [
                f"{self._masked(key, depth + 1)}:{self._masked(one, depth + 1)}"
                for key, one in list(value.items())[:20]
            ]
            return "{" + ",".join(rows) + "}"
        if not isinstance(value, str) or value in self._known:
            said = _Said(numbers=self._said.numbers)
            return self._shown(value, said, depth)
        text = value[:_LONGEST].lower()
        for one in sorted(self._said.texts, key=len, reverse=True):
            if len(one) > 1:
                text = text.replace(one, "\u00a7")
        text = re.sub(r"\d+(\.\d+)?", "#", text)
        return re.sub(r"\u00a7(\W{0,3}\u00a7)+", "\u00a7", text)

    def is_data(self, value: Any) -> bool:
        """Return whether a value may hold data of the answer."""
        shown = self._shown(value, self._said, 0)
        return re.search(r"(^|[^'\w])(text|#|bytes|Message)($|[^'\w])", shown) is not None

    def _shown(self, value: Any, said: _Said, depth: int) -> str:
        if value is None or isinstance(value, bool):
            return repr(value)
        if isinstance(value, enum.Enum):
            return "#" if isinstance(value, int) else f"{type(value).__name__}.{value.name}"
        if isinstance(value, (int, float)):
            is_ours = value in (0, 1) or (value in self._known and value not in said.numbers)
            return repr(value) if is_ours else "#"
        if isinstance(value, bytes):
            return repr(value) if value in self._known else "bytes"
        if isinstance(value, str):
            return self._text(value, said, depth)
        if depth > _DEEPEST:
            return type(value).__name__
        if self._is_part(value, said):
            return "text"
        if isinstance(value, dict):
            rows = sorted(
                f"{self._shown(key, said, depth + 1)}:{self._shown(one, said, depth + 1)}"
                for key, one in list(value.items())[:_MOST_ITEMS]
            )
            return "{" + ",".join(dict.fromkeys(rows)) + "}"
        if isinstance(value, (list, tuple, set, frozenset)):
            parts = [self._shown(one, said, depth + 1) for one in list(value)[:_MOST_ITEMS]]
            if not all(one in _BITS for one in parts):
                parts = sorted(set(parts))
            return "[" + ",".join(parts) + "]"
        return type(value).__name__

    @staticmethod
    def _is_part(value: Any, said: _Said) -> bool:
        """Return whether a record or list is one of an answer, handed on as it came."""
        if not said.parts or not isinstance(value, (dict, list, tuple)) or not value:
            return False
        return _size(value, said.largest) <= said.largest and _as_json(value) in said.parts

    def _text(self, value: str, said: _Said, depth: int) -> str:
        if value[:1] in ("{", "[") and depth <= _DEEPEST:
            try:
                return self._shown(json.loads(value), said, depth + 1)
            except (ValueError, RecursionError):
                pass
        return repr(value) if value in self._known and value.lower() not in said.texts else "text"


def constants_of(trees: Iterable[ast.AST], texts: Iterable[str]) -> frozenset[Any]:
    """Return the constants of sources, and the words of the data files beside them."""
    found: set[Any] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(
                node.value, (str, bytes, int, float)
            ):
                found.add(node.value)
    for text in texts:
        found |= set(re.split(r'[\n,":\[\]{}]+ ?', text))
    return frozenset(found)
