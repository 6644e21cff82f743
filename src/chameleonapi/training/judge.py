"""How wrong decisions are on a set of examples, fast enough for every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import torch
from jaxtyping import Bool, Float
from torch import Tensor

__all__ = ["BALANCED", "MIXES", "NATURAL", "Decider", "Judge", "balanced_weights", "mix_weights"]

BALANCED: Final = "balanced"
NATURAL: Final = "natural"
MIXES: Final = (BALANCED, NATURAL)
"""What counts alike: every outcome, or every example as it came."""


class Decider(Protocol):
    """The vectorised decision; ``chameleonapi.losses.CompiledDecision`` is one."""

    def is_correct(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
    ) -> Bool[Tensor, " batch"]:
        """Return whether the answer that would be served leads to an acceptable outcome."""
        ...


def balanced_weights(
    acceptable: Bool[Tensor, "examples outcomes"],
) -> Float[Tensor, " examples"]:
    """Return weights in sum one, with which every outcome that occurs counts alike.

    An example for which several outcomes are right counts for each in equal parts.
    """
    shares = acceptable.double() / acceptable.sum(1, keepdim=True).clamp(min=1)
    totals = shares.sum(0)
    inverse = torch.where(totals > 0, 1 / totals, 0.0)
    return (shares @ inverse) / (totals > 0).sum().clamp(min=1)


def mix_weights(
    acceptable: Bool[Tensor, "examples outcomes"], mix: str
) -> Float[Tensor, " examples"]:
    """Return weights in sum one with which every outcome, or every example, counts alike.

    An example for which no outcome is right never counts.
    """
    if mix == BALANCED:
        return balanced_weights(acceptable)
    counts = acceptable.any(1).double()
    return counts / counts.sum().clamp(min=1)


@dataclass(frozen=True, eq=False)
class Judge:
    """Decides examples and weighs what is wrong.

    Attributes:
        decider: of the application.
        acceptable: which outcomes are right for which example.
        mix: one of ``MIXES``.
    """

    decider: Decider
    acceptable: Bool[Tensor, "examples outcomes"]
    mix: str = BALANCED

    @cached_property
    def weights(self) -> Float[Tensor, " examples"]:
        """How much each example counts, in sum one."""
        return mix_weights(self.acceptable, self.mix)

    def wrong(self, logits: Float[Tensor, "examples labels"]) -> Bool[Tensor, " examples"]:
        """Return which examples are decided incorrectly."""
        return ~self.decider.is_correct(logits, self.acceptable)

    def rate(self, logits: Float[Tensor, "examples labels"]) -> float:
        """Return the rate of incorrect decisions on the mix."""
        return float(self.weights[self.wrong(logits)].sum())
