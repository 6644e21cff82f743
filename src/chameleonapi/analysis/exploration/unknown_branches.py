"""Which branches on unknown values change the decision: go the other way, and compare."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.draft import Draft
from chameleonapi.analysis.exploration.fields import field_spec
from chameleonapi.analysis.exploration.runner import Runner, full_answer
from chameleonapi.analysis.exploration.same_but_empty import are_one_to_one
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.trace import CALL_FAILS, OPTION, Assumption, other_ways
from chameleonapi.apis import FieldKind

__all__ = ["unsettled"]

_ASSUMPTIONS: Final = 20
_PROBES: Final = 30
_RUNS: Final = 5 * _PROBES  # that one comparison takes at most
# Questions before a call that go the other way at once: of each place, and of all.
_OF_EACH_PLACE: Final = (1, 2)
_TOGETHER: Final = (2, 3, 4)
_REFILLED: Final = 30  # probes that get other numbers
_WORDS: Final = 12  # that only the other way asks for


def unsettled(runner: Runner, draft: Draft, budget: Budget) -> list[Assumption]:
    """Return the unknown branches that change the decision: after the call, or on the way to it."""
    met = [
        one
        for one in runner.met.values()
        if (one.is_after_call or one.is_tainted)
        and (not one.key.startswith(OPTION) or one.key in runner.assumptions)
        and one.provenance != CALL_FAILS  # then there is no answer to decide on
    ]
    asked = list(_questions(met))
    found: list[Assumption] = []
    until = Deadline(budget.verification_seconds / 2)
    for position, (key, one) in enumerate(asked[:_ASSUMPTIONS]):
        if until.is_over:
            return found + [left for _, left in asked[position:]]
        known = {mark for mark in runner.met if mark.startswith(f"{one.place}:")}
        other = _otherwise(runner, one, key, budget)
        is_settled = _is_settled(runner, draft, other, one, budget)
        if key != one.place and is_settled and (len(known) > 1 or _asks_more(other, one, known)):
            # A loop asks one question after the other at this place: answer all of them.
            is_settled = _is_settled(
                runner, draft, _otherwise(runner, one, one.place, budget), one, budget
            )
        if not is_settled:
            found.append(one)
    return (
        found + [left for _, left in asked[_ASSUMPTIONS:]] + _chosen_before(runner, draft, budget)
    )


def _chosen_before(runner: Runner, draft: Draft, budget: Budget) -> list[Assumption]:
    """Return the unknown branches on the way to the call that choose what is decided then.

    Another way that does not come to the call, or decides nothing, is no other decision.
    """
    met = [
        one
        for one in runner.met.values()
        if not (one.is_after_call or one.is_tainted or one.key.startswith(OPTION))
    ]
    found: list[Assumption] = []
    astray: set[str] = set()  # without the call
    until = Deadline(budget.verification_seconds / 2)
    for key, one in [*_questions(met)][-_ASSUMPTIONS:]:
        if until.is_over:
            break
        other = _otherwise(runner, one, key, budget)
        other.observe(AnswerSource(draft.alphabet, budget.seed + 1).draw())
        if not other.is_reached:
            astray.add(one.key)
            continue  # a loop that waits for something else may be long
        if _decides_otherwise(runner, draft, other, budget):
            found.append(one)
    if found:
        return found
    reaching = [one for one in met if one.key not in astray]
    return _chosen_together(runner, draft, reaching, until, budget)


def _chosen_together(
    runner: Runner,
    draft: Draft,
    met: Sequence[Assumption],
    until: Deadline,
    budget: Budget,
) -> list[Assumption]:
    """Return unknown branches that choose what is decided when some of them go the other way.

    Keywords that add to one sum do so: one of them is too little, and all of them are too much.
    """
    rng = random.Random(budget.seed)  # noqa: S311 - no secret
    asked = rng.sample(met, len(met))
    if len(asked) < 3:
        return []
    places: dict[str, list[Assumption]] = {}
    for one in asked:
        places.setdefault(one.place, []).append(one)
    sets = [[one for rows in places.values() for one in rows[:count]] for count in _OF_EACH_PLACE]
    sets += [asked[:count] for count in _TOGETHER]
    for some in sets:
        if until.is_over:
            break
        turned = {one.key: not one.taken for one in some}
        other = runner.otherwise(Meter(_RUNS, budget.seconds / 4), assumptions=turned)
        other.observe(AnswerSource(draft.alphabet, budget.seed + 1).draw())
        if other.is_reached and _decides_otherwise(runner, draft, other, budget):
            first = min(some, key=lambda one: one.span)
            more = f"{first.provenance} (and {len(asked) - 1} more questions like it)"
            return [replace(first, provenance=more)]
    return []


def _decides_otherwise(runner: Runner, draft: Draft, other: Runner, budget: Budget) -> bool:
    """Return whether another way decides, and tells other answers apart."""
    pairs, is_same = _compared(runner, draft, other, budget)
    return not is_same and len({there for _, there in pairs}) > 1 and not are_one_to_one(pairs)


def _questions(met: Sequence[Assumption]) -> Iterator[tuple[str, Assumption]]:
    """Yield what is answered at once: each question, or all of a place that asks many."""
    asked_at = Counter(one.place for one in met)
    for mark, one in other_ways(met):
        alike = asked_at[mark] - (one.place == mark)
        if alike:
            more = f"{one.provenance} (and {alike} more questions like it)"
            yield mark, replace(one, provenance=more)
        else:
            yield mark, one


def _otherwise(runner: Runner, one: Assumption, key: str, budget: Budget) -> Runner:
    """Return a runner that goes the other way at an unknown branch."""
    meter = Meter(_RUNS, budget.seconds / 4)
    return runner.otherwise(meter, assumptions={key: not one.taken})


def _is_settled(
    runner: Runner, draft: Draft, other: Runner, one: Assumption, budget: Budget
) -> bool:
    """Return whether the other way tells the same answers apart; not if time is too short."""
    pairs, is_same = _compared(runner, draft, other, budget)
    if other.meter.is_exhausted:
        return False
    return is_same or (not one.is_tainted and are_one_to_one(pairs))


def _compared(
    runner: Runner, draft: Draft, other: Runner, budget: Budget
) -> tuple[set[tuple[str | None, Hashable]], bool]:
    """Return what answers lead to on both ways, and whether that is the same for all of them.

    Only some answers are looked at if the meter of the other way runs out.
    """
    source = AnswerSource(draft.alphabet, budget.seed + 1)
    is_same = True
    pairs: set[tuple[str | None, Hashable]] = set()
    answers: list[Mapping[str, Any]] = [source.draw() for _ in range(_PROBES)]
    usual = _words_asked(runner, answers, other.meter)
    asked = _words_asked(other, answers, other.meter)
    # What only the other way asks for is hardly in an answer by chance.
    answers += [full_answer(runner.spec, [one]) for one in sorted(asked - usual)[:_WORDS]]
    # A number may matter on the other way only: here nothing tells its values apart.
    if numbers := sorted(_numbers_read(other, answers[:_REFILLED])):
        answers += [source.refilled(one, numbers) for one in answers[:_REFILLED]]
    for answer in _in_time(answers, other.meter):
        here = draft.outcome_of(runner.observe(answer).effects)
        effects = other.observe(answer).effects
        is_same &= draft.outcome_of(effects) == here
        # The other way may do more or less, if it tells the same answers apart.
        there = other.merged(
            e for e in effects if e[0] in draft.levels and e[:3] not in draft.echoes
        )
        pairs.add((here, there))
    return pairs, is_same


def _numbers_read(runner: Runner, answers: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Return the numbers that tests on the answers read, by list and field."""
    return {
        (leaf.collection, leaf.field)
        for answer in _in_time(answers, runner.meter)
        for test in runner.look(answer)[0].tests
        for leaf in test.expression.leaves
        if not leaf.is_fixed and field_spec(runner.spec, leaf).kind is FieldKind.NUMBER
    }


def _in_time(answers: Iterable[Mapping[str, Any]], meter: Meter) -> Iterator[Mapping[str, Any]]:
    """Yield answers until a meter runs out."""
    for answer in answers:
        if meter.is_exhausted:
            return
        yield answer


def _words_asked(runner: Runner, answers: Iterable[Mapping[str, Any]], meter: Meter) -> set[str]:
    """Return the texts that tests on the answers name."""
    return {
        word
        for answer in _in_time(answers, meter)
        for test in runner.look(answer)[0].tests
        for part in test.expression.walk()
        for argument in part.arguments
        for word in (argument if isinstance(argument, tuple) else (argument,))
        if type(word) is str and len(word) > 1
    }


def _asks_more(runner: Runner, one: Assumption, known: Iterable[str]) -> bool:
    """Return whether a run that went the other way was asked something new at the place."""
    return any(key.startswith(f"{one.place}:") and key not in known for key in runner.met)
