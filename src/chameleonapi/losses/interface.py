"""What a loss is, and how many examples become one number."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias, runtime_checkable

from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.errors import UsageError

__all__ = ["DecisionLoss", "Reduction", "reduce_examples"]

Reduction: TypeAlias = Literal["mean", "none", "sum"]


@runtime_checkable
class DecisionLoss(Protocol):
    """A pure function of logits and truth, for one decision process."""

    @property
    def name(self) -> str:
        """The name under which it is registered, version included."""
        ...

    def __call__(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
        present: Bool[Tensor, "batch labels"],
        known: Bool[Tensor, "batch labels"] | None = None,
        *,
        reduction: Reduction = "mean",
    ) -> Float[Tensor, "*reduced"]:
        """Return the loss of a batch.

        Args:
            logits: of the model.
            acceptable: outcomes that are right, from ``CompiledDecision.acceptable``.
            present: labels verified present.
            known: labels verified present or absent; all, if None. The others are never
                penalised.
            reduction: the mean or the sum over the examples, or one loss for each.
        """
        ...


def reduce_examples(
    losses: Float[Tensor, " batch"], reduction: Reduction
) -> Float[Tensor, "*reduced"]:
    """Return the mean or the sum over examples, or the losses themselves.

    Raises:
        UsageError: if the reduction is another.
    """
    match reduction:
        case "mean":
            # An empty batch has no error; 0 / 0 would poison a run.
            return losses.sum() / max(len(losses), 1)
        case "sum":
            return losses.sum()
        case "none":
            return losses
    raise UsageError(
        f"unknown reduction {reduction!r}.", hint="Known are 'mean', 'none' and 'sum'."
    )
