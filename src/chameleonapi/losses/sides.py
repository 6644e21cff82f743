"""Tests on what an element has besides label and score: its place, or how often it is seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.apis import INSTANCE_COUNT
from chameleonapi.decision import Field, Interval, IntervalSet, Number
from chameleonapi.losses.pointwise import Pointwise, read_fields
from chameleonapi.losses.score_sets import interval_distance, number_unit
from chameleonapi.losses.smooth import FAR

if TYPE_CHECKING:
    from chameleonapi.losses.view import LogitView

__all__ = ["SideTest"]


@final
@dataclass(frozen=True, slots=True)
class SideTest:
    """A number of an element that is no function of its score lies in ``accepts``.

    The margin of a place is the distance of the number to the nearest end, in logits; gradients
    go through the box. That of a number of instances is the distance, in logits, of the region
    that has to appear or to go: the k-th best.
    """

    value: Number
    accepts: IntervalSet
    reader: Pointwise

    def margin(self, view: LogitView) -> Float[Tensor, "batch columns"]:
        """Return the margin of every column, whether it is shown or not."""
        if self.value == Field(INSTANCE_COUNT) and view.instances is not None:
            return _count_margin(view.instances - view.line, self.accepts)
        number = self.reader.value(self.value, torch.sigmoid(view.logits), view.field)
        unit = number_unit(self.reader, read_fields(self.value))
        is_defined = torch.isfinite(number)
        number = torch.where(is_defined, number, torch.zeros_like(number))
        margin = (interval_distance(number, self.accepts) * unit).clamp(-FAR, FAR)
        return torch.where(is_defined, margin, torch.full_like(margin, -FAR))


def _count_margin(regions: Tensor, accepts: IntervalSet) -> Tensor:
    """Return the margin of the number of regions above zero lying in a set."""
    ranked = regions.sort(-1, descending=True).values.clamp(-FAR, FAR)
    best: Tensor | None = None
    for one in accepts.intervals:
        part = torch.minimum(*(_end_margin(ranked, one, is_low=side) for side in (True, False)))
        best = part if best is None else torch.maximum(best, part)
    return torch.full_like(ranked[..., 0], -FAR) if best is None else best


def _end_margin(ranked: Tensor, one: Interval, *, is_low: bool) -> Tensor:
    """Return the margin of a count being on the right side of one end of an interval."""
    end = one.low if is_low else one.high
    always = torch.full_like(ranked[..., 0], FAR)
    if end is None:
        return always
    if is_low:
        least = math.floor(end) + 1 if one.low_open else math.ceil(end)
    else:
        least = math.ceil(end) if one.high_open else math.floor(end) + 1
    # So many regions, or more, must be there for the lower end, and must not for the upper.
    if least <= 0:
        reached = always
    elif least > ranked.shape[-1]:
        reached = -always
    else:
        reached = ranked[..., least - 1]
    return reached if is_low else -reached
