"""The network that finds things of any sort: for each cell of a grid, whether a thing is there.

A cell in the middle of a thing tells, besides, how far the thing's four sides are from it.

Reference: Tian et al., "FCOS: Fully Convolutional One-Stage Object Detection", ICCV 2019.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple, final

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.nn import functional

from chameleonapi.errors import ModelError

__all__ = ["Found", "RegionFinder"]

_FORMAT: Final = "chameleonapi.regions/1"
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
class RegionFinder(nn.Module):
    """Maps of two sizes in, a logit and a box for each cell of the finer one out.

    Args:
        fine, coarse: channels of the two maps.
    """

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

    # As a file

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the weights; they do not change once it has been asked for."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the finder as a safetensors file; equal finders give equal bytes."""
        tensors = {
            name: one.detach().to("cpu", torch.float32).contiguous().clone()
            for name, one in self.state_dict().items()
        }
        record = {
            "format": _FORMAT,
            "fine": self.fine.in_channels,
            "coarse": self.coarse.in_channels,
        }
        # one entry only: safetensors writes several in no fixed order
        return bytes(save(tensors, {"regions": json.dumps(record, sort_keys=True)}))

    @classmethod
    def from_bytes(cls, content: bytes) -> RegionFinder:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors = load(content)
            record = _read_record(content)
            made = cls(record["fine"], record["coarse"])
            made.load_state_dict(tensors)
        except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
            why = str(error).splitlines()[0] if str(error) else "it is empty"
            raise _unfit(why) from None
        spreads = [one for name, one in tensors.items() if name.endswith("_spread")]
        if not all(bool(torch.isfinite(one).all()) for one in tensors.values()) or not all(
            bool((one > 0).all()) for one in spreads
        ):
            raise _unfit("it holds values that are not finite, or a spread of zero")
        return made.requires_grad_(False).eval()

    def trained(self, parameters: Mapping[str, Tensor]) -> RegionFinder:
        """Return this finder with trained weights, ready to be used."""
        made = type(self)(self.fine.in_channels, self.coarse.in_channels)
        weights = {name: one.detach() for name, one in parameters.items()}
        made.load_state_dict({**self.state_dict(), **weights})
        return made.requires_grad_(False).eval()


_MOST_CHANNELS: Final = 8192


def _read_record(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:8], "little")
    record = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["regions"])
    if record["format"] != _FORMAT:
        raise ValueError(f"its format is {record['format']!r}, expected {_FORMAT!r}")
    for name in ("fine", "coarse"):
        if type(record[name]) is not int or not 0 < record[name] <= _MOST_CHANNELS:
            raise ValueError(f"its number of channels is {record[name]!r}")
    return dict(record)


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"the finder of regions cannot be used: {why}.",
        hint="The file is damaged or was made by another version; publish the model again.",
    )
