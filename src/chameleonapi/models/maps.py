"""Backbones that show what lies where: maps of features instead of features of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from chameleonapi.models.backbones import PictureBackbone

__all__ = ["MapBackbone"]


@runtime_checkable
class MapBackbone(PictureBackbone, Protocol):
    """A backbone with maps of two sizes."""

    @property
    def map_channels(self) -> tuple[int, int, int]:
        """Channels of the three maps that ``maps`` gives."""
        ...

    def maps(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield, for some pictures after the other, three maps, without gradients.

        The first is fine; the second is coarse, and the third what the network makes of that for
        its features.
        """
        ...
