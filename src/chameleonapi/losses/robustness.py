"""The robustness loss: every decision process has one.

Each outcome has a margin, as in the quantitative semantics of signal temporal
logic: how far, in logits, the answer is from the border of the inputs that
lead there. The margin of an example is the soft maximum over its acceptable
outcomes; the loss is a decreasing function of it.

Reference: Donzé and Maler, "Robust Satisfaction of Temporal Logic over
Real-Valued Signals", FORMATS 2010, for the semantics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, final

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from chameleonapi.errors import UsageError
from chameleonapi.losses.interface import Decision, Presence, Reduction, reduce_examples
from chameleonapi.losses.ordinary import LabelWiseLoss
from chameleonapi.losses.smooth import soft_max, soft_min

__all__ = ["RobustnessLoss", "Surrogate"]

Surrogate = Literal["softplus", "hinge", "sigmoid"]
_SURROGATES: Final = ("softplus", "hinge", "sigmoid")


@final
@dataclass(frozen=True, eq=False)
class RobustnessLoss:
    """A decreasing function of the margin of being right.

    With x = (``margin`` - the example's margin) / ``scale``, the loss of an example is

    - ``softplus``: scale ln(1 + exp x), which never stops learning from confident mistakes;
    - ``hinge``: scale max(0, x);
    - ``sigmoid``: 1 / (1 + exp -x), close to the share of wrong decisions.

    An example for which every outcome, or none, is acceptable teaches nothing and costs
    nothing.

    Attributes:
        decision: compiled over the columns of the logits.
        temperature: of the margins, in logits.
        margin: how far on the right side of the border a decision should be, in logits.
        scale: width of the bend, in logits.
        surrogate: the decreasing function.
        ordinary: weight of the ordinary loss on the labels that the process reads, summed
            over them; it helps where examples are few. Zero leaves the decision alone.
    """

    decision: Decision
    temperature: float = 1.0
    margin: float = 0.0
    scale: float = 1.0
    surrogate: Surrogate = "softplus"
    ordinary: float = 0.0
    name: str = "robustness.v1"

    def __post_init__(self) -> None:
        if self.surrogate not in _SURROGATES:
            raise UsageError(
                f"unknown surrogate {self.surrogate!r}.", hint=f"Known: {', '.join(_SURROGATES)}."
            )
        if self.temperature < 0 or self.scale <= 0 or self.ordinary < 0:
            raise UsageError(
                "a temperature or a weight below zero, or a scale that is not above zero, came.",
                hint="Leave the options out for the defaults.",
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
        margin, teaches = self.example_margins(logits, acceptable)
        excess = (self.margin - margin) / self.scale
        match self.surrogate:
            case "softplus":
                losses = functional.softplus(excess) * self.scale
            case "hinge":
                losses = excess.clamp(min=0) * self.scale
            case _:
                losses = torch.sigmoid(excess)
        losses = torch.where(teaches, losses, torch.zeros_like(losses))
        if self.ordinary:
            targets = LabelWiseLoss.on_targets(self.decision)
            losses = losses + self.ordinary * targets(
                logits, acceptable, present, known, reduction="none"
            )
        return reduce_examples(losses, reduction)

    def example_margins(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
    ) -> tuple[Float[Tensor, " batch"], Bool[Tensor, " batch"]]:
        """Return the margin of being right, and whether the example teaches anything."""
        margins = self.decision.margins(logits, temperature=self.temperature)
        if self.decision.is_factored:
            shape = (len(margins), -1, 2)
            pairs, allowed = margins.reshape(shape), acceptable.reshape(shape)
            flags = self._best(pairs, allowed)
            decided = allowed.any(-1) & ~allowed.all(-1)
            teaches = decided.any(-1)
            far = torch.full_like(flags, torch.inf)
            flags = torch.where(decided, flags, far)
            flags = torch.where(teaches[:, None], flags, torch.zeros_like(flags))
            return soft_min(flags, self.temperature), teaches
        teaches = acceptable.any(-1) & ~acceptable.all(-1)
        return self._best(margins, acceptable), teaches

    def _best(self, margins: Tensor, acceptable: Tensor) -> Tensor:
        # Where nothing is acceptable all are kept: minus infinity has no gradient.
        usable = acceptable | ~acceptable.any(-1, keepdim=True)
        return soft_max(margins.masked_fill(~usable, -torch.inf), self.temperature)
