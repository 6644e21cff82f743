"""How wrong decisions are on a set of examples, fast enough for every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import torch
from jaxtyping import Bool, Float
from torch import Tensor

__all__ = ["Decider", "Judge", "balanced_weights"]


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


@dataclass(frozen=True, eq=False)
class Judge:
    """Decides examples and weighs what is wrong.

    Attributes:
        decider: of the application.
        acceptable: which outcomes are right for which example.
    """

    decider: Decider
    acceptable: Bool[Tensor, "examples outcomes"]

    @cached_property
    def weights(self) -> Float[Tensor, " examples"]:
        """How much each example counts, in sum one."""
        return balanced_weights(self.acceptable)

    def wrong(self, logits: Float[Tensor, "examples labels"]) -> Bool[Tensor, " examples"]:
        """Return which examples are decided incorrectly."""
        return ~self.decider.is_correct(logits, self.acceptable)

    def rate(self, logits: Float[Tensor, "examples labels"]) -> float:
        """Return the balanced rate of incorrect decisions."""
        return float(self.weights[self.wrong(logits)].sum())
