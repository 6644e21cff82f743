"""What a loss is, and how many examples become one number."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias, runtime_checkable

from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UsageError

__all__ = ["Decision", "DecisionLoss", "Presence", "Reduction", "reduce_examples"]

Reduction: TypeAlias = Literal["mean", "none", "sum"]


Presence = Bool[Tensor, "batch labels"] | Float[Tensor, "batch labels"]
"""Whether each label is really there, or to which degree where that is a matter of degree."""


@runtime_checkable
class Decision(Protocol):
    """A decision process as tensor functions of the logits of a model."""

    @property
    def process(self) -> DecisionProcess:
        """The record."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each number of a row of logits."""
        ...

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids: the columns of ``margins`` and ``acceptable``."""
        ...

    @property
    def is_factored(self) -> bool:
        """Whether the outcomes are single flags, each followed by its absence."""
        ...

    def margins(
        self, logits: Float[Tensor, "batch labels"], *, temperature: float = 1.0
    ) -> Float[Tensor, "batch outcomes"]:
        """Return the signed margin of each outcome, in logits.

        As the temperature tends to zero, a margin is positive if and only if its outcome is
        the decision; at zero it is so exactly, ties apart.
        """
        ...

    def decide(self, logits: Float[Tensor, "batch labels"]) -> Int[Tensor, " batch"]:
        """Return the index of the outcome of the answer that would be served."""
        ...

    def is_correct(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
    ) -> Bool[Tensor, " batch"]:
        """Return whether the decision is among the acceptable outcomes."""
        ...

    def acceptable(
        self, present: Presence, known: Bool[Tensor, "batch labels"] | None = None
    ) -> Bool[Tensor, "batch outcomes"]:
        """Return which outcomes are right for what is really in each input."""
        ...

    def outcome_id(self, index: int) -> str:
        """Return the id of the outcome that ``decide`` gives as ``index``."""
        ...


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
        present: Presence,
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
