"""The perturbation loss: it asks a decision for nothing but its outcome.

The loss of an example is the chance of a wrong decision when Gaussian noise falls on its logits,

    L(z) = P(decide(z + s e) is not acceptable),  e ~ N(0, I),

which has a gradient although ``decide`` has none: E[wrong(z + s e) e] / s. It is estimated from
pairs of opposite draws, (wrong(z + s e) - wrong(z - s e)) e / (2 s), each without bias.

References: Williams, "Simple Statistical Gradient-Following Algorithms", Machine Learning 1992, for
the score function; Nesterov and Spokoiny, "Random Gradient-Free Minimization of Convex
Functions", Foundations of Computational Mathematics 2017, for Gaussian smoothing and pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.errors import UsageError
from chameleonapi.losses.interface import Decision, Presence, Reduction, reduce_examples
from chameleonapi.losses.ordinary import LabelWiseLoss

__all__ = ["PerturbationLoss"]


@final
@dataclass(frozen=True, eq=False)
class PerturbationLoss:
    """The chance of a wrong decision under noise, of any decision that can be asked.

    No margin of the decision is needed, so it may be a program (``ProgramDecision``). Examples
    whose decision the noise hardly ever changes teach nothing: ``ordinary`` helps those.

    The noise is the same in every call for batches of the same shape, so that the loss is a pure
    function; as batches are drawn anew, an example meets another noise each time.

    Attributes:
        decision: over the columns of the logits.
        scale: standard deviation of the noise, in logits.
        draws: how often each example is decided; even, since draws come in opposite pairs.
        seed: of the noise.
        ordinary: weight of the ordinary loss on the labels that the decision reads.
    """

    decision: Decision
    scale: float = 1.0
    draws: int = 16
    seed: int = 0
    ordinary: float = 0.0
    name: str = "perturbation.v1"

    def __post_init__(self) -> None:
        if self.scale <= 0 or self.ordinary < 0 or self.draws < 2 or self.draws % 2:
            raise UsageError(
                f"a scale of {self.scale}, {self.draws} draws and an ordinary weight of "
                f"{self.ordinary} came.",
                hint="The scale must be above zero, the draws even, and no weight below zero.",
            )

    def __call__(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
        present: Presence,
        known: Bool[Tensor, "batch labels"] | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> Float[Tensor, "*reduced"]:
        """Return the loss of a batch; see :class:`DecisionLoss`."""
        noise = self._noise(logits)
        with torch.no_grad():
            near = torch.cat([logits + self.scale * noise, logits - self.scale * noise])
            repeated = acceptable.expand(self.draws, *acceptable.shape).flatten(0, 1)
            right = self.decision.is_correct(near.flatten(0, 1), repeated)
            wrong = (~right).to(logits.dtype).reshape(2, -1, len(logits))
            slope = ((wrong[0] - wrong[1])[..., None] * noise).mean(0) / (2 * self.scale)
            chance = wrong.mean((0, 1))
        along = (slope * logits).sum(-1)
        losses = chance + along - along.detach()
        losses = torch.where(acceptable.any(-1), losses, torch.zeros_like(losses))
        if self.ordinary:
            targets = LabelWiseLoss.on_targets(self.decision)
            losses = losses + self.ordinary * targets(
                logits, acceptable, present, known, reduction="none"
            )
        return reduce_examples(losses, reduction)

    def _noise(self, logits: Tensor) -> Float[Tensor, "pairs batch labels"]:
        # Drawn on the CPU: the same on every device.
        generator = torch.Generator().manual_seed(self.seed)
        drawn = torch.randn(self.draws // 2, *logits.shape, generator=generator)
        return drawn.to(logits.device, logits.dtype)
