"""Decisions on likelihoods: ordered levels of one category or of several.

A model has one logit for each category, its score is the sigmoid, and the level is the nearest.
The margin of a category being of some levels is the distance of its logit to the nearest border
between levels that are and that are not among them: levels that are one step off are nearer than
those that are three.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.apis import LEVEL_BORDERS, LEVELS, LIKELIHOODS
from chameleonapi.decision import (
    Always,
    And,
    Cases,
    DecisionProcess,
    ElementAt,
    Exists,
    FirstAmong,
    LabelTest,
    Not,
    Or,
    Predicate,
)
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses.joining import Joining
from chameleonapi.losses.score_sets import LogitSet, score_logit
from chameleonapi.losses.smooth import FAR, soft_min

__all__ = ["LikelihoodDecision", "compile_likelihoods"]

_EDGES: Final = tuple(map(score_logit, LEVEL_BORDERS))


@final
@dataclass(frozen=True, eq=False)
class LikelihoodDecision:
    """A decision process as tensor functions of one logit for each category; see ``Decision``.

    What is present is a degree from 0 to 1, that of a level.

    Attributes:
        process: the record.
        labels: the categories of the model.
    """

    process: DecisionProcess
    labels: tuple[str, ...]
    joining: Joining = field(repr=False)
    scales: ClassVar[tuple[float, ...]] = (0.65, 0.8, 1.0, 1.25, 1.55, 2.0)
    """By which logits may be multiplied when thresholds are searched: levels have borders on
    both sides."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids: the columns of ``margins`` and ``acceptable``."""
        return self.joining.outcomes

    @property
    def is_factored(self) -> bool:
        """Whether the outcomes are single flags, each followed by its absence."""
        return self.joining.is_factored

    def margins(
        self, logits: Float[Tensor, "batch labels"], *, temperature: float = 1.0
    ) -> Float[Tensor, "batch outcomes"]:
        """Return the signed margin of each outcome, in logits."""
        self._check(logits)
        parts = [self._margin(one, logits, temperature) for one in self._predicates()]
        stacked = torch.stack(parts, -1) if parts else logits[:, :0]
        return self.joining.margins(stacked, temperature)

    def decide(self, logits: Float[Tensor, "batch labels"]) -> Int[Tensor, " batch"]:
        """Return the index of the outcome of the answer that would be served."""
        self._check(logits)
        return self._decide(torch.sigmoid(logits))

    def is_correct(
        self, logits: Float[Tensor, "batch labels"], acceptable: Bool[Tensor, "batch outcomes"]
    ) -> Bool[Tensor, " batch"]:
        """Return whether the decision is among the acceptable outcomes."""
        return self.joining.is_correct(self.decide(logits), acceptable)

    def acceptable(
        self,
        present: Float[Tensor, "batch labels"],
        known: Bool[Tensor, "batch labels"] | None = None,
    ) -> Bool[Tensor, "batch outcomes"]:
        """Return the outcome of the right levels; all where one that is read is not known."""
        self._check(present)
        right = self._decide(present)
        if self.is_factored:
            places = torch.arange(self.joining.count, device=right.device)
            on = (right[:, None] >> places) & 1 == 1
            found = torch.stack([on, ~on], -1).flatten(1)
        else:
            found = torch.zeros(len(present), len(self.outcomes), dtype=torch.bool)
            found = found.to(right.device).scatter(1, right[:, None], value=True)
        if known is None:
            return found
        read = torch.tensor([one in self._read() for one in self.labels], device=known.device)
        return found | ~(known | ~read).all(1, keepdim=True)

    def outcome_id(self, index: int) -> str:
        """Return the id of the outcome that ``decide`` gives as ``index``."""
        return self.joining.outcome_id(index)

    def crossings(
        self, logits: Float[Tensor, "batch labels"], columns: Sequence[int]
    ) -> Float[Tensor, "batch crossings"]:
        """Return the shifts of some columns at which a level changes."""
        edges = torch.tensor(_EDGES, dtype=logits.dtype, device=logits.device)
        return (edges - logits[:, list(columns), None]).flatten(1)

    # Inside

    def _predicates(self) -> list[Predicate]:
        rules = self.process.rules
        rows = rules.cases if isinstance(rules, Cases) else rules.flags
        return [one.predicate for one in rows]

    def _read(self) -> set[str]:
        return {
            test.field
            for atom in self.process.atoms
            for test in atom.tests
            if isinstance(test, LabelTest)
        }

    def _tests(self, predicate: Exists | FirstAmong | ElementAt) -> list[LabelTest]:
        atom = next(one for one in self.process.atoms if one.id == predicate.atom)
        return [one for one in atom.tests if isinstance(one, LabelTest)]

    def _margin(self, predicate: Predicate, logits: Tensor, temperature: float) -> Tensor:
        far = torch.full_like(logits[:, 0], FAR)
        match predicate:
            case Always():
                return far
            case Not(operand):
                return -self._margin(operand, logits, temperature)
            case And(operands):
                parts = [self._margin(one, logits, temperature) for one in operands]
                return soft_min(torch.stack(parts, -1), temperature) if parts else far
            case Or(operands):
                parts = [-self._margin(one, logits, temperature) for one in operands]
                return -soft_min(torch.stack(parts, -1), temperature) if parts else -far
            case Exists() | FirstAmong() | ElementAt():
                parts = [self._level_margin(one, logits) for one in self._tests(predicate)]
                return soft_min(torch.stack(parts, -1), temperature) if parts else far
        raise AssertionError(predicate)

    def _level_margin(self, test: LabelTest, logits: Tensor) -> Tensor:
        far = torch.full_like(logits[:, 0], FAR)
        if test.field not in self.labels:
            return far if test.holds(LIKELIHOODS[0]) else -far
        accepted = [test.holds(one) for one in LEVELS]
        if all(accepted) or not any(accepted):
            return far if accepted[0] else -far
        return _stretches(accepted).margin(logits[:, self.labels.index(test.field)])

    def _decide(self, scores: Tensor) -> Tensor:
        borders = torch.tensor(LEVEL_BORDERS, dtype=torch.float64, device=scores.device)
        levels = torch.searchsorted(borders, scores.double().contiguous(), right=True)
        held = [self._holds(one, levels) for one in self._predicates()]
        return self.joining.decide(held, scores)

    def _holds(self, predicate: Predicate, levels: Tensor) -> Tensor:
        every = torch.ones(len(levels), dtype=torch.bool, device=levels.device)
        match predicate:
            case Not(operand):
                return ~self._holds(operand, levels)
            case And(operands):
                for one in operands:
                    every &= self._holds(one, levels)
            case Or(operands):
                for one in operands:
                    every &= ~self._holds(one, levels)
                return ~every
            case Exists() | FirstAmong() | ElementAt():
                for test in self._tests(predicate):
                    if test.field not in self.labels:
                        every &= test.holds(LIKELIHOODS[0])
                        continue
                    accepted = torch.tensor([test.holds(one) for one in LEVELS])
                    column = self.labels.index(test.field)
                    every &= accepted.to(levels.device)[levels[:, column]]
        return every

    def _check(self, rows: Tensor) -> None:
        if rows.ndim != 2 or rows.shape[1] != len(self.labels):
            raise UsageError(
                f"{self.process.id} decides on {len(self.labels)} categories, but rows of the "
                f"shape {tuple(rows.shape)} came.",
                hint="Pass one column for each category.",
            )


