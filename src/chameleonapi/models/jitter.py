"""Small changes to pictures and maps that leave what is on them as it is."""

from __future__ import annotations

from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["DRAWS", "jitter_maps"]

DRAWS: Final = 5

_SHIFT: Final = 1 / 12  # of the width, at most, in either direction
_CONTRAST: Final = 0.2
_BRIGHTNESS: Final = 0.15


def jitter_maps(
    maps: Float[Tensor, "batch height width channels"],
    drawn: Float[Tensor, "batch draws"],
    *,
    is_picture: bool,
) -> Float[Tensor, "batch height width channels"]:
    """Mirror half of the maps and shift them a little; pictures get other light as well.

    What is shifted in repeats the edge.

    Args:
        maps: to be changed.
        drawn: ``DRAWS`` numbers from 0 to 1 for each map, on which everything depends: a batch
            comes out the same however it is divided.
        is_picture: whether the maps are pixels.
    """
    batch, height, width, _ = maps.shape
    drawn = drawn.to(maps.device)
    vertical = _places(height, drawn[:, 0])
    horizontal = _places(width, drawn[:, 1])
    mirrored = torch.where(drawn[:, 2:3] < 0.5, width - 1 - horizontal, horizontal)
    rows = torch.arange(batch, device=maps.device)[:, None, None]
    found = maps[rows, vertical[:, :, None], mirrored[:, None, :]]
    if is_picture:
        contrast = 1 + _CONTRAST * (2 * drawn[:, 3] - 1)
        light = _BRIGHTNESS * (2 * drawn[:, 4] - 1)
        found = found * contrast[:, None, None, None] + light[:, None, None, None]
    return found


def _places(extent: int, drawn: Float[Tensor, " batch"]) -> Tensor:
    """Return from which place each place is taken, one row for each map."""
    most = max(1, round(_SHIFT * extent))
    shift = (drawn * (2 * most + 1)).long().clamp(max=2 * most) - most
    return (torch.arange(extent, device=drawn.device) + shift[:, None]).clamp(0, extent - 1)
