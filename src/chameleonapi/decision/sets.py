"""Sets of labels and sets of numbers, the two things that an atom accepts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from chameleonapi.errors import RecordError

__all__ = ["Interval", "IntervalSet", "LabelSet"]


@dataclass(frozen=True, slots=True)
class LabelSet:
    """A set of labels, or everything but a set of labels.

    ``complement`` also settles labels that no vocabulary lists: a complement accepts them.
    """

    labels: frozenset[str]
    complement: bool = False

    @classmethod
    def of(cls, *labels: str) -> LabelSet:
        """Return the set of just these labels."""
        return cls(frozenset(labels))

    def __contains__(self, label: object) -> bool:
        return (label in self.labels) is not self.complement

    def inverse(self) -> LabelSet:
        """Return the set of all other labels."""
        return LabelSet(self.labels, not self.complement)

    def within(self, vocabulary: Iterable[str]) -> tuple[str, ...]:
        """Return the members among ``vocabulary``, in its order."""
        return tuple(label for label in vocabulary if label in self)


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of numbers; None is an open end at infinity."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        low, high = self._bounds()
        if math.isnan(low) or math.isnan(high) or low > high:
            raise RecordError(
                f"an interval must run upwards, but {self.low} to {self.high} came.",
                hint="Swap its ends.",
            )

    def _bounds(self) -> tuple[float, float]:
        return (
            -math.inf if self.low is None else self.low,
            math.inf if self.high is None else self.high,
        )

    def __contains__(self, value: float) -> bool:
        low = -math.inf if self.low is None else self.low
        if not (value > low if self.low_open else value >= low):
            return False
        high = math.inf if self.high is None else self.high
        return value < high if self.high_open else value <= high

    def __str__(self) -> str:
        if self.low is not None and self.low == self.high:
            return f"= {self.low:g}"
        parts = []
        if self.low is not None:
            parts.append(f"{'>' if self.low_open else '>='} {self.low:g}")
        if self.high is not None:
            parts.append(f"{'<' if self.high_open else '<='} {self.high:g}")
        return " and ".join(parts) or "any number"


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """A union of disjoint intervals in rising order; empty accepts nothing."""

    intervals: tuple[Interval, ...]

    @classmethod
    def at_least(cls, low: float, *, strictly: bool = False) -> IntervalSet:
        """Return all numbers from ``low`` on."""
        return cls((Interval(low, None, strictly),))

    @classmethod
    def at_most(cls, high: float, *, strictly: bool = False) -> IntervalSet:
        """Return all numbers up to ``high``."""
        return cls((Interval(None, high, False, strictly),))

    @classmethod
    def between(cls, low: float, high: float, *, high_open: bool = False) -> IntervalSet:
        """Return the numbers from ``low`` to ``high``."""
        return cls((Interval(low, high, False, high_open),))

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, int | float) or math.isnan(value):
            return False
        return any(value in interval for interval in self.intervals)

    def inverse(self) -> IntervalSet:
        """Return all numbers that are not in this set."""
        gaps: list[Interval] = []
        start: float | None = None
        start_open = False
        for interval in self.intervals:
            if interval.low is not None:
                end_open = not interval.low_open
                is_point = start == interval.low
                if not is_point or not (start_open or end_open):
                    gaps.append(Interval(start, interval.low, start_open, end_open))
            if interval.high is None:
                return IntervalSet(tuple(gaps))
            start, start_open = interval.high, not interval.high_open
        gaps.append(Interval(start, None, start_open))
        return IntervalSet(tuple(gaps))

    def __str__(self) -> str:
        return " or ".join(map(str, self.intervals)) or "no number"
