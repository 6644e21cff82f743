"""A batch of logits as hard answers: exactly what would be served, example by example."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.losses.elements import AtomGroup
from chameleonapi.losses.pointwise import Pointwise
from chameleonapi.losses.rows import Seen
from chameleonapi.losses.score_sets import contains

__all__ = ["AnswerBatch", "read_answers"]


@final
class AnswerBatch:
    """Answers as padded rows, elements in the order of the API.

    Attributes:
        scores: of the elements, in [0, 1] and in double precision, as a client computes.
        columns: their labels.
        present: which places of the row hold an element.
    """

    def __init__(
        self,
        scores: Float[Tensor, "batch elements"],
        columns: Int[Tensor, "batch elements"],
        present: Bool[Tensor, "batch elements"],
        reader: Pointwise,
        field: Callable[[str], Tensor] | None = None,
    ) -> None:
        self.scores = scores
        self.columns = columns
        self.present = present
        self.reader = reader
        self._field = field
        self._matches: dict[int, tuple[AtomGroup, Tensor]] = {}

    def matches(self, atom: AtomGroup) -> Bool[Tensor, "batch elements"]:
        """Return which elements satisfy the atom."""
        if id(atom) not in self._matches:
            found = self.present & atom.labels.mask.on(self.columns.device)[self.columns]
            for number, accepts in atom.tests:
                found = found & contains(
                    accepts, self.reader.value(number, self.scores, self.field)
                )
            self._matches[id(atom)] = (atom, found)
        return self._matches[id(atom)][1]

    def field(self, path: str) -> Float[Tensor, "batch elements"]:
        """Return a further field of the elements, in double precision."""
        if self._field is None:
            raise KeyError(path)
        return self._field(path).gather(1, self.columns).double()

    def constant(self, value: bool) -> Bool[Tensor, " batch"]:
        """Return one truth value for every example."""
        return torch.full((len(self.scores),), value, device=self.scores.device)


@torch.no_grad()
def read_answers(
    seen: Seen,
    reader: Pointwise,
    *,
    shown_score: float,
    limit: int | None,
) -> AnswerBatch:
    """Return the answers that are built from the scores of these logits.

    ``label_answer`` builds them; where the model says what is where, ``object_answer``.
    """
    logits = seen.logits
    scores = torch.sigmoid(logits)
    if seen.is_there is not None:
        scores = scores.masked_fill(~seen.is_there, -1.0)  # in no answer, whatever the line
    # Compared in double precision, as a client does: 0.55 is above the nearest single.
    counts = (scores.double() >= shown_score).sum(-1)
    if limit is not None:
        counts = counts.clamp(max=limit)
    length = int(counts.max()) if len(logits) else 0
    values, columns = _first(scores, length)
    present = torch.arange(length, device=logits.device) < counts[:, None]
    return AnswerBatch(values.double(), columns, present, reader, seen.field)


def _first(scores: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Return the highest scores and their columns; of equal ones the lower column first."""
    total = scores.shape[1]
    if length == 0:
        return scores[:, :0], scores[:, :0].long()
    if length < total // 2:
        values, columns = scores.topk(length + 1, dim=-1)
        has_tie_at_end = (values[:, length] == values[:, length - 1]).any()
        if not has_tie_at_end:
            columns = columns[:, :length].sort(dim=-1).values
            values, order = scores.gather(1, columns).sort(dim=-1, descending=True, stable=True)
            return values, columns.gather(1, order)
    values, columns = scores.sort(dim=-1, descending=True, stable=True)
    return values[:, :length], columns[:, :length]
