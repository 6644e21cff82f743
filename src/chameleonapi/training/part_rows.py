"""Examples whose features are those of their parts: regions of pictures, mentions in texts."""

from __future__ import annotations

from typing import NamedTuple

from jaxtyping import Bool, Float, Int
from torch import Tensor

__all__ = ["RegionExamples"]


class RegionExamples(NamedTuple):
    """Examples of one application, over the rows of its compact space.

    Attributes:
        features: of each region, or mention, normalised.
        there: which of them are there.
        logits: rows of the head that training starts from: logits, then numbers that do not hang
            on it, such as boxes.
        present, known: verified labels of parts, at the same places; nothing of those numbers.
        acceptable: outcomes that are right.
    """

    features: Float[Tensor, "examples regions dimension"]
    there: Bool[Tensor, "examples regions"]
    logits: Float[Tensor, "examples row"]
    present: Bool[Tensor, "examples row"]
    known: Bool[Tensor, "examples row"]
    acceptable: Bool[Tensor, "examples outcomes"]

    def take(self, rows: Int[Tensor, " batch"]) -> RegionExamples:
        """Return the examples at these positions."""
        return RegionExamples(*(one[rows] for one in self))
