"""The loss of the ChameleonAPI paper, for its three kinds of decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.decision import Cases, Kind, Order
from chameleonapi.errors import UsageError
from chameleonapi.losses.compiled import CompiledDecision
from chameleonapi.losses.interface import Reduction, reduce_examples
from chameleonapi.losses.targets import TargetClass, target_classes

__all__ = ["PaperLoss"]


@final
@dataclass(frozen=True, eq=False)
class PaperLoss:
    """A sum of sigmoids of score differences, one for each way to decide wrongly.

    With s_c the highest score of class c's labels, t the score from which a label is served
    (or the application's own score line, if that is higher) and g(x) = sigmoid(slope * x):

    - true-false and multi-select: ``g(t - s_c)`` for each class that should fire,
      ``g(s_c - t)`` for each that should not;
    - multi-choice, API order: ``g(t - s_right) + g(s_wrong - max(t, s_right))``, where s_right
      and s_wrong are maxima over the classes that are right and that are not;
    - multi-choice, application order: ``g(t - s_first) + g(s_earlier - t)``, where first is
      the class that is right, and s_earlier the maximum over the classes before it;
    - multi-choice, no class right: ``g(s - t)`` with s the maximum over all classes.

    Terms without a class are left out. Where a class may or may not be right, because its
    labels are unknown, it is on neither side.

    Reference: Liu et al., "ChameleonAPI", OSDI 2024, section 4.2. The slope is ours: the paper
    leaves it open.

    Attributes:
        decision: of kind true-false, multi-select or multi-choice.
        slope: of the sigmoid, per unit of score.
    """

    decision: CompiledDecision
    slope: float = 10.0
    name: str = "paper.v1"
    classes: tuple[TargetClass, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.slope <= 0:
            raise UsageError(
                f"the slope must be above zero, but {self.slope} came.", hint="Ten is a good start."
            )
        object.__setattr__(self, "classes", target_classes(self.decision))

    def __call__(
        self,
        logits: Float[Tensor, "batch labels"],
        acceptable: Bool[Tensor, "batch outcomes"],
        present: Bool[Tensor, "batch labels"],  # noqa: ARG002 - one interface for all losses
        known: Bool[Tensor, "batch labels"] | None = None,  # noqa: ARG002 - likewise
        *,
        reduction: Reduction = "mean",
    ) -> Float[Tensor, "*reduced"]:
        """Return the loss of a batch; see :class:`DecisionLoss`."""
        scores = torch.stack([self._score(logits, one) for one in self.classes], -1)
        lines = scores.new_tensor([one.threshold for one in self.classes])
        if self.decision.process.kind is not Kind.MULTI_CHOICE:
            losses = self._separate(scores, lines, acceptable)
        elif self.decision.process.order is Order.API:
            losses = self._first_in_answer(scores, lines, acceptable)
        else:
            losses = self._first_in_application(scores, lines, acceptable)
        return reduce_examples(losses, reduction)

    @staticmethod
    def _score(logits: Tensor, one: TargetClass) -> Tensor:
        columns = one.columns.on(logits.device)
        return torch.sigmoid(logits.index_select(1, columns).amax(-1))

    def _bend(self, difference: Tensor, counts: Tensor) -> Tensor:
        """Return g of the difference where a term counts, and zero elsewhere."""
        safe = torch.where(counts, difference, torch.zeros_like(difference))
        return torch.where(counts, torch.sigmoid(self.slope * safe), torch.zeros_like(safe))

    def _separate(self, scores: Tensor, lines: Tensor, acceptable: Tensor) -> Tensor:
        on, off = self._sides(acceptable)
        return (self._bend(lines - scores, on) + self._bend(scores - lines, off)).sum(-1)

    def _sides(self, acceptable: Tensor) -> tuple[Tensor, Tensor]:
        """Return which classes should surely fire, and which should surely not."""
        rules = self.decision.process.rules
        if isinstance(rules, Cases):
            only = self.decision.outcomes.index(rules.cases[0].outcome)
            happens = acceptable[:, only : only + 1]
            fails = acceptable.any(-1, keepdim=True) & self._without(acceptable, only)
            sides = [(happens & ~fails, fails & ~happens)]
        else:
            sides = [self._flag_sides(acceptable, place) for place in range(len(self.classes))]
        found = [
            (no, yes) if one.is_negated else (yes, no)
            for one, (yes, no) in zip(self.classes, sides, strict=True)
        ]
        return torch.cat([yes for yes, _ in found], -1), torch.cat([no for _, no in found], -1)

    @staticmethod
    def _without(acceptable: Tensor, column: int) -> Tensor:
        others = acceptable.clone()
        others[:, column] = False
        return others.any(-1, keepdim=True)

    def _flag_sides(self, acceptable: Tensor, place: int) -> tuple[Tensor, Tensor]:
        if self.decision.is_factored:
            happens = acceptable[:, 2 * place : 2 * place + 1]
            fails = acceptable[:, 2 * place + 1 : 2 * place + 2]
        else:
            is_on = torch.arange(acceptable.shape[1], device=acceptable.device) >> place & 1 == 1
            happens = acceptable[:, is_on].any(-1, keepdim=True)
            fails = acceptable[:, ~is_on].any(-1, keepdim=True)
        return happens & ~fails, fails & ~happens

    def _right_classes(self, acceptable: Tensor) -> tuple[Tensor, Tensor]:
        """Return which classes are acceptable, and whether no class at all is."""
        rules = self.decision.process.rules
        assert isinstance(rules, Cases)
        places = [self.decision.outcomes.index(one.outcome) for one in self.classes]
        default = self.decision.outcomes.index(rules.default)
        return acceptable[:, places], acceptable[:, default : default + 1]

    def _first_in_answer(self, scores: Tensor, lines: Tensor, acceptable: Tensor) -> Tensor:
        right, none = self._right_classes(acceptable)
        leads = scores - lines
        # With several score lines, the class that is furthest above its own stands for all.
        some = right.any(-1, keepdim=True)
        best, chosen = _best(leads, right)
        line = lines[chosen]
        own = torch.maximum(scores.gather(1, chosen), line)
        worst, rival = _best(scores, ~right)
        has_rival = (~right).any(-1, keepdim=True)
        missed = self._bend(-best, some & ~none)
        beaten = self._bend(worst - torch.maximum(own, lines[rival]), some & has_rival)
        top, _ = _best(leads, torch.ones_like(right))
        false_alarm = self._bend(top, none & ~some)
        return (missed + beaten + false_alarm)[:, 0]

    def _first_in_application(self, scores: Tensor, lines: Tensor, acceptable: Tensor) -> Tensor:
        right, none = self._right_classes(acceptable)
        leads = scores - lines
        some = right.any(-1, keepdim=True)
        first = right.to(torch.int64).argmax(-1, keepdim=True)
        is_settled = (right.sum(-1, keepdim=True) == 1) & ~none
        missed = self._bend(-leads.gather(1, first), is_settled)
        places = torch.arange(leads.shape[1], device=leads.device)
        earlier = (places < first) & ~right
        preceded, _ = _best(leads, earlier)
        too_early = self._bend(preceded, some & earlier.any(-1, keepdim=True))
        top, _ = _best(leads, torch.ones_like(right))
        false_alarm = self._bend(top, none & ~some)
        return (missed + too_early + false_alarm)[:, 0]


def _best(values: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """Return the largest value that counts and its place; where none counts, anything finite."""
    usable = counts | ~counts.any(-1, keepdim=True)
    found = values.masked_fill(~usable, -torch.inf).max(-1, keepdim=True)
    return found.values, found.indices
