"""Decisions by where one number lies, as stretches of a line."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

from chameleonapi.decision import (
    And,
    Cases,
    Compare,
    DecisionProcess,
    Field,
    Not,
    Number,
    Or,
    Predicate,
)
from chameleonapi.report.number_words import number_words

__all__ = ["NumberRanges", "number_ranges"]

_LEAST: Final = 3  # two stretches are as clear without a line


@dataclass(frozen=True, slots=True)
class NumberRanges:
    """A line on which each stretch has an outcome.

    Attributes:
        name: of the number.
        low, high: where the provider's numbers begin and end, None where that is not known.
        cuts: where one stretch ends and the next begins, each with whether the number itself
            belongs to the upper stretch.
        outcomes: one more than there are cuts, from the lowest stretch up.
    """

    name: str
    low: float | None
    high: float | None
    cuts: tuple[tuple[float, bool], ...]
    outcomes: tuple[str, ...]


def number_ranges(process: DecisionProcess) -> NumberRanges | None:
    """Return the line of a decision on one number, None if it looks at anything else."""
    if not isinstance(process.rules, Cases):
        return None
    leaves = [leaf for case in process.rules.cases for leaf in _leaves(case.predicate)]
    numbers = {one.value for one in leaves if isinstance(one, Compare)}
    if len(numbers) != 1 or not all(isinstance(one, Compare) for one in leaves):
        return None
    (number,) = numbers
    ends = sorted(
        {
            end
            for leaf in leaves
            if isinstance(leaf, Compare)
            for interval in leaf.accepts.intervals
            for end in (interval.low, interval.high)
            if end is not None
        }
    )
    if not ends:
        return None
    steps = [
        ends[0] - 1,
        *((a + b) / 2 for a, b in itertools.pairwise(ends)),
        ends[-1] + 1,
    ]
    between = [_outcome(process.rules, value) for value in steps]
    cuts: list[tuple[float, bool]] = []
    outcomes = between[:1]
    for end, below, above in zip(ends, between, between[1:], strict=False):
        at = _outcome(process.rules, end)
        if at not in (below, above):
            return None  # a single number with an outcome of its own
        if below != above:
            cuts.append((end, at == above))
            outcomes.append(above)
        elif at != below:
            return None
    if len(outcomes) < _LEAST:
        return None
    low, high = _limits(process, number)
    if (low is not None and low >= ends[0]) or (high is not None and high <= ends[-1]):
        low = high = None
    return NumberRanges(number_words(number, process), low, high, tuple(cuts), tuple(outcomes))


def _leaves(predicate: Predicate) -> list[Predicate]:
    match predicate:
        case Not(operand):
            return _leaves(operand)
        case And(operands) | Or(operands):
            return [leaf for one in operands for leaf in _leaves(one)]
        case _:
            return [predicate]


def _outcome(rules: Cases, value: float) -> str:
    return next(
        (case.outcome for case in rules.cases if _holds(case.predicate, value)), rules.default
    )


def _holds(predicate: Predicate, value: float) -> bool:
    match predicate:
        case Not(operand):
            return not _holds(operand, value)
        case And(operands):
            return all(_holds(one, value) for one in operands)
        case Or(operands):
            return any(_holds(one, value) for one in operands)
        case Compare(_, accepts):
            return any(value in one for one in accepts.intervals)
        case _:
            raise TypeError(f"{type(predicate).__name__} asks more than a number.")


def _limits(process: DecisionProcess, number: Number) -> tuple[float | None, float | None]:
    rows = [one for one in process.spec.answer_fields if Field(one.path) == number]
    return (rows[0].low, rows[0].high) if rows else (None, None)
