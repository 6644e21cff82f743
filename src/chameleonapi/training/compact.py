"""The few columns on which a decision hangs, whatever the number of labels.

An application reads some labels; all others matter only in that they take places in an answer
of limited length. So a row of thousands of logits shrinks to the labels read and the highest of
the others, as many as the answer has places: the decision on it is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.losses import Presence
from chameleonapi.training.groups import columns_that_matter

__all__ = ["CompactSpace"]


@dataclass(frozen=True, eq=False)
class CompactSpace:
    """Labels read, followed by places for the highest of the others.

    Attributes:
        full: the label space of the head.
        matter: positions in ``full`` of the labels that are kept as they are.
        places: how many of the others are kept; they have no names.
    """

    full: tuple[str, ...]
    matter: Int[Tensor, " matter"]
    places: int

    @classmethod
    def of(cls, process: DecisionProcess, labels: Sequence[str]) -> CompactSpace:
        """Return the space for an application over a label space."""
        matter = columns_that_matter(process, labels)
        others = len(labels) - len(matter)
        most = process.max_results
        # Without a limit, or with one that all labels fit into, the others change nothing.
        places = 0 if most is None or most >= len(labels) else min(most, others)
        return cls(tuple(labels), torch.tensor(matter, dtype=torch.long), places)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The names of the columns; a control character keeps them apart from real labels."""
        named = tuple(self.full[one] for one in self.matter.tolist())
        return (*named, *(f"\x00 place {one}" for one in range(self.places)))

    @cached_property
    def _others(self) -> Int[Tensor, " others"]:
        rest = torch.ones(len(self.full), dtype=torch.bool)
        rest[self.matter] = False
        return rest.nonzero()[:, 0]

    def logits(self, full: Float[Tensor, "batch labels"]) -> Float[Tensor, "batch columns"]:
        """Shrink rows of logits."""
        kept = full[:, self.matter]
        if not self.places:
            return kept
        highest = full[:, self._others].topk(self.places, dim=1).values
        return torch.cat([kept, highest], 1)

    def common(self, bias: Float[Tensor, " labels"]) -> Float[Tensor, " places"]:
        """Return what is added to the places when all labels that nobody reads move alike."""
        return bias[self._others][: self.places]

    def truth(
        self, full: Presence
    ) -> Bool[Tensor, "batch columns"] | Float[Tensor, "batch columns"]:
        """Shrink rows of presence or knowledge; nothing is said of the places."""
        return torch.cat([full[:, self.matter], full.new_zeros(len(full), self.places)], 1)

    def local(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Return where columns of the full space are now; all of them stand for all."""
        if len(columns) == len(self.full):
            return tuple(range(len(self.labels)))
        position = {column: index for index, column in enumerate(self.matter.tolist())}
        return tuple(position[one] for one in columns)
