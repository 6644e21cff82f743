"""Texts that a regular expression finds: the shortest ones, by its parts."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["matching_texts"]

_MOST: Final = 12
_LONGEST: Final = 200
_DEPTH: Final = 30
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": "4",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_WORD": "-",
}


def matching_texts(pattern: str) -> list[str]:
    """Return a few texts in which the pattern is found; fewer where it asks for odd things."""
    try:
        from re import _parser  # type: ignore[attr-defined]  # the module since Python 3.11
    except ImportError:  # pragma: no cover - Python 3.10
        import sre_parse as _parser
    try:
        compiled = re.compile(pattern)
        made = _texts(_parser.parse(pattern), 0)
        return [one for one in made if one and compiled.search(one)]
    except (re.error, RecursionError, OverflowError):
        return []


def _texts(items: Any, depth: int) -> list[str]:
    made = [""]
    if depth > _DEPTH:
        return made
    for operation, argument in list(items):
        options = _options(str(operation), argument, depth)
        made = [
            (one + more)[:_LONGEST]
            for one, more in ((one, more) for more in options for one in made)
        ][:_MOST]
    return made


def _options(name: str, argument: Any, depth: int) -> list[str]:
    match name:
        case "LITERAL":
            return [chr(argument)]
        case "NOT_LITERAL":
            return ["b" if argument == ord("a") else "a"]
        case "ANY":
            return ["x"]
        case "IN":
            return [_member(argument)]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = argument
            some = _texts(inner, depth + 1)
            counts = [int(low)] if int(low) else [min(1, int(high)), 0]
            return [(one * count)[:_LONGEST] for count in counts for one in some]
        case "SUBPATTERN":
            return _texts(argument[-1], depth + 1)
        case "ATOMIC_GROUP":
            return _texts(argument, depth + 1)
        case "BRANCH":
            return [text for one in argument[1] for text in _texts(one, depth + 1)[:2]]
        case _:
            return [""]


def _member(options: Any) -> str:
    """Return a letter of ``[...]``."""
    names = [(str(operation), argument) for operation, argument in options]
    if names and names[0][0] == "NEGATE":
        excluded = {chr(argument) for name, argument in names if name == "LITERAL"}
        return next(one for one in "aA4 -_.~" if one not in excluded)
    for name, argument in names:
        if name == "LITERAL":
            return chr(argument)
        if name == "RANGE":
            return chr(argument[0])
        if name == "CATEGORY":
            return _CATEGORIES.get(str(argument), "a")
    return "a"
