"""Boxes: how they overlap, which of many to keep, and what of a map lies in them.

A box is left, top, right and bottom, in fractions of the picture.
"""

from __future__ import annotations

from typing import Final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

__all__ = ["generalised_overlap", "overlap", "pick_regions", "pool_regions"]

_GRID: Final = 3
"""Points in each direction at which a map is read within a box."""


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def _shared(one: Tensor, two: Tensor) -> Tensor:
    low = torch.maximum(one[..., :2], two[..., :2])
    high = torch.minimum(one[..., 2:], two[..., 2:])
    return (high - low).clamp(min=0).prod(-1)


def overlap(one: Float[Tensor, "*some 4"], two: Float[Tensor, "*others 4"]) -> Tensor:
    """Return the intersection over the union of boxes, which are broadcast."""
    shared = _shared(one, two)
    return shared / (_area(one) + _area(two) - shared).clamp(min=1e-9)


def generalised_overlap(one: Float[Tensor, "*some 4"], two: Float[Tensor, "*others 4"]) -> Tensor:
    """Return the overlap less the empty share of the least box around both: from -1 to 1.

    Reference: Rezatofighi et al., "Generalized Intersection over Union", CVPR 2019.
    """
    shared = _shared(one, two)
    union = (_area(one) + _area(two) - shared).clamp(min=1e-9)
    low = torch.minimum(one[..., :2], two[..., :2])
    hull = (torch.maximum(one[..., 2:], two[..., 2:]) - low).clamp(min=0).prod(-1).clamp(min=1e-9)
    return shared / union - (hull - union) / hull


def pick_regions(
    boxes: Float[Tensor, "batch places 4"],
    scores: Float[Tensor, "batch places"],
    *,
    count: int,
    most_overlap: float,
) -> tuple[Int[Tensor, "batch regions"], Bool[Tensor, "batch regions"]]:
    """Return the places of the best boxes, no two of which overlap more than that.

    Where fewer remain than are asked for, the rest is marked as not there.
    """
    left = scores.clone()
    chosen, there = [], []
    for _ in range(count):
        best, place = left.max(-1)
        chosen.append(place)
        there.append(torch.isfinite(best))
        box = boxes.gather(1, place[:, None, None].expand(-1, 1, 4))
        left = left.masked_fill(overlap(boxes, box) > most_overlap, -torch.inf)
        left = left.scatter(1, place[:, None], -torch.inf)
    return torch.stack(chosen, 1), torch.stack(there, 1)


def pool_regions(
    maps: Float[Tensor, "batch channels height width"], boxes: Float[Tensor, "batch regions 4"]
) -> Float[Tensor, "batch regions channels"]:
    """Return the mean of a map over a grid of points in each box.

    Reference: He et al., "Mask R-CNN", ICCV 2017, for reading between the cells of a map.
    """
    steps = (torch.arange(_GRID, device=boxes.device) + 0.5) / _GRID
    low, size = boxes[..., None, :2], (boxes[..., 2:] - boxes[..., :2])[..., None, :]
    points = low + size * steps[:, None]  # batch, regions, grid, (across, down)
    across = points[..., 0][:, :, None, :].expand(-1, -1, _GRID, -1)
    down = points[..., 1][:, :, :, None].expand(-1, -1, -1, _GRID)
    grid = (torch.stack([across, down], -1) * 2 - 1).flatten(2, 3)
    found = functional.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    return found.mean(-1).transpose(1, 2)
