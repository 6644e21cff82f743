"""How many labels of an answer satisfy an atom: one, k, or as many as the list is long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.losses.answers import AnswerBatch
from chameleonapi.losses.elements import AtomGroup
from chameleonapi.losses.smooth import FAR, soft_max, soft_min
from chameleonapi.losses.view import LogitView

__all__ = ["Enough"]


@final
@dataclass(frozen=True, slots=True)
class Enough:
    """At least ``count`` elements satisfy the atom; one is "exists".

    The margin is the k-th largest of the labels' own margins: the soft minimum of the k - 1
    largest and of the soft maximum of all others. So the gradient of a false one reaches
    every label that could become the k-th, and that of a true one every label that could
    stop it.
    """

    atom: AtomGroup
    count: int

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the soft k-th largest margin."""
        count = self.count
        if count <= 0:
            return view.constant(FAR)
        if count > self.atom.labels.size or not self.atom.is_possible or view.shows_nothing:
            return view.constant(-FAR)
        if count == 1:
            return view.exists(self.atom)
        margins = view.margins(self.atom)
        top = margins.topk(count - 1, dim=-1)
        others = margins.scatter(-1, top.indices, -torch.inf)
        size = self.atom.labels.size - count + 1
        last = soft_max(others, view.temperature, size)
        return soft_min(torch.cat([top.values, last[:, None]], -1), view.temperature)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return whether so many elements match."""
        return answers.matches(self.atom).sum(-1) >= self.count
