"""What a test says with other values in its places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.analysis.exploration.text_terms import constants_of
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.decision.text_rules import TextTerm, is_true
from chameleonapi.errors import AnswerError

__all__ = ["Asking", "asks_single_letters", "asks_the_same", "is_order"]

_COMPARED: Final = 60  # texts on which a term is held against the expression that it translates


@dataclass(frozen=True)
class Asking:
    """The truth of a test, with any text in one place."""

    expression: Expression
    leaf: Leaf
    fixed: Mapping[Leaf, Any]

    def __call__(self, text: str) -> bool:
        """Return what the test says of a text; a test that fails says no."""
        try:
            return bool(self.expression.evaluate({**self.fixed, self.leaf: text}))
        except Exception:  # noqa: BLE001 - a modelled operation may raise anything
            return False


def asks_single_letters(expression: Expression) -> bool:
    """Return whether a test asks for one letter of a text, or for just how many there are."""
    for part in expression.walk():
        if len(part.arguments) != 2 or not isinstance(part.arguments[1], int):
            continue
        if part.operation == "getitem":
            return True
        counted = part.arguments[0]
        if (
            part.operation == "=="
            and isinstance(counted, Expression)
            and counted.operation == "len"
        ):
            return True
    return False


def asks_the_same(term: TextTerm, asking: Asking, values: Sequence[str]) -> bool:
    """Return whether a term of a record agrees with the test on texts that tell them apart."""
    step = max(1, len(values) // _COMPARED)
    words = [str(one) for one in constants_of(term)[:_COMPARED]]
    texts = [
        *values[::step],
        *words,
        *(one.upper() for one in words),
        *(f"a {one} b" for one in words),
    ]
    try:
        return all(is_true(term, one) == asking(one) for one in texts)
    except AnswerError:
        return False


def is_order(expression: Expression, leaves: list[Leaf]) -> bool:
    """Return whether a test on two numbers only asks which one is greater."""
    one, two = leaves
    seen: dict[int, set[bool]] = {-1: set(), 0: set(), 1: set()}
    for a, b in (
        (0.1, 0.9),
        (0.5, 0.6),
        (0.9, 0.1),
        (0.31, 0.3),
        (0.5, 0.5),
        (0.0, 1.0),
        (1.0, 0.2),
    ):
        try:
            seen[(a > b) - (a < b)].add(bool(expression.evaluate({one: a, two: b})))
        except Exception:  # noqa: BLE001, PERF203 - then it is no plain comparison
            return False
    return all(len(values) == 1 for values in seen.values()) and seen[-1] != seen[1]
