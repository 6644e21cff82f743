"""From an expression over one text to the term of a record that asks the same."""

from __future__ import annotations

import ast
import re
from typing import Any, Final

from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.decision import TextCall, TextConstant, TheText
from chameleonapi.decision.text_rules import PATTERN_CALLS, TEXT_CALLS, TextTerm
from chameleonapi.errors import RecordError

__all__ = ["constants_of", "patterns_of", "separators_of", "term_of"]

_PATTERN: Final = re.compile(
    r"re\.(?P<way>search|match|fullmatch|findall) (?P<pattern>.*) (?P<flags>\d+)"
    r"(?: group(?P<groups>\(.*\)))?",
    re.DOTALL,
)
_LARGEST: Final = 400
_DIVIDING: Final = frozenset({"split", "rsplit", "count"})


def term_of(expression: Any, leaf: Leaf) -> TextTerm | None:
    """Return the term for an expression over this leaf alone, None if there is none.

    The term is a translation by the names of the operations; whoever uses it checks that both
    give the same on sample texts.
    """
    if isinstance(expression, Expression) and expression.size > _LARGEST:
        return None
    try:
        return _term(expression, leaf)
    except (RecordError, RecursionError):
        return None


def _term(part: Any, leaf: Leaf) -> TextTerm | None:
    if isinstance(part, Leaf):
        return TheText() if part == leaf else None
    if not isinstance(part, Expression):
        return _constant(part)
    if part.operation == "field":
        return _term(part.arguments[0], leaf)
    arguments = [_term(one, leaf) for one in part.arguments]
    known = [one for one in arguments if one is not None]
    if len(known) < len(arguments):
        return None
    if part.operation in TEXT_CALLS:
        return TextCall(part.operation, tuple(known))
    return _pattern(part.operation, known)


def _constant(value: Any) -> TextConstant | None:
    if value is None or isinstance(value, str | int | float | bool):
        return TextConstant(value)
    if isinstance(value, tuple | list) and all(isinstance(one, str) for one in value):
        return TextConstant(tuple(value))
    return None


def _pattern(operation: str, arguments: list[TextTerm]) -> TextTerm | None:
    found = _PATTERN.fullmatch(operation)
    if found is None or len(arguments) != 1:
        return None
    way, groups = found["way"], found["groups"]
    name = way if groups is None else f"group of {way}"
    if name not in PATTERN_CALLS:
        return None
    try:
        pattern = ast.literal_eval(found["pattern"])
        asked = () if groups is None else ast.literal_eval(groups)
    except (ValueError, SyntaxError):
        return None
    more = tuple(TextConstant(one) for one in asked)
    return TextCall(
        name, (arguments[0], TextConstant(pattern), TextConstant(int(found["flags"])), *more)
    )


def constants_of(term: TextTerm) -> list[Any]:
    """Return the texts and numbers with which a term compares, patterns left out."""
    match term:
        case TextConstant(tuple() as several):
            return list(several)
        case TextConstant(value):
            return [value]
        case TextCall(name, arguments):
            parts = arguments[:1] if name in PATTERN_CALLS else arguments
            return [value for one in parts for value in constants_of(one)]
        case _:
            return []


def patterns_of(term: TextTerm) -> list[str]:
    """Return the regular expressions of a term."""
    if not isinstance(term, TextCall):
        return []
    found = [one for part in term.arguments for one in patterns_of(part)]
    if term.name in PATTERN_CALLS:
        given = term.arguments[1]
        assert isinstance(given, TextConstant)
        found.append(str(given.value))
    return found


def separators_of(term: TextTerm) -> list[str]:
    """Return the texts at which a term divides a text, or which it counts; a blank for words."""
    if not isinstance(term, TextCall):
        return []
    found = [one for part in term.arguments for one in separators_of(part)]
    if term.name == "splitlines":
        found.append("\n")
    elif term.name in _DIVIDING:
        given = term.arguments[1] if len(term.arguments) > 1 else TextConstant(" ")
        if isinstance(given, TextConstant):
            found.append(given.value if isinstance(given.value, str) and given.value else " ")
    return found
