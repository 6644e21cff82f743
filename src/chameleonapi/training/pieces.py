"""Decisions as a function of one shift of logits: constant between breakpoints, so exact.

Shifting the logits of a target class by ``s`` changes a decision only where one of its labels
crosses a score line, or changes places with a label outside the class. Between two such
breakpoints nothing changes, and one look at the decision is enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.apis import Task
from chameleonapi.decision import DecisionProcess, Field, NumberTest
from chameleonapi.losses import (
    ClassDecision,
    EntityDecision,
    LikelihoodDecision,
    ScoreDecision,
    compile_decision,
)
from chameleonapi.training.groups import columns_that_matter
from chameleonapi.training.judge import Judge

__all__ = ["Pieces", "Terrain", "trace_shift"]

_MOVERS: Final = 6  # labels of the class, from the highest, whose crossings are followed
_RIVALS: Final = 6  # labels outside the class whose places they may take
_CHUNK: Final = 4096
_SAME: Final = 1e-5


@dataclass(frozen=True, eq=False)
class Terrain:
    """What can be crossed, apart from other labels.

    Attributes:
        lines: logits at which a label enters the answer or passes a test of its score.
        matter: columns whose scores can change a decision.
        places: the number of labels in an answer at most; None where all fit.
        slots: the leading numbers of a row that are logits; None where all of them are.
        crosses: says itself what is crossed, where no labels of whole inputs are decided on.
    """

    lines: tuple[float, ...]
    matter: tuple[int, ...]
    places: int | None
    slots: int | None = None
    crosses: ScoreDecision | ClassDecision | EntityDecision | LikelihoodDecision | None = None

    @classmethod
    def of(cls, process: DecisionProcess, labels: Sequence[str]) -> Terrain:
        """Return the terrain of an application over a label space."""
        if process.spec.task in {Task.SENTIMENT, Task.LIKELIHOODS}:
            decision = compile_decision(process, labels)
            assert isinstance(decision, ScoreDecision | ClassDecision | LikelihoodDecision)
            return cls((), tuple(range(len(labels))), None, crosses=decision)
        lines = {_logit(process.shown_score)}
        for atom in process.atoms:
            for test in atom.tests:
                if isinstance(test, NumberTest) and test.value == Field(
                    process.spec.score_field or ""
                ):
                    ends = [(one.low, one.high) for one in test.accepts.intervals]
                    lines |= {
                        _logit(end / process.spec.score_scale)
                        for pair in ends
                        for end in pair
                        if end is not None
                    }
        most = process.max_results
        return cls(
            tuple(sorted(one for one in lines if math.isfinite(one))),
            columns_that_matter(process, labels),
            most if most is not None and most < len(labels) else None,
        )


def _logit(score: float) -> float:
    if score <= 0 or score >= 1:
        return -math.inf if score <= 0 else math.inf
    return math.log(score / (1 - score))


@dataclass(frozen=True, eq=False)
class Pieces:
    """For each example, the stretches of the shift on which its decision does not change.

    Attributes:
        example: to which example a piece belongs; its pieces follow one another.
        left: where the piece begins; the first piece of an example begins at ``-reach``.
        wrong: whether the decision is incorrect there.
        reach: the largest shift that was looked at, in either direction.
    """

    example: Int[Tensor, " pieces"]
    left: Float[Tensor, " pieces"]
    wrong: Bool[Tensor, " pieces"]
    reach: float

    def steps(
        self, weights: Float[Tensor, " examples"]
    ) -> tuple[float, Float[Tensor, " steps"], Float[Tensor, " steps"]]:
        """Return the weighted rate at ``-reach``, and where it changes by how much."""
        first = torch.ones_like(self.wrong)
        first[1:] = self.example[1:] != self.example[:-1]
        value = self.wrong.double() * weights[self.example]
        change = value.clone()
        change[1:] -= value[:-1]
        inner = ~first & (change != 0)
        return float(value[first].sum()), self.left[inner], change[inner]

    def wrong_at(self, shift: float) -> Bool[Tensor, " examples"]:
        """Return which examples are decided incorrectly at a shift."""
        begun = self.left <= shift
        found = torch.zeros(int(self.example.max()) + 1, dtype=torch.bool)
        # Pieces stand in rising order, and the last one that has begun holds.
        last = torch.zeros(len(found), dtype=torch.long)
        last.scatter_reduce_(
            0, self.example[begun], begun.nonzero()[:, 0], "amax", include_self=False
        )
        found[:] = self.wrong[last]
        return found


def trace_shift(
    judge: Judge,
    logits: Float[Tensor, "examples labels"],
    columns: Sequence[int],
    terrain: Terrain,
    *,
    reach: float,
) -> Pieces:
    """Return how decisions change when the logits of some columns are shifted together."""
    group = torch.tensor(columns, dtype=torch.long)
    breaks = _breakpoints(logits, group, terrain, reach)
    example, left = _pieces(breaks, reach)
    right = torch.full_like(left, reach)
    same = example[1:] == example[:-1]
    right[:-1][same] = left[1:][same]
    middle = (left + right) / 2
    wrong = []
    for start in range(0, len(example), _CHUNK):
        rows = example[start : start + _CHUNK]
        shifted = logits[rows]
        shifted[:, group] += middle[start : start + _CHUNK, None].to(logits.dtype)
        wrong.append(~judge.decider.is_correct(shifted, judge.acceptable[rows]))
    return Pieces(example, left, torch.cat(wrong), reach)


def _breakpoints(
    logits: Float[Tensor, "examples labels"],
    group: Int[Tensor, " columns"],
    terrain: Terrain,
    reach: float,
) -> Float[Tensor, "examples breaks"]:
    if terrain.crosses is not None:
        found = terrain.crosses.crossings(logits, group.tolist()).double()
        return torch.where(found.abs() < reach, found, torch.inf).sort(1).values
    matter = torch.zeros(logits.shape[1], dtype=torch.bool)
    matter[list(terrain.matter)] = True
    inside = torch.zeros_like(matter)
    inside[group] = True
    movers = _highest(logits, (inside & matter).nonzero()[:, 0], _MOVERS)
    if terrain.places is not None:
        # Labels that are not read still take places in the answer.
        unread = _highest(logits, (inside & ~matter).nonzero()[:, 0], _MOVERS)
        movers = torch.cat([movers, unread], 1)
    levels = [torch.tensor(terrain.lines, dtype=logits.dtype).expand(len(logits), -1)]
    levels.append(_highest(logits, (~inside & matter).nonzero()[:, 0], _RIVALS))
    if terrain.places is not None:
        # The last places of a full answer, for which the class and all other labels compete.
        outside = ~inside
        if terrain.slots is not None:
            outside[terrain.slots :] = False
        others = _highest(logits, outside.nonzero()[:, 0], terrain.places)
        levels.append(others[:, max(0, terrain.places - _MOVERS) :])
    crossings = torch.cat(levels, 1)[:, :, None] - movers[:, None, :]
    flat = crossings.flatten(1).double()
    return torch.where(flat.abs() < reach, flat, torch.inf).sort(1).values


def _highest(
    logits: Float[Tensor, "examples labels"], columns: Int[Tensor, " columns"], count: int
) -> Float[Tensor, "examples highest"]:
    return logits[:, columns].topk(min(count, len(columns)), dim=1).values


def _pieces(
    breaks: Float[Tensor, "examples breaks"], reach: float
) -> tuple[Int[Tensor, " pieces"], Float[Tensor, " pieces"]]:
    start = torch.full((len(breaks), 1), -reach, dtype=breaks.dtype)
    edges = torch.cat([start, breaks], 1)
    fresh = torch.isfinite(edges)
    fresh[:, 1:] &= edges[:, 1:] - edges[:, :-1] > _SAME
    return fresh.nonzero()[:, 0], edges[fresh]
