"""A head with a second opinion: rows for the outcomes of an application beside those of labels.

What is answered stays labels with scores. Where both opinions together come to another outcome
than the scores do, the scores are moved to where the application comes to it; how, is not known
here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias, final

from jaxtyping import Float
from torch import Tensor

from chameleonapi.errors import ModelError, UsageError
from chameleonapi.models.heads import LinearHead
from chameleonapi.models.weight_files import read_weights, write_weights

__all__ = ["LabelHead", "OutcomeHead", "PooledHead", "Reconcile"]

_FORMAT: Final = "chameleonapi.outcome-head/1"
_TENSORS: Final = ("weight", "bias", "mean", "std")
_ENTRY: Final = "outcomes"


class Reconcile(Protocol):
    """Moves logits of labels to where an application decides as two opinions together say."""

    def __call__(
        self, logits: Float[Tensor, "batch labels"], opinion: Float[Tensor, "batch outcomes"]
    ) -> Float[Tensor, "batch labels"]:
        """Return logits of labels; rows on which nothing has to change as they are."""
        ...

    @property
    def size_bytes(self) -> int:
        """The memory that it takes, about."""
        ...


@final
@dataclass(frozen=True, eq=False)
class OutcomeHead:
    """What speaks of the outcomes of one application.

    Attributes:
        linear: its labels are the ids of the outcomes.
        share: what its opinion counts beside that of the labels, which counts one.
    """

    linear: LinearHead
    share: float

    def __post_init__(self) -> None:
        if not 0 < self.share <= _MOST_SHARE:
            raise UsageError(
                f"an opinion on outcomes counts {self.share}, expected above 0 and at most "
                f"{_MOST_SHARE:g}.",
                hint="Leave out an opinion that counts nothing.",
            )

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids, one for each row."""
        return self.linear.labels

    def to_bytes(self) -> bytes:
        """Return it as a safetensors file; equal ones give equal bytes."""
        record = {"format": _FORMAT, "outcomes": list(self.outcomes), "share": self.share}
        tensors = {name: getattr(self.linear, name) for name in _TENSORS}
        return write_weights(tensors, _ENTRY, record)

    @classmethod
    def from_bytes(cls, content: bytes) -> OutcomeHead:
        """Read what ``to_bytes`` wrote.

        Raises:
            ModelError: if the content is damaged or of another form.
        """
        try:
            tensors, record = read_weights(content, _ENTRY, _FORMAT)
            outcomes, share = record["outcomes"], record["share"]
            if not isinstance(outcomes, list) or not all(isinstance(one, str) for one in outcomes):
                raise _unfit("its outcomes are no list of strings")
            if isinstance(share, bool) or not isinstance(share, int | float):
                raise _unfit("its share is no number")
            made = cls(LinearHead(tuple(outcomes), *(tensors[one] for one in _TENSORS)), share)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise _unfit(str(error)) from None
        if not bool((made.linear.std > 0).all()):
            raise _unfit("it holds a spread of zero")
        return made


_MOST_SHARE: Final = 100.0


@final
@dataclass(frozen=True, eq=False)
class PooledHead:
    """A linear head of labels, and a second opinion on the outcome.

    Attributes:
        linear: of the labels.
        opinion: of the outcomes, over the same features.
        reconcile: of the application.
    """

    linear: LinearHead
    opinion: OutcomeHead
    reconcile: Reconcile = field(repr=False)

    def __post_init__(self) -> None:
        if self.opinion.linear.dimension != self.linear.dimension:
            raise ModelError(
                f"an opinion on outcomes takes {self.opinion.linear.dimension} features, and the "
                f"head of labels beside it {self.linear.dimension}.",
                hint="Publish the model again.",
            )

    @property
    def labels(self) -> tuple[str, ...]:
        """The label space."""
        return self.linear.labels

    @property
    def dimension(self) -> int:
        """Number of features that it takes."""
        return self.linear.dimension

    def logits(self, features: Float[Tensor, "batch dimension"]) -> Float[Tensor, "batch labels"]:
        """Return the logits of the labels on which the application decides as both say."""
        opinion = self.opinion.linear.logits(features)
        return self.reconcile(self.linear.logits(features), opinion)


LabelHead: TypeAlias = LinearHead | PooledHead
"""What a model of whole inputs answers with."""


def _unfit(why: str) -> ModelError:
    return ModelError(
        f"an opinion on outcomes cannot be read: {why}.",
        hint="The file is damaged or none of this package; publish the model again.",
    )
