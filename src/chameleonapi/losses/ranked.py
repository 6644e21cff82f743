"""Who comes first, where elements are asked for more than their label and score.

The forms of :mod:`.positions` compare groups of labels; here each element has a margin of its
own, that of its box say, so that elements are compared one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.losses.answers import AnswerBatch
from chameleonapi.losses.elements import AtomGroup
from chameleonapi.losses.positions import element_at, first_match, in_top
from chameleonapi.losses.smooth import FAR, soft_max, soft_min
from chameleonapi.losses.view import LogitView

__all__ = ["AtPlace", "RankedMatch"]

_COMPARED: Final = 48
"""Elements, from the highest logit, that are compared with each other."""


def _whole(view: LogitView, atom: AtomGroup) -> Tensor:
    """Return the margins of an atom over all columns; minus ``FAR`` where it is not asked."""
    margins = view.margins(atom)
    if not atom.labels.is_wide:
        empty = margins.new_full(view.logits.shape, -FAR)
        columns = atom.labels.columns.on(margins.device)
        margins = empty.index_copy(1, columns, margins)
    return margins.clamp(-FAR, FAR)


@final
@dataclass(frozen=True, slots=True)
class RankedMatch:
    """One of the first ``count`` elements that satisfy any of ``among`` satisfies ``atom``.

    With ``from_end``, of the last ones. With m the margin of an element having the atom, and
    b of another one being a candidate that comes before it (the lesser of its own margin and of
    its lead in logits), the margin is the soft maximum over the elements of the lesser of m and
    of minus the ``count``-th largest b.

    Elements beyond the 48 with the highest logits are not compared.
    """

    atom: AtomGroup
    among: tuple[AtomGroup, ...]
    count: int = 1
    from_end: bool = False

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin of such an element being there."""
        if not self.atom.is_possible or self.count <= 0 or view.shows_nothing:
            return view.constant(-FAR)
        places = view.logits.topk(min(_COMPARED, view.logits.shape[1]), dim=-1).indices
        logits = view.logits.gather(1, places)
        candidate = torch.stack([_whole(view, one) for one in self.among]).amax(0)
        candidate = candidate.gather(1, places)
        mine = torch.minimum(_whole(view, self.atom).gather(1, places), candidate)
        lead = logits[:, None, :] - logits[:, :, None]  # of the third axis over the second
        lead = -lead if self.from_end else lead
        before = torch.minimum(candidate[:, None, :], lead)
        size = places.shape[1]
        itself = torch.eye(size, dtype=torch.bool, device=logits.device)
        before = before.masked_fill(itself, -FAR)
        if self.count < size:
            rival = before.topk(self.count, dim=-1).values[..., -1]
            mine = soft_min(torch.stack([mine, -rival], -1), view.temperature)
        return soft_max(mine, view.temperature)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return whether such an element is there."""
        if self.count == 1:
            return first_match(answers, self.atom, self.among, from_end=self.from_end)
        return in_top(answers, self.count, self.atom, self.among[0])


@final
@dataclass(frozen=True, slots=True)
class AtPlace:
    """There is an element at ``index``, from the end if negative, and it satisfies ``atom``.

    The margin is that of the element which is there now, or of its changing places with a
    neighbour.
    """

    index: int
    atom: AtomGroup

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin of the element at the index satisfying the atom."""
        rank = self.index if self.index >= 0 else -self.index - 1
        too_far = view.limit is not None and rank >= view.limit
        if not self.atom.is_possible or rank >= view.logits.shape[1] or too_far:
            return view.constant(-FAR)
        shown = view.shown(view.logits)
        margins = _whole(view, self.atom)
        if self.index >= 0:
            key = view.logits
        else:  # those that are left out come last, however low they are
            key = torch.where(shown > 0, -view.logits, view.logits - 4 * FAR)
        order = key.topk(min(rank + 2, key.shape[1]), dim=-1).indices
        key = key.gather(1, order)
        there = margins.gather(1, order)
        ways = []
        for place in (rank - 1, rank, rank + 1):
            if not 0 <= place < order.shape[1]:
                continue
            parts = [there[:, place]]
            if place == rank:
                if rank > 0:
                    parts.append(key[:, rank - 1] - key[:, rank])
                if rank + 1 < order.shape[1]:
                    parts.append(key[:, rank] - key[:, rank + 1])
            else:
                parts.append(-(key[:, place] - key[:, rank]).abs())
            ways.append(soft_min(torch.stack(parts, -1), view.temperature))
        return soft_max(torch.stack(ways, -1), view.temperature)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return whether the element at the index matches."""
        return element_at(answers, self.index, self.atom)
