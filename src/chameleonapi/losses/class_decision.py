"""Decisions on the class of a text: Comprehend's sentiment, and the shares of its four classes.

The model has one logit for each class. The shares are their softmax, and the class that is
answered with is the one of the largest share. A share crosses a line where its log-odds do, so
all margins are in logits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.decision import (
    Always,
    And,
    Atom,
    Cases,
    Compare,
    DecisionProcess,
    Exists,
    Field,
    FirstAmong,
    InnerTest,
    IntervalSet,
    LabelTest,
    Not,
    NumberTest,
    Or,
    Predicate,
)
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.losses.score_sets import contains, interval_distance
from chameleonapi.losses.smooth import FAR, soft_max, soft_min

__all__ = ["ClassDecision", "class_answer", "class_shares", "compile_classes"]

_FIELD: Final = "Sentiment"
_SHARES: Final = "SentimentScore"


def class_shares(logits: Float[Tensor, "batch labels"]) -> Float[Tensor, "batch labels"]:
    """Return the shares that are answered with, in single precision."""
    return torch.softmax(logits.float(), -1)


def class_answer(labels: Sequence[str], shares: Sequence[float]) -> dict[str, Any]:
    """Return Comprehend's answer; of equal shares the class that stands first."""
    best = max(range(len(labels)), key=lambda one: shares[one])
    named = {label.capitalize(): share for label, share in zip(labels, shares, strict=True)}
    return {_FIELD: labels[best], _SHARES: named}


@final
@dataclass(frozen=True, eq=False)
class ClassDecision:
    """A decision process as tensor functions of one logit for each class; see ``Decision``.

    Attributes:
        process: the record.
        labels: the classes.
        outcomes: ids; the columns of ``margins`` and ``acceptable``, the values of ``decide``.
    """

    process: DecisionProcess
    labels: tuple[str, ...]
    outcomes: tuple[str, ...]
    is_factored: bool = field(default=False, init=False)
    scales: ClassVar[tuple[float, ...]] = (1.0,)

    def margins(
        self, logits: Float[Tensor, "batch labels"], *, temperature: float = 1.0
    ) -> Float[Tensor, "batch outcomes"]:
        """Return the signed margin of each outcome, in logits."""
        self._check(logits)
        reader = _Soft(self, logits, temperature)
        rules = self.process.rules
        assert isinstance(rules, Cases)
        held = [reader.read(case.predicate) for case in rules.cases]
        ways: dict[str, list[Tensor]] = {}
        for place, name in enumerate([*(one.outcome for one in rules.cases), rules.default]):
            terms = [-one for one in held[:place]]
            if place < len(held):
                terms.append(held[place])
            ways.setdefault(name, []).append(_soft_all(terms, temperature, logits))
        never = torch.full_like(logits[:, 0], -FAR)
        return torch.stack(
            [
                soft_max(torch.stack(ways[one], -1), temperature) if one in ways else never
                for one in self.outcomes
            ],
            -1,
        )

    def decide(self, logits: Float[Tensor, "batch labels"]) -> Int[Tensor, " batch"]:
        """Return the index of the outcome of the answer that would be served."""
        self._check(logits)
        return self._decide(class_shares(logits))

    def _decide(self, shares: Tensor) -> Tensor:
        reader = _Exact(self, shares)
        rules = self.process.rules
        assert isinstance(rules, Cases)
        place = {name: index for index, name in enumerate(self.outcomes)}
        decided = torch.full_like(reader.best, place[rules.default])
        for case in reversed(rules.cases):
            decided[reader.read(case.predicate)] = place[case.outcome]
        return decided

    def is_correct(
        self, logits: Float[Tensor, "batch labels"], acceptable: Bool[Tensor, "batch outcomes"]
    ) -> Bool[Tensor, " batch"]:
        """Return whether the decision is among the acceptable outcomes."""
        return acceptable.gather(1, self.decide(logits)[:, None])[:, 0]

    def acceptable(
        self,
        present: Bool[Tensor, "batch labels"],
        known: Bool[Tensor, "batch labels"] | None = None,
    ) -> Bool[Tensor, "batch outcomes"]:
        """Return the outcomes of a perfect answer for each class that a text may be of.

        That is the class that is present, sure of itself; where none is verified, all that are
        not verified absent.
        """
        self._check(present)
        size = len(self.labels)
        each = self._decide(torch.eye(size, device=present.device))
        known = torch.ones_like(present) if known is None else known
        sure = present & known
        may_be = torch.where(sure.any(1, keepdim=True), sure, ~known)
        table = torch.zeros(size, len(self.outcomes), device=present.device)
        table[torch.arange(size), each] = 1
        return may_be.float() @ table > 0

    def outcome_id(self, index: int) -> str:
        """Return the id of the outcome that ``decide`` gives as ``index``."""
        return self.outcomes[index]

    def crossings(
        self, logits: Float[Tensor, "batch labels"], columns: Sequence[int]
    ) -> Float[Tensor, "batch crossings"]:
        """Return the shifts of some columns at which the decision may change."""
        inside = torch.zeros(len(self.labels), dtype=torch.bool)
        inside[list(columns)] = True
        mine, others = logits[:, inside], logits[:, ~inside]
        if not others.shape[1]:
            return logits[:, :0]
        found = [(others[:, :, None] - mine[:, None, :]).flatten(1)]
        for column, line in self._lines():
            rest = [one for one in range(len(self.labels)) if one != column]
            here = logits[:, [column]] - line
            if inside[column]:
                own = [one for one in rest if inside[one]]
                out = torch.logsumexp(others, 1, keepdim=True)
                # exp(s) (exp(l_c - line) - sum of own) = sum of others
                left = here.exp() - (logits[:, own].exp().sum(1, keepdim=True) if own else 0)
                found.append(out - left.clamp(min=1e-30).log())
            else:
                kept = [one for one in rest if not inside[one]]
                left = here.exp() - (logits[:, kept].exp().sum(1, keepdim=True) if kept else 0)
                found.append(left.clamp(min=1e-30).log() - torch.logsumexp(mine, 1, keepdim=True))
        return torch.cat(found, 1)

    def _lines(self) -> list[tuple[int, float]]:
        """Return which shares are compared with what, as log-odds."""
        found = set()
        for value, accepts in _comparisons(self.process):
            column = self.share_column(value)
            for one in accepts.intervals:
                for end in (one.low, one.high):
                    if end is not None and 0 < end < 1:
                        found.add((column, math.log(end / (1 - end))))
        return sorted(found)

    def share_column(self, value: object) -> int:
        """Return the class whose share a number is.

        Raises:
            UnsupportedError: if it is anything else.
        """
        if isinstance(value, Field) and value.path.startswith(f"{_SHARES}."):
            name = value.path.partition(".")[2].upper()
            if name in self.labels:
                return self.labels.index(name)
        raise _unsupported(self.process, "something else than the share of a class")

    def atom(self, name: str) -> Atom:
        """Return an atom of the record."""
        return next(one for one in self.process.atoms if one.id == name)

    def _check(self, rows: Tensor) -> None:
        if rows.ndim != 2 or rows.shape[1] != len(self.labels):
            raise UsageError(
                f"{self.process.id} decides on {len(self.labels)} classes, but rows of the shape "
                f"{tuple(rows.shape)} came.",
                hint="Pass one column for each class.",
            )


