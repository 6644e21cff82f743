"""Predicates on places: the first match, the element at an index, the top of the list.

Their margins have a closed form where more score never hurts, which is nearly
always; :mod:`.words` takes the rest. All compare order statistics of disjoint
groups of labels, so that whatever happens inside a group costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.losses.answers import AnswerBatch
from chameleonapi.losses.elements import AtomGroup, LabelGroup
from chameleonapi.losses.smooth import FAR, order_statistics, soft_max, soft_min
from chameleonapi.losses.view import LogitView

__all__ = ["At", "First", "InTop"]


def _joined(parts: list[Tensor], view: LogitView) -> Tensor:
    return soft_min(torch.stack(parts, -1), view.temperature) if parts else view.constant(FAR)


def _ranks(view: LogitView, group: LabelGroup, ranks: int) -> Tensor:
    values = view.hidden(group, view.values(group))
    return order_statistics(values, ranks, view.temperature, group.size)


@final
@dataclass(frozen=True, slots=True)
class First:
    """The first element that satisfies any of ``among`` satisfies ``atom``.

    With a the soft maximum of the atom's logits, the margin is the soft minimum of the
    margin of "exists" and of ``max(a, entry) - soft maximum of the rivals``, for each group
    of rivals with the same entry (the logit from which they match).

    Attributes:
        atom: what must come first; accepts upward.
        among: all candidates; accept upward.
        rivals: labels that match without having the atom, by the logit from which they do.
    """

    atom: AtomGroup
    among: tuple[AtomGroup, ...]
    rivals: tuple[tuple[float, LabelGroup], ...]

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin of the first match having the atom."""
        if not self.atom.is_possible or view.shows_nothing:
            return view.constant(-FAR)
        best = view.highest(self.atom.labels)
        parts = [view.exists(self.atom)]
        for entry, group in self.rivals:
            lead = best.clamp(min=max(entry, view.line)) - view.highest(group)
            parts.append(lead)
        return _joined(parts, view)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return whether the first match has the atom."""
        return first_match(answers, self.atom, self.among)


def first_match(
    answers: AnswerBatch, atom: AtomGroup, among: tuple[AtomGroup, ...], *, from_end: bool = False
) -> Bool[Tensor, " batch"]:
    """Return whether the first (or last) element that matches any of ``among`` has the atom."""
    any_of = torch.stack([answers.matches(one) for one in among]).any(0)
    has = any_of & answers.matches(atom)
    if from_end:
        any_of, has = any_of.flip(-1), has.flip(-1)
    is_first = any_of & (any_of.cumsum(-1) == 1)
    return (is_first & has).any(-1)


@final
@dataclass(frozen=True, slots=True)
class At:
    """There is an element at ``index``, counted from the front, and it satisfies ``atom``.

    The element at index i is the (j+1)-th of the accepted labels exactly if i - j of the
    others come before it and the next of them behind it. The margin is the soft maximum
    over j of the soft minimum of these distances, and of the distance of that label's logit
    from the ends of what is shown and accepted.
    """

    index: int
    atom: AtomGroup
    others: LabelGroup

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin of the element at the index satisfying the atom."""
        index, atom = self.index, self.atom
        if not atom.is_possible or (view.limit is not None and index >= view.limit):
            return view.constant(-FAR)
        mine = _ranks(view, atom.labels, min(index + 1, atom.labels.size))
        theirs = (
            _ranks(view, self.others, min(index + 1, self.others.size))
            if self.others.size
            else mine[:, :0]
        )
        ways = []
        for own in range(mine.shape[1]):
            before = index - own
            if before > theirs.shape[1]:
                continue
            value = mine[:, own]
            parts = [value - view.line]
            if not atom.scores.is_everything:
                parts.append(atom.scores.margin(value))
            if before > 0:
                parts.append(theirs[:, before - 1] - value)
            if before < theirs.shape[1]:
                parts.append(value - theirs[:, before])
            ways.append(_joined(parts, view))
        if not ways:
            return view.constant(-FAR)
        return soft_max(torch.stack(ways, -1), view.temperature)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return whether the element at the index matches."""
        return element_at(answers, self.index, self.atom)


def element_at(answers: AnswerBatch, index: int, atom: AtomGroup) -> Bool[Tensor, " batch"]:
    """Return whether there is an element at the index (from the end if negative) that matches."""
    matches = answers.matches(atom)
    place = (
        answers.present.sum(-1) + index
        if index < 0
        else torch.full_like(matches[:, :1].sum(-1), index)
    )
    places = torch.arange(matches.shape[1], device=matches.device)
    return (matches & (places == place[:, None])).any(-1)


@final
@dataclass(frozen=True, slots=True)
class InTop:
    """One of the first ``count`` elements that satisfy ``among`` satisfies ``atom``.

    The margin is the soft minimum of "exists" and of the best accepted logit minus the
    ``count``-th largest of the rivals: candidates that are not accepted.

    Attributes:
        count: of places.
        atom, among: for the exact truth; both accept upward.
        both: the atom and ``among`` at once.
        rivals: labels of ``among`` that the atom does not accept.
    """

    count: int
    atom: AtomGroup
    among: AtomGroup
    both: AtomGroup
    rivals: LabelGroup

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin of a place in the top."""
        if not self.both.is_possible or self.count <= 0 or view.shows_nothing:
            return view.constant(-FAR)
        parts = [view.exists(self.both)]
        if self.rivals.size >= self.count:
            rival = _ranks(view, self.rivals, self.count)[:, -1]
            best = view.highest(self.both.labels)
            parts.append(best.clamp(min=view.line) - rival)
        return _joined(parts, view)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return whether an element in the top matches."""
        return in_top(answers, self.count, self.atom, self.among)


def in_top(
    answers: AnswerBatch, count: int, atom: AtomGroup, among: AtomGroup
) -> Bool[Tensor, " batch"]:
    """Return whether one of the first ``count`` elements of ``among`` matches."""
    candidates = answers.matches(among)
    top = candidates & (candidates.cumsum(-1) <= count)
    return (top & answers.matches(atom)).any(-1)
