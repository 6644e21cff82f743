"""What sort of mistake an incorrect decision is, and what was decided instead of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from chameleonapi.decision import NO_FLAGS, Cases, DecisionProcess

__all__ = ["SORTS", "confusion", "count_mistakes", "sort_mistake"]

MISSED: Final = "missed"
WRONG: Final = "wrong"
ORDER: Final = "order"
FALSE_ALARM: Final = "false alarm"
SORTS: Final = (MISSED, WRONG, ORDER, FALSE_ALARM)


def sort_mistake(
    process: DecisionProcess,
    decided: str,
    acceptable: frozenset[str],
    alone: frozenset[str] = frozenset(),
) -> str | None:
    """Return the sort of a mistake, None for a correct decision.

    Of one choice: ``missed`` is the default instead of a target, ``false alarm`` a target where
    only the default was right, ``order`` another target one of whose labels is really there (a
    label that goes before it was missed or came too late), ``wrong`` any other target; ``alone``
    holds the outcomes that single true labels lead to. Of a multi-select: ``missed`` left
    members out and ``false alarm`` put members in, compared with the nearest acceptable set;
    ``wrong`` did both.
    """
    if decided in acceptable:
        return None
    if isinstance(process.rules, Cases):
        if decided == process.default:
            return MISSED
        if acceptable == {process.default}:
            return FALSE_ALARM
        return ORDER if decided in alone else WRONG
    chosen = _members(decided)
    nearest = min((_members(one) for one in sorted(acceptable)), key=lambda one: len(one ^ chosen))
    if chosen < nearest:
        return MISSED
    return FALSE_ALARM if chosen > nearest else WRONG


def _members(joint: str) -> frozenset[str]:
    return frozenset() if joint == NO_FLAGS else frozenset(joint.split("+"))


def count_mistakes(
    process: DecisionProcess,
    decided: Sequence[str],
    acceptable: Sequence[frozenset[str]],
    alone: Sequence[frozenset[str]] | None = None,
) -> dict[str, int]:
    """Return the number of mistakes of each sort, zeros included."""
    singles = alone if alone is not None else [frozenset[str]()] * len(decided)
    found = Counter(
        sort_mistake(process, one, right, single)
        for one, right, single in zip(decided, acceptable, singles, strict=True)
    )
    return {sort: found[sort] for sort in SORTS}


def confusion(
    decided: Sequence[str], acceptable: Sequence[frozenset[str]], outcomes: Sequence[str]
) -> tuple[tuple[float, ...], ...]:
    """Return the matrix of what was right (rows) against what was decided (columns).

    A correct decision counts for its own outcome; a wrong one in equal parts for each outcome
    that was right.
    """
    position = {one: index for index, one in enumerate(outcomes)}
    matrix = np.zeros((len(outcomes), len(outcomes)))
    for one, right in zip(decided, acceptable, strict=True):
        rows = [one] if one in right else sorted(right)
        for row in rows:
            matrix[position[row], position[one]] += 1 / len(rows)
    return tuple(tuple(row) for row in matrix.tolist())
