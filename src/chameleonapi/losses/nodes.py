"""Predicates over a label space, in two readings that are tested against each other.

``margin`` is the signed, differentiable distance from changing the truth;
``holds`` the truth itself, on the answer that would be served.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, final, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.losses.answers import AnswerBatch
from chameleonapi.losses.smooth import FAR, soft_min
from chameleonapi.losses.view import LogitView

__all__ = ["AllOf", "AnyOf", "Constantly", "Node", "Opposite"]


@runtime_checkable
class Node(Protocol):
    """One predicate."""

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin, positive where the predicate is true (temperature -> 0)."""
        ...

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return the truth of the predicate on each answer."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Constantly:
    """True of every answer, or of none."""

    truth: bool

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the margin of what no logit can change."""
        return view.constant(FAR if self.truth else -FAR)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return the constant."""
        return answers.constant(self.truth)


@final
@dataclass(frozen=True, slots=True)
class Opposite:
    """The operand is false."""

    operand: Node

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return minus the margin of the operand."""
        return -self.operand.margin(view)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return the negation."""
        return ~self.operand.holds(answers)


@final
@dataclass(frozen=True, slots=True)
class AllOf:
    """All operands, of which there are some, are true."""

    operands: tuple[Node, ...]

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the soft minimum of the operands' margins."""
        parts = torch.stack([one.margin(view) for one in self.operands], -1)
        return soft_min(parts, view.temperature)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return the conjunction."""
        return torch.stack([one.holds(answers) for one in self.operands], -1).all(-1)


@final
@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some operand is true."""

    operands: tuple[Node, ...]

    def margin(self, view: LogitView) -> Float[Tensor, " batch"]:
        """Return the soft maximum of the operands' margins."""
        parts = torch.stack([-one.margin(view) for one in self.operands], -1)
        return -soft_min(parts, view.temperature)

    def holds(self, answers: AnswerBatch) -> Bool[Tensor, " batch"]:
        """Return the disjunction."""
        return torch.stack([one.holds(answers) for one in self.operands], -1).any(-1)
