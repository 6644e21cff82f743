"""Where a test on one number changes its mind, exactly to the last bit of a float."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.apis import FieldSpec
from chameleonapi.decision import Interval, IntervalSet

__all__ = ["Cut", "bins", "constants", "cuts_on", "find_cuts", "interval_set"]

# A cut stands before its value (False) or after it (True): [v, ...) begins before v.
Cut = tuple[float, bool]
_GRID: Final = 256
_MOST: Final = 40


def constants(expression: Expression) -> tuple[float, ...]:
    """Return the numbers that the source writes in an expression."""
    found: set[float] = set()
    for part in expression.walk():
        for one in part.arguments:
            if isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one):
                found.add(float(one))
    return tuple(sorted(found))


def cuts_on(
    expression: Expression,
    leaf: Leaf,
    fixed: Mapping[Leaf, Any],
    spec: FieldSpec,
    *,
    is_whole: bool,
) -> tuple[Cut, ...]:
    """Return where a test changes with one number, all else as it is in ``fixed``."""
    likely = {spec.low, spec.high}
    for one in constants(expression):
        likely |= {one, one / 100, one * 100, one / spec.scale, one * spec.scale}
    values = dict(fixed)

    def outcome(value: float) -> Any:
        values[leaf] = int(value) if is_whole else value
        try:
            return bool(expression.evaluate(values))
        except Exception as error:  # noqa: BLE001 - a modelled operation may raise anything
            return type(error).__name__

    return find_cuts(outcome, spec.low, spec.high, tuple(sorted(likely)), is_whole=is_whole)


def find_cuts(
    test: Callable[[float], Any],
    low: float,
    high: float,
    likely: tuple[float, ...] = (),
    *,
    is_whole: bool = False,
) -> tuple[Cut, ...]:
    """Return where ``test`` changes between ``low`` and ``high``, in rising order.

    Args:
        test: any total function; its results are compared with ``==``.
        low, high: the range of the number.
        likely: values at which a change is expected; between them and a fine grid, changes are
            found by bisection down to neighbouring floats.
        is_whole: whether only whole numbers occur.
    """
    if is_whole:
        whole = [(float(n), test(float(n))) for n in range(math.ceil(low), math.floor(high) + 1)]
        return tuple(
            # "at most 18" where the source writes 18, "below 19" where it writes 19
            (left, True) if left in likely and right not in likely else (right, False)
            for (left, a), (right, b) in itertools.pairwise(whole)
            if a != b
        )
    points = {low + (high - low) * i / _GRID for i in range(_GRID + 1)}
    for value in likely:
        for near in (math.nextafter(value, -math.inf), value, math.nextafter(value, math.inf)):
            if low <= near <= high:
                points.add(near)
    ordered = sorted(points)
    cuts: list[Cut] = []
    before = test(ordered[0])
    for left, right in itertools.pairwise(ordered):
        after = test(right)
        if after != before:
            cuts.append(_bisect(test, left, right))
            if len(cuts) >= _MOST:
                break
        before = after
    return tuple(sorted(set(cuts)))


def _bisect(test: Callable[[float], Any], left: float, right: float) -> Cut:
    at_left = test(left)
    while True:
        middle = left + (right - left) / 2
        if middle in {left, right}:
            break
        if test(middle) == at_left:
            left = middle
        else:
            right = middle
    # Of the two neighbours, the one that a person would have written is the threshold.
    return (right, False) if len(repr(right)) <= len(repr(left)) else (left, True)


def bins(cuts: tuple[Cut, ...]) -> tuple[Interval, ...]:
    """Return the stretches between cuts, the first and the last without end."""
    made = []
    before: Cut | None = None
    for cut in (*cuts, None):
        low, low_open = (None, False) if before is None else before
        high, high_open = (None, False) if cut is None else (cut[0], not cut[1])
        made.append(Interval(low, high, low_open, high_open))
        before = cut
    return tuple(made)


def interval_set(chosen: tuple[int, ...], of: tuple[Interval, ...]) -> IntervalSet:
    """Return the union of some bins, neighbours joined."""
    made: list[Interval] = []
    last = -2
    for index in sorted(chosen):
        one = of[index]
        if index == last + 1 and made:
            first = made.pop()
            one = Interval(first.low, one.high, first.low_open, one.high_open)
        made.append(one)
        last = index
    return IntervalSet(tuple(made))
