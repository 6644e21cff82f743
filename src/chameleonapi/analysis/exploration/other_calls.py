"""Does the outcome of one call also depend on the answers of other calls?"""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, final

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.exploration.budget import Budget, Meter
from chameleonapi.analysis.exploration.counters import NUMBER
from chameleonapi.analysis.exploration.draft import Draft
from chameleonapi.analysis.exploration.fields import as_json, is_list
from chameleonapi.analysis.exploration.path_labels import with_paths
from chameleonapi.analysis.exploration.runner import EffectKey, Runner, full_answer
from chameleonapi.analysis.exploration.same_but_empty import are_one_to_one, twin_of
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.table import constant_words
from chameleonapi.analysis.trace import EffectLevel, End
from chameleonapi.apis import ApiSpec, FieldKind, FieldSpec, are_separate, build_answer, get_api
from chameleonapi.decision import Gap

__all__ = ["Sample", "extremes_of", "other_call_gaps", "random_answer"]

_ANSWERS: Final = 12
_WITNESSES: Final = 8  # among them
_SINGLE: Final = 12
_TRIES: Final = 12
_LONGEST: Final = 60
_NOTHING: Final[Mapping[str, Any]] = {}


def other_call_gaps(runner: Runner, draft: Draft, budget: Budget) -> dict[str, Gap]:
    """Return a gap for each other API whose answer changes the outcome of this call.

    There is one at the empty name where the time did not suffice to look at all of them.
    """
    apis = list(runner.other_apis)
    if any(one.api == runner.site.api for one in runner.other_sites.values()):
        apis.append(runner.site.api)  # the same question about another input
    until = Deadline(budget.verification_seconds / 2)
    found: dict[str, Gap] = {}
    for api in apis:
        matters = _matters(runner, draft, get_api(api), budget, until)
        if matters is None:
            found[""] = Gap(
                "budget",
                f"It was not looked at whether what happens also depends on {_name(runner, api)}.",
                runner.other_span(api),
            )
            break
        if matters:
            found[api] = Gap(
                "other-call",
                f"What happens also depends on the answer of {_name(runner, api)}, which this"
                " record takes as given.",
                runner.other_span(api),
            )
    return found


def _name(runner: Runner, api: str) -> str:
    return f"another call of {api}" if api == runner.site.api else api


def _matters(
    runner: Runner, draft: Draft, other: ApiSpec, budget: Budget, until: Deadline
) -> bool | None:
    """Return whether the outcome depends on another answer; None if there was no time to see."""
    rng = random.Random(budget.seed)  # noqa: S311 - no secret
    sample = Sample(runner, draft, budget)
    extremes, literals = extremes_of(runner, other)
    meter = Meter(_ANSWERS, budget.seconds)
    together = None
    if are_separate([runner.own, *runner.joint, other]):
        together = runner.otherwise(meter, joint=[other.id])
    for given in (*extremes, *(random_answer(other, rng, literals) for _ in range(_TRIES))):
        if until.is_over:
            return None
        # Side by side, runs that differ in nothing that is asked for are recalled.
        changed = together or runner.otherwise(meter, others={other.id: given})
        # An answer without anything says so: what is not named would be as usual.
        more = (given or _without_elements(other)) if together else _NOTHING
        if not sample.is_same_in(changed, more) or sample.is_replaced_in(changed, more):
            return True
        if sample.is_seen_in(changed, more):
            return True
    return False


def _without_elements(spec: ApiSpec) -> Mapping[str, Any]:
    return build_answer(spec, {one.path: [] for one in spec.collections}, {})


