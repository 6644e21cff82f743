"""The network that finds things of any sort: for each cell of a grid, whether a thing is there.

A cell in the middle of a thing tells, besides, how far the thing's four sides are from it.

Reference: Tian et al., "FCOS: Fully Convolutional One-Stage Object Detection", ICCV 2019.
"""

from __future__ import annotations

from typing import Final, NamedTuple, final

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from chameleonapi.models.finders import Finder

__all__ = ["Found", "RegionFinder"]

_WIDTH: Final = 96
_FINE, _COARSE = 64, 128
_REACH: Final = 0.3
"""The distance of a side at an output of one, in sides of the picture, roughly."""
_PRIOR: Final = -2.0
_LEAST_SPREAD: Final = 1e-3


class Found(NamedTuple):
    """What the finder says of each cell, row by row."""

    logits: Float[Tensor, "batch cells"]
    boxes: Float[Tensor, "batch cells 4"]


@final
class RegionFinder(Finder):
    """Maps of two sizes in, a logit and a box for each cell of the finer one out.

    Args:
        fine, coarse: channels of the two maps.
    """

    entry = "regions"
    form = "chameleonapi.regions/1"

    def __init__(self, fine: int, coarse: int) -> None:
        super().__init__()
        for name, channels in (("fine", fine), ("coarse", coarse)):
            self.register_buffer(f"{name}_mean", torch.zeros(channels, 1, 1))
            self.register_buffer(f"{name}_spread", torch.ones(channels, 1, 1))
        self.fine = nn.Conv2d(fine, _FINE, 1)
        self.coarse = nn.Conv2d(coarse, _COARSE, 1)
        self.first = nn.Conv2d(_FINE + _COARSE, _WIDTH, 3, padding=1)
        self.second = nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1)
        self.last = nn.Conv2d(_WIDTH, 5, 1)
        assert self.last.bias is not None
        nn.init.constant_(self.last.bias[:1], _PRIOR)

    @classmethod
    def untrained(
        cls,
        fine: Float[Tensor, "pictures fine height width"],
        coarse: Float[Tensor, "pictures coarse low narrow"],
        *,
        seed: int,
    ) -> RegionFinder:
        """Return a finder with random weights, the same for the same seed, for maps like these."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            made = cls(fine.shape[1], coarse.shape[1])
        for name, maps in (("fine", fine), ("coarse", coarse)):
            spread, mean = torch.std_mean(maps, (0, 2, 3), correction=0)
            made.get_buffer(f"{name}_mean").copy_(mean[:, None, None])
            made.get_buffer(f"{name}_spread").copy_(spread.clamp(min=_LEAST_SPREAD)[:, None, None])
        return made

    def forward(
        self,
        fine: Float[Tensor, "batch fine height width"],
        coarse: Float[Tensor, "batch coarse low narrow"],
    ) -> Found:
        """Find things."""
        fine = (fine - self.get_buffer("fine_mean")) / self.get_buffer("fine_spread")
        coarse = (coarse - self.get_buffer("coarse_mean")) / self.get_buffer("coarse_spread")
        height, width = fine.shape[-2:]
        wide = functional.interpolate(
            self.coarse(coarse), size=(height, width), mode="bilinear", align_corners=False
        )
        maps = functional.relu(torch.cat([self.fine(fine), wide], 1))
        maps = functional.relu(self.second(functional.relu(self.first(maps))))
        found = self.last(maps).flatten(2)
        middle = self.middles(height, width, found.device)
        reach = functional.softplus(found[:, 1:]).transpose(1, 2) * _REACH
        boxes = torch.cat([middle - reach[..., :2], middle + reach[..., 2:]], -1)
        return Found(found[:, 0], boxes)

    @staticmethod
    def middles(height: int, width: int, device: torch.device) -> Float[Tensor, "cells 2"]:
        """Return the middle of each cell, row by row: across and down."""
        down = (torch.arange(height, device=device) + 0.5) / height
        across = (torch.arange(width, device=device) + 0.5) / width
        return torch.stack(
            [across.expand(height, -1), down[:, None].expand(-1, width)], -1
        ).flatten(0, 1)

    @property
    def sizes(self) -> dict[str, int]:
        """Channels of the two maps."""
        return {"fine": self.fine.in_channels, "coarse": self.coarse.in_channels}
