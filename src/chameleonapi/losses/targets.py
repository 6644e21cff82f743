"""Target classes, in the paper's words: the label lists between which an application chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch

from chameleonapi.decision import (
    Cases,
    DecisionProcess,
    Exists,
    FirstAmong,
    Flags,
    Kind,
    Not,
    Or,
    Order,
    Predicate,
)
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.buffers import Buffer
from chameleonapi.losses.compiled import CompiledDecision

__all__ = ["TargetClass", "target_classes"]


@final
@dataclass(frozen=True, eq=False)
class TargetClass:
    """The labels that lead to one outcome.

    Attributes:
        outcome: the outcome (or flag) that its labels lead to.
        columns: its labels.
        threshold: the score from which one of them counts.
        is_negated: whether the outcome (or flag) happens without the labels.
    """

    outcome: str
    columns: Buffer
    threshold: float
    is_negated: bool = False


def target_classes(decision: CompiledDecision) -> tuple[TargetClass, ...]:
    """Return the target classes of a process of one of the paper's kinds, in its order.

    Raises:
        UnsupportedError: if the kind has no target classes, or a predicate is not "some label
            of the class" (in API order, "the first label of any class is one of this class").
    """
    process = decision.process
    rules = process.rules
    match process.kind, rules:
        case Kind.TRUE_FALSE, Cases() if len(rules.cases) == 1:
            rows = [(rules.cases[0].outcome, rules.cases[0].predicate)]
        case Kind.MULTI_SELECT, Flags():
            rows = [(flag.outcome, flag.predicate) for flag in rules.flags]
        case Kind.MULTI_CHOICE, Cases():
            rows = [(case.outcome, case.predicate) for case in rules.cases]
        case _:
            form = "flags" if isinstance(rules, Flags) else f"{len(rules.cases)} cases"
            raise _unsupported(process, f"a {process.kind.name} decision of {form}")
    if process.kind is Kind.MULTI_CHOICE and process.order is Order.API:
        _check_shared_candidates(process, [predicate for _, predicate in rows])
    return tuple(_target_class(decision, outcome, predicate) for outcome, predicate in rows)


def _target_class(decision: CompiledDecision, outcome: str, predicate: Predicate) -> TargetClass:
    process = decision.process
    is_negated = False
    while isinstance(predicate, Not) and process.kind is not Kind.MULTI_CHOICE:
        predicate, is_negated = predicate.operand, not is_negated
    columns: set[int] = set()
    lines = set()
    for atom_id in _class_atoms(process, predicate):
        atom = decision.space.atom(atom_id)
        if not atom.is_upward:
            what = "a test of a place" if atom.sides else "a score test with an upper end"
            raise _unsupported(process, f"{what} (the atom {atom_id!r})")
        columns.update(atom.labels.columns.host.tolist())
        lines.add(atom.scores.low)
    if len(lines) > 1:
        raise _unsupported(process, f"a class with several score lines ({outcome!r})")
    if not columns:
        raise _unsupported(process, f"a class without any label of the model ({outcome!r})")
    low = float(torch.sigmoid(torch.tensor(lines.pop(), dtype=torch.float64)))
    indices = Buffer(torch.tensor(sorted(columns)))
    return TargetClass(outcome, indices, max(low, process.shown_score), is_negated)


def _class_atoms(process: DecisionProcess, predicate: Predicate) -> list[str]:
    is_api = process.kind is Kind.MULTI_CHOICE and process.order is Order.API
    match predicate:
        case Exists(atom) if not is_api:
            return [atom]
        case FirstAmong(atom=atom, from_end=False) if is_api:
            return [atom]
        case FirstAmong(atom=atom, among=(only,)) if atom == only:
            return [atom]
        case Or(operands) if operands:
            return [one for part in operands for one in _class_atoms(process, part)]
        case _:
            raise _unsupported(process, f"the predicate {predicate.op!r}")


def _check_shared_candidates(process: DecisionProcess, predicates: list[Predicate]) -> None:
    among = {frozenset(one.among) for one in predicates if isinstance(one, FirstAmong)}
    if len(among) > 1:
        raise _unsupported(process, "a choice in API order whose classes do not meet")


def _unsupported(process: DecisionProcess, what: str) -> UnsupportedError:
    return UnsupportedError(
        f"{process.id}: the paper gives no loss for {what}.",
        hint="Use 'robustness.v1', which has one for every decision on labels.",
    )
