"""Where values stand on an axis, and where its lines are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["axis", "spread"]

_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


def axis(values: Iterable[float], *, lines: int = 6) -> tuple[float, float]:
    """Return step and end of an axis from zero on that shows rates up to the largest value.

    An interval may reach a little beyond the last line.
    """
    finite = [one for one in values if math.isfinite(one)]
    top = min(1.0, max([*finite, 0.001]))
    step = next((one for one in _STEPS if top / one <= lines), 0.25)
    return step, step * max(1, math.ceil(top / step - 0.1))


def spread(wanted: Iterable[float], gap: float, low: float, high: float) -> list[float]:
    """Return places near those wanted, at least ``gap`` apart as far as the room allows."""
    ranked = sorted(enumerate(wanted), key=lambda one: one[1])
    places = [0.0] * len(ranked)
    last = low - gap
    for index, place in ranked:
        last = max(place, last + gap)
        places[index] = last
    over = last - high
    if over > 0:
        limit = high
        for index, _ in reversed(ranked):
            places[index] = min(places[index], limit)
            limit = places[index] - gap
    return places
