"""A backbone whose features of a picture are those of its regions, one after the other.

For each region: one if it is there at all, its box, and then what the head sees: the maps of the
network within the box, how sure the finder is, how far the box lies within one that is surer, and
its size and place.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple, final

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.models.backbones import Backbone
from chameleonapi.models.maps import MapBackbone, Maps
from chameleonapi.models.regions.finder import RegionFinder
from chameleonapi.models.regions.geometry import overlap, pick_regions, pool_regions

__all__ = ["REGIONS", "RegionBackbone", "RegionRows", "need_maps", "read_regions"]

REGIONS: Final = 8
"""Regions in a picture at most: no more things than that are found."""

_MOST_OVERLAP: Final = 0.5
_PLACE: Final = 5  # numbers in front of what the head sees: whether it is there, and its box
_GEOMETRY: Final = 7


class RegionRows(NamedTuple):
    """The features of pictures, taken apart."""

    there: Bool[Tensor, "batch regions"]
    boxes: Float[Tensor, "batch regions 4"]
    features: Float[Tensor, "batch regions dimension"]


def read_regions(features: Float[Tensor, "batch numbers"]) -> RegionRows:
    """Take the features of a backbone of regions apart.

    Raises:
        UsageError: if they are those of another backbone.
    """
    width, rest = divmod(features.shape[-1], REGIONS)
    if rest or width <= _PLACE:
        raise UsageError(
            f"features of {features.shape[-1]} numbers are not those of {REGIONS} regions.",
            hint="Compute them with a backbone of regions.",
        )
    rows = features.reshape(-1, REGIONS, width)
    return RegionRows(rows[..., 0] > 0, rows[..., 1:_PLACE], rows[..., _PLACE:])


def need_maps(backbone: Backbone) -> MapBackbone:
    """Return the backbone as one that gives maps.

    Raises:
        UnsupportedError: if it does not.
    """
    if not isinstance(backbone, MapBackbone):
        raise UnsupportedError(
            f"{backbone.name} gives no maps, so nothing can be found in its pictures.",
            hint="Use embedded:efficientnet-lite0+stages@192.",
        )
    return backbone


@final
class RegionBackbone:
    """A backbone of whole pictures with a finder.

    Args:
        whole: gives the maps.
        finder: finds the regions.
    """

    def __init__(self, whole: Backbone, finder: RegionFinder) -> None:
        self._whole = need_maps(whole)
        self._finder = finder

    @property
    def whole(self) -> MapBackbone:
        """The backbone of whole pictures."""
        return self._whole

    @property
    def finder(self) -> RegionFinder:
        """What finds the regions."""
        return self._finder

    @property
    def name(self) -> str:
        """The name of the backbone of whole pictures: the finder is told apart by ``sha256``."""
        return self._whole.name

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights of both."""
        return hashlib.sha256(f"{self._whole.sha256}/{self._finder.sha256}".encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """Number of features of one picture."""
        return REGIONS * (_PLACE + self.region_dimension)

    @property
    def region_dimension(self) -> int:
        """Number of features of one region that a head sees."""
        fine, _, last, filtered = self._whole.map_channels
        return fine + last + sum(filtered) + _GEOMETRY

    @property
    def side(self) -> int:
        """Width and height, in pixels, of the pictures that it takes."""
        return self._whole.side

    def preprocess(self, picture: UInt8[np.ndarray, "side side 3"]) -> Float[Tensor, "3 side side"]:
        """Scale the values of a picture as the network expects them."""
        return self._whole.preprocess(picture)

    @torch.no_grad()
    def features(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Float[Tensor, "batch dimension"]:
        """Compute the features of a batch."""
        found = [self._features(maps) for maps in self._whole.maps(pixels)]
        return torch.cat(found) if found else torch.zeros(0, self.dimension)

    def _features(self, maps: Maps) -> Tensor:
        logits, boxes = self._finder(maps.fine, maps.coarse)
        boxes = boxes.clamp(0, 1)
        places, there = pick_regions(boxes, logits, count=REGIONS, most_overlap=_MOST_OVERLAP)
        boxes = boxes.gather(1, places[..., None].expand(-1, -1, 4))
        sure = logits.gather(1, places)
        shared = overlap(boxes[:, :, None], boxes[:, None])
        earlier = shared.tril(-1).amax(-1)
        size = boxes[..., 2:] - boxes[..., :2]
        middle = (boxes[..., 2:] + boxes[..., :2]) / 2
        area = size.prod(-1, keepdim=True).sqrt()
        seen = [pool_regions(one, boxes) for one in (maps.fine, maps.final, *maps.filtered)]
        parts = [*seen, sure[..., None], earlier[..., None], area, size, middle]
        rows = torch.cat([there[..., None].to(boxes.dtype), boxes, *parts], -1)
        # What is not there says nothing, so that equal pictures have equal features.
        return (rows * there[..., None]).flatten(1).cpu()
