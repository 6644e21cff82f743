"""Decisions on one number: how a text feels, from -1 to 1.

A decision on one number is constant between breakpoints, whatever its rules. So the record's own
interpreter is asked on a fine grid and at every number that stands in the record; where two
neighbours differ, bisection finds the two adjacent floating-point numbers between which the
decision changes. The table that comes out decides exactly as the interpreter does, except for
stretches narrower than the grid in which no number of the record lies.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import (
    Cases,
    Compare,
    DecisionProcess,
    Field,
    IntervalSet,
    NumberTest,
)
from chameleonapi.decision.structure import walk_numbers
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses.buffers import Buffer
from chameleonapi.losses.smooth import FAR, soft_max, soft_min

__all__ = ["SCORE", "ScoreDecision", "compile_score", "score_answer", "served_scores"]

SCORE: Final = "score"
"""The one name of the label space: to which degree a text is positive."""
_PATH: Final = "documentSentiment.score"
_GRID: Final = 2000
_FAR_LOGIT: Final = 60.0


def served_scores(logits: Float[Tensor, "*rows"]) -> Float[Tensor, "*rows"]:
    """Return the scores that are answered with: -1 to 1, in single precision as on the wire."""
    return 2 * torch.sigmoid(logits.float()) - 1


@final
@dataclass(frozen=True, eq=False)
class ScoreDecision:
    """A decision process as tensor functions of one logit; for its methods see ``Decision``.

    What is present is a degree from 0 to 1: the score of -1 to 1, moved and halved.

    Attributes:
        process: the record.
        outcomes: ids; the columns of ``margins`` and ``acceptable``, the values of ``decide``.
        starts: the first number of each stretch of one outcome, ascending; the first is -1.
        cells: the outcome of each stretch.
    """

    process: DecisionProcess
    outcomes: tuple[str, ...]
    starts: Buffer
    cells: tuple[int, ...]
    labels: tuple[str, ...] = (SCORE,)
    is_factored: bool = field(default=False, init=False)
    scales: ClassVar[tuple[float, ...]] = (0.5, 0.65, 0.8, 1.0, 1.25, 1.55, 2.0, 3.0)
    """By which the logit may be multiplied when thresholds are searched: with a shift, that moves
    two borders anywhere."""

    def margins(
        self, logits: Float[Tensor, "batch labels"], *, temperature: float = 1.0
    ) -> Float[Tensor, "batch outcomes"]:
        """Return the signed distance, in logits, from the border of each outcome."""
        self._check(logits)
        value = logits[:, 0]
        edges = self._edges.to(value)
        ways: dict[int, list[Tensor]] = {}
        for place, target in enumerate(self.cells):
            sides = []
            if place:
                sides.append(value - edges[place - 1])
            if place + 1 < len(self.cells):
                sides.append(edges[place] - value)
            far = torch.full_like(value, FAR)
            inside = soft_min(torch.stack(sides, -1), temperature) if sides else far
            ways.setdefault(target, []).append(inside)
        never = torch.full_like(value, -FAR)
        return torch.stack(
            [
                soft_max(torch.stack(ways[one], -1), temperature) if one in ways else never
                for one in range(len(self.outcomes))
            ],
            -1,
        )

    def decide(self, logits: Float[Tensor, "batch labels"]) -> Int[Tensor, " batch"]:
        """Return the index of the outcome of the answer that would be served."""
        self._check(logits)
        return self._outcome_of(served_scores(logits[:, 0]).double())

    def is_correct(
        self, logits: Float[Tensor, "batch labels"], acceptable: Bool[Tensor, "batch outcomes"]
    ) -> Bool[Tensor, " batch"]:
        """Return whether the decision is among the acceptable outcomes."""
        return acceptable.gather(1, self.decide(logits)[:, None])[:, 0]

    def acceptable(
        self,
        present: Float[Tensor, "batch labels"],
        known: Bool[Tensor, "batch labels"] | None = None,
    ) -> Bool[Tensor, "batch outcomes"]:
        """Return the outcome of the answer that would be right; all where that is not known."""
        self._check(present)
        right = self._outcome_of((2 * present[:, 0] - 1).double())
        found = torch.zeros(len(present), len(self.outcomes), dtype=torch.bool)
        found = found.to(present.device).scatter(1, right[:, None], value=True)
        return found if known is None else found | ~known

    def outcome_id(self, index: int) -> str:
        """Return the id of the outcome that ``decide`` gives as ``index``."""
        return self.outcomes[index]

    def crossings(
        self,
        logits: Float[Tensor, "batch labels"],
        columns: Sequence[int],  # noqa: ARG002 - there is one
    ) -> Float[Tensor, "batch crossings"]:
        """Return the shifts of the logit at which the decision changes."""
        return self._edges.to(logits) - logits[:, :1]

    @property
    def _edges(self) -> Tensor:
        """Return the borders between stretches, as logits."""
        starts = self.starts.host[1:]
        return torch.logit((starts + 1) / 2).clamp(-_FAR_LOGIT, _FAR_LOGIT)

    def _outcome_of(self, scores: Tensor) -> Tensor:
        starts = self.starts.on(scores.device)
        place = torch.searchsorted(starts, scores.contiguous(), right=True) - 1
        return torch.tensor(self.cells, device=scores.device)[place.clamp(min=0)]

    def _check(self, rows: Tensor) -> None:
        if rows.ndim != 2 or rows.shape[1] != 1:
            raise UsageError(
                f"{self.process.id} decides on one score, but rows of the shape "
                f"{tuple(rows.shape)} came.",
                hint="Pass one column: the logit of being positive.",
            )


def compile_score(process: DecisionProcess, labels: Sequence[str]) -> ScoreDecision:
    """Compile a decision on the score of a text.

    Raises:
        UnsupportedError: if the decision reads anything else.
        UsageError: if the labels are others than ``(SCORE,)``.
    """
    if tuple(labels) != (SCORE,):
        raise UsageError(
            f"{process.id} decides on the score of a text, but a model of the labels "
            f"{', '.join(labels[:5]) or '(none)'} came.",
            hint="Use a model of scores: data with a column `score`.",
        )
    ends = set(_numbers_read(process))
    known: dict[str, int] = {}
    if isinstance(process.rules, Cases):
        known = {one.id: index for index, one in enumerate(process.outcomes)}

    def outcome(score: float) -> int:
        name = process.decide(score_answer(score)).id
        return known.setdefault(name, len(known))

    starts, cells = _table(outcome, ends)
    return ScoreDecision(
        process, tuple(known), Buffer(torch.tensor(starts, dtype=torch.float64)), tuple(cells)
    )


def score_answer(score: float) -> dict[str, Any]:
    """Return an answer with nothing but the score of the whole text."""
    return {"documentSentiment": {"score": score}}


def _numbers_read(process: DecisionProcess) -> Iterator[float]:
    """Yield the ends of all intervals, once it is sure that only the score is read."""
    tests: list[tuple[object, IntervalSet]] = []
    for one in process.predicates():
        if isinstance(one, Compare):
            tests.append((one.value, one.accepts))
            for part in walk_numbers(one.value):
                if isinstance(part, Field) and part.path != _PATH:
                    raise _unsupported(process, f"the field {part.path!r}")
                if not isinstance(part, Field) and hasattr(part, "collection"):
                    raise _unsupported(process, f"the list {part.collection!r}")
        elif one.op not in {"and", "or", "not", "always"}:
            raise _unsupported(process, f"the elements of {process.spec.main.path!r}")
    for atom in process.atoms:
        for test in atom.tests:
            what = "a number" if isinstance(test, NumberTest) else "a text"
            raise _unsupported(process, f"{what} of {atom.collection!r}")
    for _, accepts in tests:
        for interval in accepts.intervals:
            yield from (end for end in (interval.low, interval.high) if end is not None)


def _unsupported(process: DecisionProcess, what: str) -> UnsupportedError:
    return UnsupportedError(
        f"{process.id} also reads {what}, which the score of a whole text does not determine.",
        hint="Only decisions on documentSentiment.score have a loss.",
    )


def _table(outcome: Callable[[float], int], ends: set[float]) -> tuple[list[float], list[int]]:
    """Return where stretches of one outcome start, and the outcome of each."""
    points = {-1 + 2 * index / _GRID for index in range(_GRID + 1)} | {0.0}
    for end in ends:
        near = (end, math.nextafter(end, -math.inf), math.nextafter(end, math.inf))
        points.update(one for one in near if -1 <= one <= 1)
    ordered = sorted(points)
    starts, cells = [-1.0], [outcome(-1.0)]
    for low, high in itertools.pairwise(ordered):
        now = outcome(high)
        if now == cells[-1]:
            continue
        starts.append(_first(outcome, low, high, cells[-1]))
        cells.append(now)
    return starts, cells


def _first(outcome: Callable[[float], int], low: float, high: float, before: int) -> float:
    """Return the first number above ``low`` whose outcome is another; that of ``high`` is."""
    while math.nextafter(low, math.inf) < high:
        middle = low + (high - low) / 2
        if outcome(middle) == before:
            low = middle
        else:
            high = middle
    return high
