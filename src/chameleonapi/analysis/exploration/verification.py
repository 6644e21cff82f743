"""Compare a record with the application on random answers."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.exploration.budget import Budget
from chameleonapi.analysis.exploration.named_labels import rare_labels
from chameleonapi.analysis.exploration.runner import EffectKey, Observation, Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.trace import End, Trace
from chameleonapi.decision import (
    Compare,
    DecisionProcess,
    Field,
    LabelTest,
    NumberTest,
    Verification,
)
from chameleonapi.decision.structure import walk_numbers
from chameleonapi.errors import AnswerError

__all__ = ["Comparison", "compare", "needs_inner_order"]

_MOST_SHOWN: Final = 40
_ORDERS: Final = 60
_PLACE: Final = re.compile(r"(\w+(?:\.\w+)*?)\.\d+\.")


@dataclass
class Comparison:
    """The result: how many answers, and those on which record and source differ."""

    verification: Verification
    differing: list[tuple[dict[str, Any], Trace]] = field(default_factory=list)
    aborted: int = 0

    @property
    def rate(self) -> float:
        """The share of answers on which they differ."""
        return self.verification.disagreements / max(self.verification.answers, 1)


def compare(
    process: DecisionProcess,
    runner: Runner,
    source: AnswerSource,
    outcome_of: Callable[[frozenset[EffectKey]], str | None],
    budget: Budget,
    *,
    answers: int,
    stop_after: int = _MOST_SHOWN,
) -> Comparison:
    """Try random answers on both.

    Args:
        process: the record.
        runner: the application.
        source: draws answers.
        outcome_of: the id of the outcome of observed effects, None if the record has none.
        budget: time and seed.
        answers: how many to try.
        stop_after: end after so many differences.
    """
    deadline = Deadline(budget.verification_seconds)
    source.favour(rare_labels(process.atoms, source.alphabet))
    outcomes = _Outcomes(runner, outcome_of)
    tried = 0
    aborted = 0
    differing: list[tuple[dict[str, Any], Trace]] = []
    while tried < answers and len(differing) < stop_after:
        if deadline.is_over:
            break
        answer = source.draw()
        observed = runner.observe(answer, is_counted=False)
        if observed.end is End.ABORTED:
            aborted += 1
        tried += 1
        try:
            decided = process.decide(answer).id
        except AnswerError:
            decided = ""
        if decided != outcomes.of(observed):
            differing.append((answer, runner.trace(answer, is_counted=False)))
    return Comparison(Verification(tried, len(differing), budget.seed), differing, aborted)


class _Outcomes:
    """The outcome of what was observed; of a recalled run it is known."""

    def __init__(
        self, runner: Runner, outcome_of: Callable[[frozenset[EffectKey]], str | None]
    ) -> None:
        self._runner = runner
        self._outcome_of = outcome_of
        self._known: dict[int, tuple[Observation, str | None]] = {}
        self._merges = runner.merges

    def of(self, observed: Observation) -> str | None:
        """Return the id of the outcome, None if the record has none."""
        if self._merges != self._runner.merges:  # effects that were apart may be one by now
            self._merges = self._runner.merges
            self._known.clear()
        known = self._known.get(id(observed))  # kept beside it, so that the id stays its own
        if known is None:
            known = self._known[id(observed)] = (observed, self._outcome_of(observed.effects))
        return known[1]


def needs_inner_order(
    process: DecisionProcess,
    runner: Runner,
    source: AnswerSource,
    outcome_of: Callable[[frozenset[EffectKey]], str | None],
    seed: int,
) -> bool:
    """Return whether a record is right only where lists inside elements come highest first.

    The emotions of a face do so, as far as anybody has seen; no service says so.

    Args:
        process: the record.
        runner: the application.
        source: draws answers.
        outcome_of: the id of the outcome of observed effects.
        seed: of the other orders.
    """
    lists = _lists_by_place(process)
    if not lists:
        return False
    rng = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(_ORDERS):
        answer = copy.deepcopy(source.draw())
        if not _shuffle_inside(answer, lists, rng):
            continue
        observed = runner.observe(answer, is_counted=False)
        try:
            decided = process.decide(answer).id
        except AnswerError:
            continue
        if decided != outcome_of(observed.effects):
            return True
    return False


def _lists_by_place(process: DecisionProcess) -> frozenset[str]:
    """Return the lists inside elements that are read place by place, and have no set places."""
    fields = {one.path for row in process.spec.collections for one in row.fields}
    loose = {one.split(".*.")[0] for one in fields if ".*." in one}  # corners have their places
    numbers = [one.value for one in process.predicates() if isinstance(one, Compare)]
    read: set[str] = set()
    for atom in process.atoms:
        read.update(one.field for one in atom.tests if isinstance(one, LabelTest))
        numbers += [one.value for one in atom.tests if isinstance(one, NumberTest)]
    for number in numbers:
        read.update(one.path for one in walk_numbers(number) if isinstance(one, Field))
    found = (_PLACE.match(one) for one in read)
    return frozenset(one[1] for one in found if one is not None and one[1] in loose)


def _shuffle_inside(
    value: Any, lists: frozenset[str], rng: random.Random, *, name: str = ""
) -> bool:
    """Bring records in some lists inside the elements of lists into another order."""
    is_shuffled = False
    if isinstance(value, dict):
        for key, one in value.items():
            inner = f"{name}.{key}" if name else key
            is_shuffled |= _shuffle_inside(one, lists, rng, name=inner)
    elif isinstance(value, list):
        if name in lists and len(value) > 1 and all(isinstance(one, dict) for one in value):
            value.reverse()
            rng.shuffle(value)
            return True
        for one in value:
            is_shuffled |= _shuffle_inside(one, lists, rng)
    return is_shuffled
