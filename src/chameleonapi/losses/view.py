"""A batch of logits as the answer that would be served shows them."""

from __future__ import annotations

from functools import cached_property
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.losses.cutting import cut_columns, most_above
from chameleonapi.losses.elements import AtomGroup, LabelGroup
from chameleonapi.losses.rows import Seen
from chameleonapi.losses.smooth import FAR, soft_max, veiled_soft_max

__all__ = ["LogitView"]


@final
class LogitView:
    """What the margins read: logits, the score line and the cut at a number of results.

    Args:
        seen: a batch of rows.
        named: the columns that the process names.
        line: logit from which a label is shown.
        limit: greatest number of labels shown.
        temperature: of all soft maxima.
    """

    def __init__(
        self,
        seen: Seen,
        named: Int[Tensor, " named"],
        *,
        line: float,
        limit: int | None,
        temperature: float,
    ) -> None:
        self.logits = seen.logits
        self.field = seen.field
        self.instances = seen.instances
        self.line = line
        self.limit = limit
        self.temperature = temperature
        self._named = named
        self._highest: dict[LabelGroup, Tensor] = {}

    def hardened(self) -> LogitView:
        """Return the same logits at temperature zero and without gradients."""
        instances = None if self.instances is None else self.instances.detach()
        seen = Seen(self.logits.detach(), lambda path: self.field(path).detach(), instances)
        return LogitView(seen, self._named, line=self.line, limit=self.limit, temperature=0.0)

    def constant(self, value: float) -> Float[Tensor, " batch"]:
        """Return one number for every example; it stays part of the graph."""
        return self.logits[:, :0].sum(-1) + value

    def values(self, group: LabelGroup) -> Float[Tensor, "batch members"]:
        """Return the logits of a group, or of all labels if it is wide."""
        if group.is_wide:
            return self.logits
        if group.is_all_named:
            return self._narrow
        return self._narrow.index_select(1, group.local.on(self.logits.device))

    def chosen(
        self, group: LabelGroup, numbers: Float[Tensor, "batch columns"]
    ) -> Float[Tensor, "batch members"]:
        """Return numbers of all columns at the places at which ``values`` gives logits."""
        if group.is_wide:
            return numbers
        return numbers.index_select(1, group.columns.on(numbers.device))

    def hidden(
        self, group: LabelGroup, values: Float[Tensor, "batch members"]
    ) -> Float[Tensor, "batch members"]:
        """Return the values with those outside a wide group at minus infinity."""
        if not group.is_wide or group.size == values.shape[1]:
            return values
        return values + group.veil.on(self.logits.device).to(values.dtype)

    def shown(self, values: Float[Tensor, "batch members"]) -> Float[Tensor, "batch members"]:
        """Return how far each of these logits is from being left out of the answer.

        A label is left out below the line, and behind ``limit`` others.
        """
        if self._cut is None:
            return values - self.line
        last, first_out = self._cut
        return values - torch.where(values >= last, self.entry(first_out), self.entry(last))

    def entry(self, rival: Float[Tensor, "batch 1"]) -> Float[Tensor, "batch 1"]:
        """Return the logit at which a label enters the answer against a rival for its place."""
        return rival.clamp(min=self.line)

    def cut(self) -> tuple[Float[Tensor, "batch 1"], Float[Tensor, "batch 1"]] | None:
        """Return the last logit within ``limit`` and the first beyond; None if no cut bites."""
        return self._cut

    def margins(self, atom: AtomGroup) -> Float[Tensor, "batch members"]:
        """Return, label by label, the margin of being shown and satisfying the atom."""
        values = self.values(atom.labels)
        margins = self.shown(values)
        if not atom.scores.is_everything:
            margins = torch.minimum(margins, atom.scores.margin(values))
        for one in atom.sides:
            margins = torch.minimum(margins, self.chosen(atom.labels, one.margin(self)))
        return self.hidden(atom.labels, margins)

    def exists(self, atom: AtomGroup) -> Float[Tensor, " batch"]:
        """Return the margin of some label being shown and satisfying the atom."""
        if not atom.is_possible or self.shows_nothing:
            return self.constant(-FAR)
        if atom.is_upward:
            # The highest label has the largest margin, so that its line can be drawn after the
            # maximum: one pass over the labels instead of several.
            line = self._line_of_highest(atom.labels).clamp(min=atom.scores.low)
            return self.highest(atom.labels) - line
        return soft_max(self.margins(atom), self.temperature, atom.labels.size)

    def highest(self, group: LabelGroup) -> Float[Tensor, " batch"]:
        """Return the soft maximum of the logits of a group that is not empty."""
        if group not in self._highest:
            values = self.values(group)
            if group.is_wide:
                veil = group.veil.on(values.device).to(values.dtype)
                best = veiled_soft_max(values, veil, self.temperature, group.size)
            else:
                best = soft_max(values, self.temperature)
            self._highest[group] = best
        return self._highest[group]

    def _line_of_highest(self, group: LabelGroup) -> Tensor:
        """Return the logit above which the highest label of a group is shown."""
        if self._cut is None:
            return self.constant(self.line)
        last, first_out = self._cut
        values = self.values(group).detach()
        best = self.hidden(group, values).amax(-1, keepdim=True)
        return torch.where(best >= last, self.entry(first_out), self.entry(last))[:, 0]

    @property
    def shows_nothing(self) -> bool:
        """Whether every answer is empty."""
        return self.limit == 0

    @cached_property
    def _narrow(self) -> Float[Tensor, "batch named"]:
        return self.logits.index_select(1, self._named)

    @cached_property
    def _cut(self) -> tuple[Tensor, Tensor] | None:
        # The k-th largest logits cost more than all the rest, and mostly fewer labels than
        # the limit are above the line. Then the cut is not active and has no gradient either.
        if self.limit is None or self.limit >= self.logits.shape[1] or self.shows_nothing:
            return None
        if most_above(self.logits, self.line) < self.limit:
            return None
        edge = self.logits.gather(1, cut_columns(self.logits, self.limit))
        return edge[:, 1:], edge[:, :1]
