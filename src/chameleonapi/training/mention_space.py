"""The rows of entities on which a decision hangs: all types of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.losses import EntityDecision, compile_entities
from chameleonapi.models.mentions import MENTIONS
from chameleonapi.training.pieces import Terrain

__all__ = ["MentionSpace"]


@dataclass(frozen=True, eq=False)
class MentionSpace:
    """Types by entity: a compact row is the whole one.

    Attributes:
        labels: the label space of the head.
    """

    labels: tuple[str, ...]

    @cached_property
    def matter(self) -> Int[Tensor, " labels"]:
        """Positions of the types that are trained: all, as one takes what another loses."""
        return torch.arange(len(self.labels))

    @property
    def slots(self) -> int:
        """Number of logits in a row; as many numbers come behind them."""
        return len(self.labels) * MENTIONS

    @property
    def fixed(self) -> int:
        """Numbers behind the logits, which do not hang on the head."""
        return self.slots

    def compile(self, process: DecisionProcess) -> EntityDecision:
        """Compile a decision over these rows."""
        return compile_entities(process, self.labels, MENTIONS)

    def terrain(self, process: DecisionProcess) -> Terrain:
        """Return what shifted logits can cross."""
        return Terrain((), tuple(range(self.slots)), None, self.slots, self.compile(process))

    def rows(self, full: Float[Tensor, "batch numbers"]) -> Float[Tensor, "batch row"]:
        """Return rows as they are."""
        return full

    def local(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Return the numbers of a row that types have."""
        return tuple(one * MENTIONS + place for one in columns for place in range(MENTIONS))
