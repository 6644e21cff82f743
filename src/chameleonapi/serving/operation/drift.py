"""Whether an application decides otherwise now than when its model was published.

The first decisions after a publication are the reference, the last ones the present. They are
compared by Pearson's test of homogeneity. An alarm needs both: a difference that chance does
not make, and one that is large enough to matter.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import Final, final

__all__ = ["DecisionMix", "Drift"]

_WINDOW: Final = 500
_MAX_OUTCOMES: Final = 64
OTHER_OUTCOME: Final = "other"
# One-sided quantile of the normal distribution at 1 - 1e-6: windows are looked at again and
# again, and overlap, so one look must hardly ever be wrong.
_NORMAL_QUANTILE: Final = 4.753
_LEAST_DISTANCE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the present mix is from the one at publication.

    Attributes:
        distance: total variation, in [0, 1]: the share of decisions that would have to change.
        is_alarm: whether chance does not explain it and it is large enough to matter.
    """

    distance: float
    is_alarm: bool


@final
class DecisionMix:
    """Decisions of one application since its model was published.

    Args:
        window: how many decisions make the reference, and how many the present.
    """

    def __init__(self, window: int = _WINDOW) -> None:
        self._window = window
        self.total: Counter[str] = Counter()
        self.reference: Counter[str] = Counter()
        self._recent: deque[str] = deque(maxlen=window)
        self._present: Counter[str] = Counter()

    def add(self, outcome: str) -> None:
        """Count one decision."""
        if outcome not in self.total and len(self.total) >= _MAX_OUTCOMES:
            outcome = OTHER_OUTCOME
        self.total[outcome] += 1
        if self.reference.total() < self._window:
            self.reference[outcome] += 1
            return
        if len(self._recent) == self._window:
            self._present[self._recent[0]] -= 1
        self._recent.append(outcome)
        self._present[outcome] += 1

    def begin_anew(self) -> None:
        """Take the next decisions as the reference: another model was published."""
        self.reference.clear()
        self._recent.clear()
        self._present.clear()

    @property
    def drift(self) -> Drift | None:
        """The drift; None until both windows are full."""
        if len(self._recent) < self._window:
            return None
        return compare(self.reference, self._present)


def compare(before: Counter[str], now: Counter[str]) -> Drift:
    """Compare two mixes of decisions; neither may be empty."""
    total_before, total_now = before.total(), now.total()
    total = total_before + total_now
    distance, statistic, kinds = 0.0, 0.0, 0
    for outcome in {*before, *now}:
        both = before[outcome] + now[outcome]
        if not both:
            continue
        kinds += 1
        distance += abs(before[outcome] / total_before - now[outcome] / total_now)
        for seen, size in ((before[outcome], total_before), (now[outcome], total_now)):
            expected = both * size / total
            statistic += (seen - expected) ** 2 / expected
    distance /= 2
    is_beyond_chance = kinds > 1 and statistic > _chi_square_bound(kinds - 1)
    return Drift(distance, is_beyond_chance and distance >= _LEAST_DISTANCE)


def _chi_square_bound(freedom: int) -> float:
    """Return the quantile of the chi-square distribution (Wilson and Hilferty, 1931)."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + _NORMAL_QUANTILE * math.sqrt(part)) ** 3)
