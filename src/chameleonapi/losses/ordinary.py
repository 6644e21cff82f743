"""Ordinary losses, label by label: the rivals of a loss that knows the decision.

Each sums over labels and ignores those that are unknown, so that a label counts
alike whether it has few or many neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from chameleonapi.errors import UsageError
from chameleonapi.losses.buffers import Buffer
from chameleonapi.losses.compiled import CompiledDecision
from chameleonapi.losses.interface import Decision, Presence, Reduction, reduce_examples

__all__ = ["AsymmetricLoss", "LabelWiseLoss", "target_mask", "trust_region"]


def target_mask(decision: Decision) -> Bool[Tensor, " labels"]:
    """Return which labels the process reads; all where they are no labels of an answer.

    Raises:
        UsageError: if the process reads none of them.
    """
    if not isinstance(decision, CompiledDecision):
        return torch.ones(len(decision.labels), dtype=torch.bool)
    read = set(decision.process.labels_read(decision.labels))
    if not read:
        raise UsageError(
            f"{decision.process.id} reads none of the {len(decision.labels)} labels by name.",
            hint="Use 'bce.v1', which trains all labels, or 'robustness.v1'.",
        )
    return torch.tensor([one in read for one in decision.labels], dtype=torch.bool)


@final
@dataclass(frozen=True, eq=False)
class LabelWiseLoss:
    """Weighted binary cross-entropy.

    Attributes:
        weights: of each label.
        positive: factor for labels that are present.
    """

    weights: Buffer
    positive: float
    name: str

    @classmethod
    def on_targets(cls, decision: Decision) -> LabelWiseLoss:
        """Return cross-entropy on the labels that the process reads."""
        return cls(Buffer(target_mask(decision).float()), 1.0, "basic.v1")

    @classmethod
    def on_all(cls, decision: Decision) -> LabelWiseLoss:
        """Return cross-entropy on all labels."""
        return cls(Buffer(torch.ones(len(decision.labels))), 1.0, "bce.v1")

    @classmethod
    def weighted(
        cls, decision: Decision, *, target: float = 10.0, positive: float = 1.0
    ) -> LabelWiseLoss:
        """Return cross-entropy on all labels, those that the process reads weighing more.

        Args:
            decision: says which labels are read.
            target: weight of a label that is read; all others weigh one.
            positive: factor for labels that are present, to make up for their rarity.
        """
        if target < 0 or positive < 0:
            raise UsageError(
                f"a weight below zero came: target {target}, positive {positive}.",
                hint="Give weights of zero or more.",
            )
        weights = 1.0 + (target - 1.0) * target_mask(decision).float()
        return cls(Buffer(weights), positive, "weighted-bce.v1")

    def __call__(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],  # noqa: ARG002 - one interface for all losses
        present: Presence,
        known: Bool[Tensor, "batch labels"] | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> Float[Tensor, "*reduced"]:
        """Return the loss of a batch; see :class:`DecisionLoss`."""
        entropy = functional.binary_cross_entropy_with_logits(
            logits, present.to(logits.dtype), reduction="none"
        )
        weights = self.weights.on(logits.device).to(logits.dtype)
        if self.positive != 1.0:
            weights = torch.where(present > 0, weights * self.positive, weights)
        if known is not None:
            weights = weights * known
        return reduce_examples((entropy * weights).sum(-1), reduction)


@final
@dataclass(frozen=True, eq=False)
class AsymmetricLoss:
    """The asymmetric loss on the labels that the process reads.

    A present label costs ``(1 - p)^g+ (-ln p)``; an absent one ``q^g- (-ln(1 - q))`` with
    ``q = max(p - shift, 0)``, so that easy negatives cost nothing.

    Reference: Ridnik et al., "Asymmetric Loss for Multi-Label Classification", ICCV 2021,
    equations 4 to 7 and its defaults. Unlike the authors' code, the gradient also goes
    through the focusing factors, so that the value is the one that is differentiated.
    """

    targets: Buffer
    focus_present: float = 0.0
    focus_absent: float = 4.0
    shift: float = 0.05
    name: str = "asymmetric.v1"

    def __post_init__(self) -> None:
        if self.focus_present < 0 or self.focus_absent < 0 or not 0 <= self.shift < 1:
            raise UsageError(
                f"the asymmetric loss cannot have focus {self.focus_present} and"
                f" {self.focus_absent} with shift {self.shift}.",
                hint="A focus must not be negative; the shift lies in [0, 1).",
            )

    def __call__(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],  # noqa: ARG002 - one interface for all losses
        present: Bool[Tensor, "batch labels"],
        known: Bool[Tensor, "batch labels"] | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> Float[Tensor, "*reduced"]:
        """Return the loss of a batch; see :class:`DecisionLoss`."""
        score = torch.sigmoid(logits)
        shifted = (score - self.shift).clamp(min=0)
        # ln(1 - q) is finite for all logits while there is a shift; without one it is the
        # log-sigmoid of minus the logit.
        log_absent = torch.log1p(-shifted) if self.shift else functional.logsigmoid(-logits)
        cost_present = (1 - score) ** self.focus_present * -functional.logsigmoid(logits)
        cost_absent = shifted**self.focus_absent * -log_absent
        costs = torch.where(present, cost_present, cost_absent)
        weights = self.targets.on(logits.device)
        if known is not None:
            weights = weights & known
        return reduce_examples((costs * weights).sum(-1), reduction)


def trust_region(
    logits: Float[Tensor, "batch labels"],
    generic_logits: Float[Tensor, "batch labels"],
    unread: Bool[Tensor, " labels"],
    *,
    reduction: Reduction = "mean",
) -> Float[Tensor, "*reduced"]:
    """Return how far the labels that the application does not read have drifted.

    The mean over these labels of the Kullback-Leibler divergence of the customised from the
    generic score, in nats: zero exactly where they agree. The generic logits are constants.

    Args:
        logits: of the customised model.
        generic_logits: of the model from which it started, for the same examples.
        unread: the labels to keep; see :func:`target_mask` for the others.
        reduction: over the examples.
    """
    anchor = generic_logits.detach()
    belief = torch.sigmoid(anchor)
    # The divergence by log-sigmoids, which stay exact where scores round to 0 or 1.
    present = belief * (functional.logsigmoid(anchor) - functional.logsigmoid(logits))
    absent = (1 - belief) * (functional.logsigmoid(-anchor) - functional.logsigmoid(-logits))
    kept = unread.to(logits.device)
    drift = ((present + absent) * kept).sum(-1) / kept.sum().clamp(min=1)
    return reduce_examples(drift, reduction)
