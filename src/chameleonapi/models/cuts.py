"""Backbones that can be cut in two: what is before the cut is shared and never trained.

Before the cut, an input becomes a row of numbers, which can be kept; behind it stands a tail
that turns rows into features, and that an application may have to itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Float16
from torch import Tensor, nn

from chameleonapi.errors import UnsupportedError
from chameleonapi.models.backbones import Backbone, TextBackbone, need_pictures

__all__ = ["CutBackbone", "RowSource", "device_of", "need_cuts", "tail_features", "trial_inputs"]

_AT_ONCE = 64
_TRIAL_TEXT = b"A text of some length, with a few sentences. " * 6


@runtime_checkable
class CutBackbone(Backbone, Protocol):
    """A backbone with places where it can be cut."""

    @property
    def cuts(self) -> tuple[int, ...]:
        """The cuts from the earliest, 0, before which nothing lies, to the latest.

        The second is the usual one for training the last stages.
        """
        ...

    def row_size(self, cut: int) -> int:
        """Return how many numbers an input is at a cut."""
        ...

    def rows(self, inputs: Sequence[Tensor], cut: int) -> Float16[Tensor, "batch row"]:
        """Compute the rows of inputs up to a cut, each input as its encoder reads it.

        They are rounded to half precision here, and not only where they are kept, so that
        what is served is what was trained and measured.
        """
        ...

    def tail(self, cut: int) -> nn.Module:
        """Return what follows the cut, with weights of its own: rows in, features out."""
        ...

    def jitter(
        self, rows: Float[Tensor, "batch row"], cut: int, drawn: Float[Tensor, "batch draws"]
    ) -> Float[Tensor, "batch row"]:
        """Return rows of the same things seen a little differently.

        ``drawn`` holds ``DRAWS`` numbers from 0 to 1 for each.
        """
        ...


class RowSource(Protocol):
    """Where rows come from; ``chameleonapi.models.CutCache`` is one."""

    @property
    def cut(self) -> int:
        """The cut whose rows these are."""
        ...

    def rows(self, digests: Sequence[str]) -> Float[Tensor, "inputs row"]:
        """Return the rows of inputs by the SHA-256 of their bytes."""
        ...


def need_cuts(backbone: Backbone) -> CutBackbone:
    """Return the backbone as one that can be cut.

    Raises:
        UnsupportedError: if it cannot.
    """
    if not isinstance(backbone, CutBackbone):
        raise UnsupportedError(
            f"{backbone.name} cannot be cut, so only its head can be trained.",
            hint="Customise with --level head, or with another backbone.",
        )
    return backbone


def device_of(network: nn.Module) -> torch.device:
    """Return where a network is."""
    return next(network.parameters()).device


@torch.no_grad()
def tail_features(
    tail: nn.Module, source: RowSource, digests: Sequence[str]
) -> Float[Tensor, "inputs dimension"]:
    """Compute the features that a tail makes of inputs."""
    device = device_of(tail)
    parts = [
        tail(source.rows(digests[start : start + _AT_ONCE]).to(device)).cpu()
        for start in range(0, len(digests), _AT_ONCE)
    ]
    return torch.cat(parts) if parts else tail(source.rows(()).to(device)).cpu()


def trial_inputs(backbone: Backbone, count: int) -> Sequence[Tensor]:
    """Return made-up inputs of a usual size, to time a backbone with."""
    if isinstance(backbone, TextBackbone):
        return [backbone.tokens(_TRIAL_TEXT)] * count
    side = need_pictures(backbone).side
    generator = torch.Generator().manual_seed(0)
    return [*(torch.rand((count, 3, side, side), generator=generator) * 2 - 1)]