@dataclass(frozen=True, eq=False)
class _Soft:
    """Predicates as margins."""

    decision: ClassDecision
    logits: Tensor
    temperature: float

    def read(self, predicate: Predicate) -> Tensor:
        match predicate:
            case Not(operand):
                return -self.read(operand)
            case And(operands):
                return _soft_all(
                    [self.read(one) for one in operands], self.temperature, self.logits
                )
            case Or(operands):
                parts = [-self.read(one) for one in operands]
                return -_soft_all(parts, self.temperature, self.logits)
            case Always():
                return torch.full_like(self.logits[:, 0], FAR)
            case Compare(value, accepts):
                return self.share(value, accepts)
            case Exists(name) | FirstAmong(atom=name):
                tests = self.decision.atom(name).tests
                parts = [self.test(one) for one in tests]
                return _soft_all(parts, self.temperature, self.logits)
        raise AssertionError(predicate)

    def test(self, test: object) -> Tensor:
        if isinstance(test, NumberTest):
            return self.share(test.value, test.accepts)
        assert isinstance(test, LabelTest)
        accepted = torch.tensor([one in test.accepts for one in self.decision.labels])
        if bool(accepted.all()) or not bool(accepted.any()):
            return torch.full_like(self.logits[:, 0], FAR if bool(accepted.all()) else -FAR)
        best = soft_max(self.logits[:, accepted], self.temperature)
        return best - soft_max(self.logits[:, ~accepted], self.temperature)

    def share(self, value: object, accepts: IntervalSet) -> Tensor:
        column = self.decision.share_column(value)
        rest = [one for one in range(self.logits.shape[1]) if one != column]
        odds = self.logits[:, column] - torch.logsumexp(self.logits[:, rest], 1)
        return interval_distance(odds, _as_log_odds(accepts)).clamp(-FAR, FAR)


