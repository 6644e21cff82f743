"""Backbones that show what lies where: maps of features instead of features of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from chameleonapi.models.backbones import PictureBackbone

__all__ = ["MapBackbone", "Maps"]


class Maps(NamedTuple):
    """Maps of a batch, channels first.

    Attributes:
        fine: the last with cells of half the size.
        coarse: the last of all.
        final: what the network makes of that for its features.
        filtered: of blocks within, with the cells of ``fine``; empty where features of the whole
            are those of the last layer alone.
    """

    fine: Float[Tensor, "batch fine height width"]
    coarse: Float[Tensor, "batch coarse low narrow"]
    final: Float[Tensor, "batch final low narrow"]
    filtered: tuple[Float[Tensor, "batch channels height width"], ...] = ()


@runtime_checkable
class MapBackbone(PictureBackbone, Protocol):
    """A backbone with maps of two sizes."""

    @property
    def map_channels(self) -> tuple[int, int, int, tuple[int, ...]]:
        """Channels of what ``maps`` gives, in that order."""
        ...

    def maps(self, pixels: Float[Tensor, "batch 3 side side"]) -> Iterator[Maps]:
        """Yield, for some pictures after the other, their maps, without gradients."""
        ...
