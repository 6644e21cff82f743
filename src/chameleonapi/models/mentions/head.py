"""A head over mentions, and what heads say of the mentions of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from jaxtyping import Float
from torch import Tensor

from chameleonapi.apis import Mentions
from chameleonapi.models.heads import LinearHead
from chameleonapi.models.mentions.backbone import MENTIONS, read_mentions
from chameleonapi.models.served import ServedModel, answer_batch

__all__ = ["MentionHead", "mention_batch"]


@final
@dataclass(frozen=True, eq=False)
class MentionHead:
    """A linear head that is asked about each mention.

    Attributes:
        linear: over the features of one mention.
    """

    linear: LinearHead

    @property
    def labels(self) -> tuple[str, ...]:
        """The label space."""
        return self.linear.labels

    @property
    def mentions(self) -> int:
        """Mentions in a text at most."""
        return MENTIONS

    def logits(
        self, features: Float[Tensor, "batch numbers"]
    ) -> Float[Tensor, "batch mentions labels"]:
        """Return what is said of each mention, whether it is there or not."""
        weight, bias = self.linear.folded
        return read_mentions(features).features @ weight.T + bias

    def named(self, features: Float[Tensor, "batch numbers"]) -> Sequence[Mentions]:
        """Return what is said of the mentions that are there in each text."""
        rows = read_mentions(features)
        logits = self.logits(features)
        return [
            Mentions(self.labels, rows.mentions(row), logits[row][rows.there[row]].tolist())
            for row in range(len(features))
        ]


def mention_batch(
    models: Sequence[ServedModel], found: Float[Tensor, "batch numbers"]
) -> list[Mentions]:
    """Return what is named in each text of a batch by the model that stands beside it.

    Args:
        models: heads over mentions.
        found: features of a backbone of mentions.
    """
    rows = read_mentions(found)
    each = [one for one in models for _ in range(MENTIONS)]
    logits = answer_batch(each, rows.features.flatten(0, 1), lambda one: one.tolist())
    return [
        Mentions(
            one.labels,
            rows.mentions(row),
            [
                logits[row * MENTIONS + place]
                for place in rows.there[row].nonzero().flatten().tolist()
            ],
        )
        for row, one in enumerate(models)
    ]