@dataclass(frozen=True, eq=False)
class _Exact:
    """Predicates as truths, in double precision as a client computes."""

    decision: ClassDecision
    shares: Tensor

    @property
    def best(self) -> Tensor:
        return self.shares.argmax(-1)

    def read(self, predicate: Predicate) -> Tensor:
        match predicate:
            case Not(operand):
                return ~self.read(operand)
            case And(operands):
                return self._all([self.read(one) for one in operands])
            case Or(operands):
                return ~self._all([~self.read(one) for one in operands])
            case Always():
                return self._all([])
            case Compare(value, accepts):
                return self.share(value, accepts)
            case Exists(name) | FirstAmong(atom=name):
                return self._all([self.test(one) for one in self.decision.atom(name).tests])
        raise AssertionError(predicate)

    def test(self, test: object) -> Tensor:
        if isinstance(test, NumberTest):
            return self.share(test.value, test.accepts)
        assert isinstance(test, LabelTest)
        accepted = torch.tensor([one in test.accepts for one in self.decision.labels])
        return accepted.to(self.shares.device)[self.best]

    def share(self, value: object, accepts: IntervalSet) -> Tensor:
        return contains(accepts, self.shares[:, self.decision.share_column(value)].double())

    def _all(self, parts: list[Tensor]) -> Tensor:
        found = torch.ones(len(self.shares), dtype=torch.bool, device=self.shares.device)
        for one in parts:
            found = found & one
        return found


def _as_log_odds(accepts: IntervalSet) -> IntervalSet:
    """Return the same set of shares as a set of log-odds."""
    return IntervalSet(
        tuple(
            replace(one, low=_log_odds(one.low), high=_log_odds(one.high))
            for one in accepts.intervals
        )
    )


def _log_odds(end: float | None) -> float | None:
    if end is None or 0 < end < 1:
        return None if end is None else math.log(end / (1 - end))
    return -2 * FAR if end <= 0 else 2 * FAR


def _soft_all(parts: list[Tensor], temperature: float, like: Tensor) -> Tensor:
    if not parts:
        return torch.full_like(like[:, 0], FAR)
    return soft_min(torch.stack(parts, -1), temperature)


def compile_classes(process: DecisionProcess, labels: Sequence[str]) -> ClassDecision:
    """Compile a decision on the class of a text.

    Raises:
        UnsupportedError: if the decision reads something else than the class and the shares.
        UsageError: if the labels are no classes.
    """
    spec = process.spec.main.field(_FIELD)
    values = spec.values if spec is not None else ()
    if len(labels) < 2 or len(set(labels)) != len(labels) or not set(labels) <= set(values):
        raise UsageError(
            f"{process.id} decides on the classes {', '.join(values)}, but a model of the labels "
            f"{', '.join(labels[:5]) or '(none)'} came.",
            hint="Use a model of these classes: data with a column `score` or `sentiment`.",
        )
    if not isinstance(process.rules, Cases):
        raise _unsupported(process, "several things at once (flags)")
    decision = ClassDecision(process, tuple(labels), tuple(one.id for one in process.outcomes))
    for one in process.predicates():
        if not isinstance(one, Not | And | Or | Always | Compare | Exists | FirstAmong):
            raise _unsupported(process, f"a predicate {one.op!r}")
    for atom in process.atoms:
        for test in atom.tests:
            if isinstance(test, InnerTest):
                raise _unsupported(process, f"the list {test.path!r}")
            if isinstance(test, LabelTest) and test.field != _FIELD:
                raise _unsupported(process, f"the field {test.field!r}")
    for value, _ in _comparisons(process):
        decision.share_column(value)
    return decision


def _comparisons(process: DecisionProcess) -> list[tuple[object, IntervalSet]]:
    found: list[tuple[object, IntervalSet]] = [
        (one.value, one.accepts) for one in process.predicates() if isinstance(one, Compare)
    ]
    for atom in process.atoms:
        found += [(one.value, one.accepts) for one in atom.tests if isinstance(one, NumberTest)]
    return found


def _unsupported(process: DecisionProcess, what: str) -> UnsupportedError:
    return UnsupportedError(
        f"{process.id} reads {what}, for which decisions on sentiment have no loss.",
        hint="Decisions on Sentiment and on SentimentScore of one class have one.",
    )