def _stretches(accepted: Sequence[bool]) -> LogitSet:
    """Return the logits of the accepted levels; neighbours are one stretch."""
    ends = (-math.inf, *_EDGES, math.inf)
    found: list[tuple[float, float]] = []
    for place, is_accepted in enumerate(accepted):
        if not is_accepted:
            continue
        if found and found[-1][1] == ends[place]:
            found[-1] = (found[-1][0], ends[place + 1])
        else:
            found.append((ends[place], ends[place + 1]))
    return LogitSet(tuple(found))


def compile_likelihoods(process: DecisionProcess, labels: Sequence[str]) -> LikelihoodDecision:
    """Compile a decision on the likelihoods of categories.

    Raises:
        UnsupportedError: if the decision reads anything else.
        UsageError: if the labels are no categories of the API.
    """
    process = process.alone()
    spec = process.spec
    names = tuple(one.path for one in spec.main.fields)
    if not labels or len(set(labels)) != len(labels) or not set(labels) <= set(names):
        raise UsageError(
            f"{process.id} decides on the categories {', '.join(names)}, but a model of "
            f"{', '.join(labels[:5]) or 'nothing'} came.",
            hint="Use a model of these: data with columns of these names.",
        )
    for one in process.predicates():
        is_first = isinstance(one, ElementAt) and one.index in {0, -1}
        if not is_first and not isinstance(one, Exists | FirstAmong | And | Or | Not | Always):
            raise _unsupported(process, f"a predicate {one.op!r}")
    for atom in process.atoms:
        for test in atom.tests:
            if not isinstance(test, LabelTest) or test.field not in names:
                raise _unsupported(process, "something else than a likelihood")
    return LikelihoodDecision(process, tuple(labels), Joining.of(process))


def _unsupported(process: DecisionProcess, what: str) -> UnsupportedError:
    return UnsupportedError(
        f"{process.id} reads {what}, for which decisions on likelihoods have no loss.",
        hint="Decisions on the levels of the categories have one.",
    )
