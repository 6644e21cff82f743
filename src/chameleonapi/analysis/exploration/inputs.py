"""Calls that are made again for other inputs: frames of a camera, files of a folder, texts."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import Final

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.draft import Draft
from chameleonapi.analysis.exploration.other_calls import Sample, extremes_of, random_answer
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.apis import elements, read_field
from chameleonapi.decision import DecisionProcess, Gap
from chameleonapi.errors import AnswerError

__all__ = ["inputs_gaps", "inputs_wanted", "needs_repeats"]

_FEWEST: Final = 4  # inputs in a row
_ANSWERS: Final = 24
_WITNESSES: Final = 8
_DRAWN: Final = 200
_EARLIER: Final = 3


def inputs_wanted(runner: Runner) -> int:
    """Return how many inputs it takes to get beyond all counts, 1 if there is only one."""
    if not runner.asks_again:
        return 1
    return max(_FEWEST, *(one + 2 for one in (0, *runner.bounds)))


def inputs_gaps(runner: Runner, draft: Draft, budget: Budget) -> list[Gap]:
    """Return what there is to say of a record that is not about one input by itself."""
    if runner.inputs > 1:
        message = (
            f"One input alone changes nothing: this is what happens when {runner.inputs} inputs in "
            "a row get the same answer."
        )
    elif runner.asks_again and _earlier_inputs_matter(runner, draft, budget):
        message = (
            "What happens also depends on the answers for other inputs, asked at the same place: "
            "this record is about one input alone."
        )
    else:
        return []
    return [Gap("several-inputs", message, runner.site.span)]


def needs_repeats(process: DecisionProcess, alphabet: Alphabet, seed: int) -> bool:
    """Return whether all answers that name each label once come to the same outcome.

    Services do so: what an application counts to two by label, it counts over several inputs.
    """
    name, path = process.spec.label_field, process.spec.main.path
    source = AnswerSource(alphabet, seed)
    seen: set[str] = set()
    for _ in range(_DRAWN):
        answer = source.draw()
        rows = elements(answer, path)
        if not name or not isinstance(rows, list):
            return False
        rows[:] = {read_field(one, name): one for one in rows}.values()
        with suppress(AnswerError):
            seen.add(process.decide(answer).id)
        if len(seen) > 1:
            return False
    return True


def _earlier_inputs_matter(runner: Runner, draft: Draft, budget: Budget) -> bool:
    """Return whether the outcome depends on what was answered for an input before."""
    rng = random.Random(budget.seed)  # noqa: S311 - no secret
    sample = Sample(runner, draft, budget, has_single=True)
    until = Deadline(budget.verification_seconds / 4)
    extremes, literals = extremes_of(runner, runner.own)
    before = [one.answer for one in draft.process.witnesses[:_WITNESSES]]
    before += [random_answer(runner.own, rng, literals) for _ in range(_EARLIER)]
    numbers: list[dict[Hashable, str]] = []
    for given in (*extremes, *before):
        if until.is_over:
            break
        later = runner.otherwise(Meter(_ANSWERS, budget.seconds), earlier=given)
        if not sample.is_same_in(later) and later.is_reached:
            return True
        if later.is_reached:
            # a share of all inputs is told apart as usual, and still it is one of all inputs
            said = sample.numbers_in(later)
            if any(map(_differ, numbers, said)):
                return True
            numbers = numbers or said
    return False


def _differ(one: Mapping[Hashable, str], other: Mapping[Hashable, str]) -> bool:
    """Return whether the same words are said with other numbers."""
    return any(other.get(key, text) != text for key, text in one.items())
