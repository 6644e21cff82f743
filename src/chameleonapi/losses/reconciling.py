"""Two opinions on one decision, and the answer on which both together are heard.

Scores of labels lead to an outcome; another model may speak of the outcomes themselves. The two
are pooled, and where the pool prefers another outcome, the scores are moved as little as need be
for the application to come to it.

References: Genest and Zidek, "Combining Probability Distributions: A Critique and an Annotated
Bibliography", Statistical Science 1986, for logarithmic opinion pools; Moosavi-Dezfooli, Fawzi and
Frossard, "DeepFool: A Simple and Accurate Method to Fool Deep Neural Networks", CVPR 2016, for the
steps to the nearest border.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.apis import Task
from chameleonapi.decision import AskedProcess, DecisionProcess
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.compiling import compile_decision
from chameleonapi.losses.interface import Decision

__all__ = [
    "CLEARANCE",
    "MAX_OUTCOMES",
    "MAX_PREDICATES",
    "Reconciliation",
    "can_reconcile",
    "move_decisions",
    "pool_opinions",
    "reconcile",
]

MAX_OUTCOMES: Final = 64
"""Up to so many outcomes, joint ones of flags among them, can be spoken of."""

MAX_PREDICATES: Final = 256
"""Of so many predicates a decision may be made: each costs time in every request."""

CLEARANCE: Final = 0.05
"""How far behind the border, in logits, scores are moved."""

_TASKS: Final = frozenset({Task.LABELS, Task.TOPICS, Task.SENTIMENT})

# A step mends what is furthest from holding; few decisions need more than three.
_MOST_STEPS: Final = 12
_LONGEST: Final = 4.0  # of a step, in logits: a slope of nearly nothing leads anywhere
_SHIFTS: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
_HALVINGS: Final = 6


def can_reconcile(process: DecisionProcess, decision: Decision) -> bool:
    """Return whether opinions on the outcomes of a decision can be heard.

    They are single ones, not too many, the decision is not too long, and answers are labels or
    the sentiment of whole inputs.
    """
    if isinstance(process, AskedProcess):
        return False  # it has no margins
    is_small = not decision.is_factored and len(decision.outcomes) <= MAX_OUTCOMES
    return process.spec.task in _TASKS and is_small and not _is_long(process)


def _is_long(process: DecisionProcess) -> bool:
    return next(itertools.islice(process.predicates(), MAX_PREDICATES, None), None) is not None


@final
@dataclass(frozen=True, eq=False)
class Reconciliation:
    """What a model with a second opinion needs to know of an application.

    The decision is compiled when it is asked for first.

    Attributes:
        process: of the application.
        labels: the label space of the model.
        outcomes: of which the opinion speaks, in its order.
        share: weight of the opinion.
    """

    process: DecisionProcess = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)
    outcomes: tuple[str, ...]
    share: float

    @cached_property
    def decision(self) -> Decision:
        """The decision over the label space.

        Raises:
            UnsupportedError: if its outcomes are others, or it is too long.
        """
        if _is_long(self.process):  # to compile it alone may take seconds
            raise UnsupportedError(
                f"the decision of {self.process.id} is made of more than {MAX_PREDICATES} "
                "predicates, too many for an opinion on its outcomes.",
                hint="Customise the model again with this version.",
            )
        decision = compile_decision(self.process, self.labels)
        if not can_reconcile(self.process, decision) or decision.outcomes != self.outcomes:
            raise UnsupportedError(
                f"{self.process.id} has the outcomes {_listed(decision.outcomes)}, and an opinion "
                f"came on {_listed(self.outcomes)}.",
                hint="Customise the model again with this version.",
            )
        return decision

    @property
    def size_bytes(self) -> int:
        """The memory that the compiled decision takes, about."""
        return _OBJECT_BYTES + _LABEL_BYTES * len(self.labels)

    def __call__(
        self, logits: Float[Tensor, "batch labels"], opinion: Float[Tensor, "batch outcomes"]
    ) -> Float[Tensor, "batch labels"]:
        """Return logits on which the application decides as both opinions together say."""
        return reconcile(self.decision, logits, opinion, self.share)


def _listed(outcomes: Sequence[str]) -> str:
    return ", ".join(outcomes[:5]) + ", ..." * (len(outcomes) > 5)


_OBJECT_BYTES: Final = 32 * 1024
_LABEL_BYTES: Final = 16


def reconcile(
    decision: Decision,
    logits: Float[Tensor, "batch labels"],
    opinion: Float[Tensor, "batch outcomes"],
    share: float,
) -> Float[Tensor, "batch labels"]:
    """Return logits on which the application decides as the pool of both opinions does.

    Args:
        decision: of the application; not factored.
        logits: of the labels.
        opinion: logits of the outcomes.
        share: weight of the opinion.
    """
    return move_decisions(decision, logits, pool_opinions(decision, logits, opinion, share))


def pool_opinions(
    decision: Decision,
    logits: Float[Tensor, "batch labels"],
    opinion: Float[Tensor, "batch outcomes"],
    share: float,
) -> Int[Tensor, " batch"]:
    """Return the outcome that a logarithmic opinion pool prefers.

    The margins of the outcomes are read as their logits.
    """
    margins = decision.margins(logits).log_softmax(1)
    return (margins + share * opinion.log_softmax(1)).argmax(1)


@torch.no_grad()
def move_decisions(
    decision: Decision, logits: Float[Tensor, "batch labels"], wanted: Int[Tensor, " batch"]
) -> Float[Tensor, "batch labels"]:
    """Return logits on which the application decides as wanted, near those that came.

    Each step goes straight to where the hard margin of the outcome wanted, which is linear around
    each answer, is just above zero: of what must hold at once it mends what is furthest from
    holding, and of what may hold it takes the nearest. Where such steps go in circles, all labels
    that the application reads are lowered or raised together. Rows that decide as wanted already
    stay as they are, and so do those for which no way is found.
    """
    rows = (decision.decide(logits) != wanted).nonzero()[:, 0]
    if not len(rows):
        return logits
    moved, current = logits.clone(), logits[rows]
    for _ in range(_MOST_STEPS):
        current = current + _step(decision, current, wanted[rows])
        is_there = decision.decide(current) == wanted[rows]
        moved[rows[is_there]] = current[is_there]
        rows, current = rows[~is_there], current[~is_there]
        if not len(rows):
            return moved
    moved[rows] = _shifted(decision, logits[rows], wanted[rows])
    return moved


def _step(decision: Decision, logits: Tensor, outcomes: Tensor) -> Tensor:
    """Return the shortest way to where the margin of each outcome, if linear, is just above zero.

    Where the hard margin has no slope, or is positive beside a decision that is another one, the
    soft margin shows the way.
    """
    margins, slopes = _margins(decision, logits, outcomes, 0.0)
    is_stuck = (slopes == 0).all(1) | (margins >= CLEARANCE)
    if bool(is_stuck.any()):
        soft = _margins(decision, logits[is_stuck], outcomes[is_stuck], 1.0)
        margins[is_stuck], slopes[is_stuck] = soft
    steep = slopes.square().sum(1).clamp(min=1e-12)
    steps = ((CLEARANCE - margins).clamp(min=CLEARANCE) / steep)[:, None] * slopes
    length = steps.square().sum(1, keepdim=True).sqrt()
    return steps * (_LONGEST / length.clamp(min=_LONGEST))


def _shifted(decision: Decision, logits: Tensor, wanted: Tensor) -> Tensor:
    """Return rows with the labels read shifted as little as leads there, or as they came."""
    read = frozenset(decision.process.labels_read(decision.labels)) or frozenset(decision.labels)
    columns = torch.tensor([one in read for one in decision.labels], device=logits.device)
    found, missing = logits.clone(), torch.ones_like(wanted, dtype=torch.bool)
    for distance in _SHIFTS:
        for shift in (-distance, distance):
            rows = missing.nonzero()[:, 0]
            if not len(rows):
                return found
            there = logits[rows] + shift * columns
            hits = decision.decide(there) == wanted[rows]
            mine = rows[hits]
            found[mine] = _nearer(decision, logits[mine], there[hits], wanted[mine])
            missing[mine] = False
    return found


def _margins(
    decision: Decision, logits: Tensor, outcomes: Tensor, temperature: float
) -> tuple[Tensor, Tensor]:
    """Return the margin of one outcome of each row, and its slope."""
    with torch.enable_grad():
        leaf = logits.detach().requires_grad_()
        margins = decision.margins(leaf, temperature=temperature)
        mine = margins.gather(1, outcomes[:, None])[:, 0]
        if not mine.requires_grad:  # the same whatever the logits are
            return mine, torch.zeros_like(logits)
        (slopes,) = torch.autograd.grad(mine.sum(), leaf)
    return mine.detach(), slopes


def _nearer(decision: Decision, start: Tensor, end: Tensor, outcomes: Tensor) -> Tensor:
    """Return points between both, nearer to the start, on which is decided as at the end."""
    low, high = start.new_zeros(len(start), 1), start.new_ones(len(start), 1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_there = (decision.decide(start + middle * (end - start)) == outcomes)[:, None]
        low, high = torch.where(is_there, low, middle), torch.where(is_there, middle, high)
    return torch.where(high < 1, start + high * (end - start), end)
