"""What stays constant of a text that was put together when it is stripped, cut or changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from chameleonapi.analysis.expressions import Expression

__all__ = ["shape_of_changed"]

_ENDS: Final = frozenset({"strip", "lstrip", "rstrip", "removeprefix", "removesuffix"})
_LETTERS: Final = frozenset(
    {"lower", "upper", "title", "capitalize", "casefold", "swapcase", "replace"}
)
_SAME: Final = frozenset({"encode", "decode"})
# functions of the library that change one letter after the other
_OF_LETTERS: Final = frozenset({"urllib.parse.quote", "urllib.parse.quote_plus", "html.escape"})
_SLICE: Final = "slice"
_KNOWN: Final = _ENDS | _LETTERS | _SAME | {_SLICE}
_DEEPEST: Final = 20


def shape_of_changed(
    expression: Expression, shape: Callable[[Expression], str], answer: str
) -> str | None:
    """Return the text that an expression makes of one that was put together.

    ``("Mood: " + name + ", ").rstrip(", ")`` still says ``Mood:``.

    Args:
        expression: any; None comes back for one that changes no such text.
        shape: returns the text of a concatenation, with marks for data of the answer.
        answer: that mark.
    """
    changes: list[Expression] = []
    inner: Any = expression
    while isinstance(inner, Expression) and inner.operation != "concat":
        is_known = inner.operation in _KNOWN or _changes_letters(inner)
        if not is_known or len(changes) == _DEEPEST or not inner.arguments:
            return None
        if any(isinstance(one, Expression) for one in inner.arguments[1:]):
            return None
        changes.append(inner)
        inner = inner.arguments[0]
    if not changes or not isinstance(inner, Expression):
        return None
    text = shape(inner)
    for one in reversed(changes):
        pieces = text.split(answer)
        if any(mark in piece for piece in pieces for mark in "<>⟨⟩"):
            return None  # something else is in it that is not known
        text = answer.join(_changed(one, pieces))
    return text


def _changes_letters(change: Expression) -> bool:
    return change.operation.split("(", 1)[0] in _OF_LETTERS


def _changed(change: Expression, pieces: list[str]) -> list[str]:
    name, rest = change.operation, change.arguments[1:]
    if _changes_letters(change):
        return [change.function(one, *rest) for one in pieces]
    if name in _LETTERS:
        return [getattr(one, name)(*rest) for one in pieces]
    if name == _SLICE:
        return _cut(pieces, *rest)
    if name in _ENDS:
        method = getattr(str, name)
        if len(pieces) == 1:
            return [method(pieces[0], *rest)]
        if name in ("strip", "lstrip", "removeprefix"):
            start = str.lstrip if name == "strip" else method
            pieces = [start(pieces[0], *rest), *pieces[1:]]
        if name in ("strip", "rstrip", "removesuffix"):
            end = str.rstrip if name == "strip" else method
            pieces = [*pieces[:-1], end(pieces[-1], *rest)]
    return pieces


def _cut(pieces: list[str], start: Any, stop: Any, step: Any) -> list[str]:
    if step not in (None, 1) or len(pieces) == 1:
        return pieces
    first, *inner, last = pieces
    if isinstance(start, int) and start > 0:
        first = first[start:]
    if isinstance(stop, int) and stop < 0:
        last = last[:stop]
    return [first, *inner, last]
