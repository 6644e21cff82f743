"""Sets of scores as stretches of the logit axis."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.apis import INSTANCE_COUNT
from chameleonapi.decision import Constant, Field, Interval, IntervalSet, Number
from chameleonapi.losses.pointwise import Pointwise
from chameleonapi.losses.smooth import FAR

__all__ = [
    "LogitSet",
    "contains",
    "interval_distance",
    "number_unit",
    "score_logit",
    "solve_test",
]

_GRID = 1 << 14
_BISECTIONS = 60
_EDGE: Final = 1e-6
"""A closed end lies so much, relatively, outside the open one: numbers do sit on ends."""
_SLOPE: Final = 4.0
"""Logits per unit of score at a score of one half."""
_BOX_SLOPE: Final = 16.0
"""Logits per side of the picture: boxes that are a sixteenth off are as usual as one logit."""


def score_logit(score: float) -> float:
    """Return the logit of a score, within plus and minus ``FAR``."""
    if score <= 0:
        return -FAR
    if score >= 1:
        return FAR
    return min(max(math.log(score) - math.log1p(-score), -FAR), FAR)


def contains(accepts: IntervalSet, values: Tensor) -> Tensor:
    """Return whether each value lies in the set; values that are not finite never do."""
    inside = torch.zeros_like(values, dtype=torch.bool)
    for one in accepts.intervals:
        part = torch.isfinite(values)
        if one.low is not None:
            part &= values > one.low if one.low_open else values >= one.low
        if one.high is not None:
            part &= values < one.high if one.high_open else values <= one.high
        inside |= part
    return inside


@final
@dataclass(frozen=True, slots=True)
class LogitSet:
    """A union of stretches of the logit axis; ends may be infinite, none accepts nothing."""

    stretches: tuple[tuple[float, float], ...] = ((-math.inf, math.inf),)

    @property
    def is_everything(self) -> bool:
        """Whether it accepts every logit."""
        return self.stretches == ((-math.inf, math.inf),)

    @property
    def is_upward(self) -> bool:
        """Whether every logit above an accepted one is accepted too."""
        return len(self.stretches) == 1 and self.stretches[0][1] == math.inf

    @property
    def low(self) -> float:
        """Where the first stretch begins."""
        return self.stretches[0][0]

    @property
    def ends(self) -> tuple[float, ...]:
        """All finite ends, in rising order."""
        found = {end for one in self.stretches for end in one if math.isfinite(end)}
        return tuple(sorted(found))

    def __contains__(self, logit: float) -> bool:
        return any(low < logit < high for low, high in self.stretches)

    def margin(self, logits: Float[Tensor, "*rows"]) -> Float[Tensor, "*rows"]:
        """Return the signed distance of each logit to the nearest end, positive inside."""
        best: Tensor | None = None
        for low, high in self.stretches:
            part = torch.full_like(logits, FAR)
            if math.isfinite(low):
                part = logits - low
            if math.isfinite(high):
                part = torch.minimum(part, high - logits) if math.isfinite(low) else high - logits
            best = part if best is None else torch.maximum(best, part)
        return torch.full_like(logits, -FAR) if best is None else best

    def intersect(self, other: LogitSet) -> LogitSet:
        """Return what both accept."""
        found = []
        for low, high in self.stretches:
            for start, end in other.stretches:
                if max(low, start) < min(high, end):
                    found.append((max(low, start), min(high, end)))
        return LogitSet(tuple(sorted(found)))


def solve_test(value: Number, accepts: IntervalSet, reader: Pointwise) -> LogitSet:
    """Return the logits of the scores with which a number of one element is accepted.

    A number that is not simply the score is a function of it all the same: it is tried
    on a grid of 16,384 scores, and each change between neighbours is located by bisection.
    Stretches that are narrower than the grid can be missed.
    """
    if value == Field(reader.score_field):
        return LogitSet(_stretches(accepts, reader.scale))
    if isinstance(value, Constant):
        return LogitSet() if value.value in accepts else LogitSet(())
    grid = torch.linspace(0, 1, _GRID + 1, dtype=torch.float64)
    inside = contains(accepts, reader.value(value, grid))
    changes = (inside[1:] != inside[:-1]).nonzero().flatten()
    low, high, before = grid[changes], grid[changes + 1], inside[changes]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        same = contains(accepts, reader.value(value, middle)) == before
        low, high = torch.where(same, middle, low), torch.where(same, high, middle)
    edges = [-math.inf, *(score_logit(float(one)) for one in high), math.inf]
    first = bool(inside[0])
    pairs = list(itertools.pairwise(edges))[0 if first else 1 :: 2]
    return LogitSet(tuple((a, b) for a, b in pairs if a < b))


def _stretches(accepts: IntervalSet, scale: float) -> tuple[tuple[float, float], ...]:
    found = []
    for one in accepts.intervals:
        if not _reaches(one, scale):
            continue
        low = -math.inf if one.low is None or one.low <= 0 else score_logit(one.low / scale)
        high = math.inf if one.high is None or one.high >= scale else score_logit(one.high / scale)
        if low < high:
            found.append((low, high))
    return tuple(found)


def _reaches(one: Interval, scale: float) -> bool:
    """Return whether an interval holds any score at all."""
    below = one.low is None or one.low < scale or (one.low == scale and not one.low_open)
    above = one.high is None or one.high > 0 or (one.high == 0 and not one.high_open)
    return below and above


def interval_distance(number: Tensor, accepts: IntervalSet) -> Tensor:
    """Return the signed distance of numbers to the nearest end of the set, positive inside."""
    best = torch.full_like(number, -FAR)
    for one in accepts.intervals:
        part: Tensor | None = None
        for end, sign, is_open in ((one.low, 1.0, one.low_open), (one.high, -1.0, one.high_open)):
            if end is not None:
                shift = _EDGE * max(1.0, abs(end)) * (-1.0 if is_open else 1.0)
                side = sign * (number - end) + shift
                part = side if part is None else torch.minimum(part, side)
        best = torch.full_like(number, FAR) if part is None else torch.maximum(best, part)
    return best


def number_unit(reader: Pointwise, paths: Iterable[str]) -> float:
    """Return how many logits one unit of a number counts that is made of these fields.

    A number of scores counts four logits to one unit of score, the slope at one half; one of
    places in the picture, sixteen to the picture's side; a count counts as it is.
    """
    found = set(paths)
    if reader.score_field in found:
        return _SLOPE / reader.scale
    return _BOX_SLOPE if found - {INSTANCE_COUNT} else 1.0