def extremes_of(runner: Runner, spec: ApiSpec) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Return answers that say as much, or as little, as there is, and the words of the source."""
    texts = [one for one in runner.program.literals if 0 < len(one) <= _LONGEST]
    literals = with_paths(spec, texts)
    full = full_answer(spec, literals)
    return [full, full_answer(spec, literals, is_negative=True), {}], literals


@final
class Sample:
    """Some answers with their outcomes, to see whether something else tells them apart alike.

    With ``has_single``, there are answers of one element each among them: what one of them adds
    to a count may be what was lacking.
    """

    def __init__(
        self, runner: Runner, draft: Draft, budget: Budget, *, has_single: bool = False
    ) -> None:
        source = AnswerSource(draft.alphabet, budget.seed)
        self._draft = draft
        self._runner = runner
        self._answers: list[Mapping[str, Any]] = [
            one.answer for one in draft.process.witnesses[:_WITNESSES]
        ]
        self._answers += [source.draw() for _ in range(_ANSWERS - len(self._answers))]
        if has_single and is_list(runner.own.main.path):
            path = runner.own.main.path
            rows = [(one, row) for one in self._answers for row in one.get(path, ())]
            self._answers += [{**one, path: [row]} for one, row in rows[:_SINGLE]]
        usual = [runner.observe(one).effects for one in self._answers]
        self._usual = [draft.outcome_of(one) for one in usual]
        self._done = [_told(runner, draft, one) for one in usual]

    def is_same_in(self, changed: Runner, more: Mapping[str, Any] = _NOTHING) -> bool:
        """Return whether the answers are told apart as usual, with ``more`` added to each."""
        answers = self._with(more)
        if all(changed.observe(one).end is End.RAISED for one in answers):
            return True  # the application fails, whatever this call answers
        pairs = {
            (outcome, _seen(changed, self._draft, answer))
            for answer, outcome in zip(answers, self._usual, strict=True)
        }
        # More or less may happen, if it happens whatever this call answers.
        return are_one_to_one(pairs)

    def is_seen_in(self, changed: Runner, more: Mapping[str, Any] = _NOTHING) -> bool:
        """Return whether what is only handed on inside the application now shows outside."""
        outer = self._draft.levels[:-1]
        if not outer:
            return False
        known = {part for one in self._answers for part in self._said(self._runner, one, outer)}
        now = [
            self._said(changed, one, outer) - known
            for one in self._with(more)
            if self._is_filled(one)
        ]
        return any(one != now[0] for one in now)

    def _said(
        self, runner: Runner, answer: Mapping[str, Any], levels: Sequence[EffectLevel]
    ) -> frozenset[Hashable]:
        """Return what is done on some levels, without the data that is shown."""
        effects = runner.observe(answer).effects
        here = [one for one in effects if one[0] in levels]
        return frozenset((*one[:3], frozenset(constant_words(one[3])), one[4]) for one in here)

    def _is_filled(self, answer: Mapping[str, Any]) -> bool:
        path = self._runner.own.main.path
        return not is_list(path) or bool(answer.get(path))

    def numbers_in(self, changed: Runner) -> list[dict[Hashable, str]]:
        """Return for each answer the numbers that are said, by the place and the words around."""
        found: list[dict[Hashable, str]] = []
        for answer in self._answers:
            effects = changed.observe(answer, is_counted=False).effects
            told = _told(self._runner, self._draft, effects)
            shapes = [(*one[:3], NUMBER.sub("#", one[3]), one[4]) for one in told]
            said = zip(shapes, told, strict=True)
            found.append({k: one[3] for k, one in said if shapes.count(k) == 1 and k[3] != one[3]})
        return found

    def is_replaced_in(self, changed: Runner, more: Mapping[str, Any] = _NOTHING) -> bool:
        """Return whether some outcomes stay, and what others stand for is done no more.

        Answers may be told apart as usual then: without a text there is a hint that there is
        none, and with a text, what it is that comes depends on the colours.
        """
        kept, replaced = False, False
        for answer, outcome, done in zip(self._with(more), self._usual, self._done, strict=True):
            effects = changed.observe(answer).effects
            if outcome is not None and self._draft.outcome_of(effects) == outcome:
                kept = True
                continue
            now = _told(changed, self._draft, effects)
            is_shown = twin_of(now, [done]) or twin_of(done, [now])  # no more than data
            replaced |= not (done <= now or is_shown)
        return kept and replaced

    def _with(self, more: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [{**one, **more} if more else one for one in self._answers]


def _seen(runner: Runner, draft: Draft, answer: Mapping[str, Any]) -> Hashable:
    effects = runner.observe(answer).effects
    return draft.outcome_of(effects) or _told(runner, draft, effects)


def _told(runner: Runner, draft: Draft, effects: frozenset[EffectKey]) -> frozenset[EffectKey]:
    """Return the effects that may tell outcomes apart."""
    return runner.merged(
        one for one in effects if one[0] in draft.levels and one[:3] not in draft.echoes
    )


def random_answer(spec: ApiSpec, rng: random.Random, literals: list[str]) -> dict[str, Any]:
    """Return an answer that holds words of the source, and any numbers."""
    items = {
        collection.path: [
            {one.path: _value(one, rng, literals) for one in collection.fields if _is_plain(one)}
            for _ in range(rng.choice((0, 1, 2, 4, 8)))
        ]
        for collection in spec.collections
    }
    fields = {one.path: _value(one, rng, literals) for one in spec.answer_fields}
    return build_answer(spec, items, fields)


def _is_plain(field: FieldSpec) -> bool:
    return "*" not in field.path and not field.path.endswith("#")


def _value(field: FieldSpec, rng: random.Random, literals: list[str]) -> Any:
    if field.values:
        return as_json(field, rng.choice(field.values))
    if field.kind is FieldKind.NUMBER:
        return field.fitting(rng.uniform(field.low, field.high))
    return rng.choice(literals) if literals else "Object"
