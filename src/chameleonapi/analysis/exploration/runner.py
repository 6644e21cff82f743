"""Run one entry of an application on answers to one call, and remember what happened."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.budget import Meter
from chameleonapi.analysis.exploration.counted_answers import Counted, counted_answers
from chameleonapi.analysis.exploration.counters import Counters, without_numbers
from chameleonapi.analysis.exploration.effect_texts import EffectTexts
from chameleonapi.analysis.exploration.element_making import typical_fields
from chameleonapi.analysis.exploration.fields import as_json, is_list
from chameleonapi.analysis.exploration.recall import Recall
from chameleonapi.analysis.trace import (
    HOLE,
    NOTHING,
    Assumption,
    CallSite,
    EffectLevel,
    End,
    Entry,
    ObservedEffect,
    Program,
    Trace,
)
from chameleonapi.apis import (
    ApiSpec,
    FieldKind,
    FieldSpec,
    build_answer,
    get_api,
    iter_apis,
    joint_spec,
    own_part,
)
from chameleonapi.decision import Gap, Notice, Span

__all__ = ["EffectKey", "Observation", "Runner", "full_answer", "typical_answer"]

# Level, kind, place, what is done with constant data, member of a list of flags.
EffectKey = tuple[int, str, Span, str, str]
_ANSWER: Final = "<answer>"
_RETURNED: Final = "return"
_PLACE: Final = re.compile(r"(?<![\w.'\"])\d+(?:\.\d+)?(?![\w.])")
_MANY: Final = 8
_FEW: Final = 1
_TWO: Final = 2
_LETTERS: Final = 12
_LONGEST: Final = 40
_MOST: Final = 40
_CORNERS: Final = ((0, 0), (1, 0), (1, 1), (0, 1))  # from the top left one on, clockwise


@dataclass(frozen=True, slots=True)
class Observation:
    """What one run did after the call."""

    effects: frozenset[EffectKey]
    end: End


@dataclass(frozen=True, slots=True)
class _Seen:
    """A run; equal to another one that has the same effects."""

    trace: Trace = field(compare=False)
    observation: Observation


@final
class Runner:
    """Runs one (entry, call site, assumptions) and keeps the observations.

    Args:
        program, entry, site, assumptions: what is run.
        meter: counts the runs.
        others: answers of other calls by API id; typical ones if None.
        tells_empty: whether an empty list is something else than one with data of the answer.
        recalls: whether a run that goes a known way is recalled instead of run again.
        joint: ids of APIs whose answers vary too, side by side with that of the call.
        inputs: how many inputs in a row a loop gets, all answered alike.
        earlier: answers by API id to an input before the one that the answers are about.
    """

    def __init__(
        self,
        program: Program,
        entry: Entry,
        site: CallSite,
        assumptions: Mapping[str, bool],
        meter: Meter,
        *,
        others: Mapping[str, Mapping[str, Any]] | None = None,
        recalls: bool = True,
        joint: Sequence[str] = (),
        tells_empty: bool = False,
        inputs: int = 1,
        earlier: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.program = program
        self.entry = entry
        self.site = site
        self.own = get_api(site.api)
        self.joint = tuple(get_api(one) for one in joint)
        self.spec = joint_spec(self.own, self.joint)
        self.assumptions = dict(assumptions)
        self.others = dict(others or {})
        self.tells_empty = tells_empty
        self.inputs = inputs
        self.earlier = earlier
        self.asks_again = False  # whether a run would have called again, for another input
        self.bounds: set[int] = set()  # with which runs compared counts
        self.meter = meter
        self.effects: dict[EffectKey, ObservedEffect] = {}
        self.gaps: OrderedDict[Gap, None] = OrderedDict()
        self.is_reached = False
        self.aborted = 0
        self.merged_keys: set[EffectKey] = set()  # effects that stand for many numbers
        self.other_sites: dict[Span, CallSite] = {}
        self.met: dict[str, Assumption] = {}  # unknown branches that a run has met
        self.ways: dict[Span, set[bool]] = {}  # how the tests at a place came out
        self.remarks: dict[Notice, None] = {}
        self.reached = 0  # runs that got to the call
        self._failed: Counter[Gap] = Counter()
        self.alike: dict[EffectKey, EffectKey] = {}  # what does the same at another place
        self._failing = 0  # runs that failed, wherever
        self._default: dict[str, Mapping[str, Any]] = {
            **{one.id: typical_answer(one) for one in iter_apis()},
            **self.others,
        }
        self._asked: set[str] = set()  # APIs that the same call asks too
        self._beside: dict[str, Any] = {}  # their answers, beside the one that varies
        self.recall: Recall[_Seen] = Recall(self.spec, is_trusted=recalls)
        self._numbers: dict[tuple[Any, ...], set[str]] = {}
        self._noted: set[EffectKey] = set()
        self._places: dict[EffectKey, set[Span]] = {}  # where readers find what is returned
        self._counters = Counters()
        self._texts = EffectTexts(program.literals)
        self._merged: dict[EffectKey, EffectKey] = {}  # what effects were taken for
        self._taken: dict[EffectKey, list[EffectKey]] = {}  # what each merged one stands for
        self._merged_at = 0
        self.merges = 0  # how many effects stand for many numbers by now: see ``merged``

    def otherwise(
        self,
        meter: Meter,
        *,
        assumptions: Mapping[str, bool] | None = None,
        others: Mapping[str, Mapping[str, Any]] | None = None,
        earlier: Mapping[str, Any] | None = None,
        joint: Sequence[str] = (),
    ) -> Runner:
        """Return a runner of the same application in which something else is taken as given.

        Args:
            meter: counts its runs.
            assumptions: about unknown branches.
            others: answers of other calls.
            earlier: the answer to an input before the one that is followed.
            joint: further APIs whose answers vary.
        """
        made = Runner(
            self.program,
            self.entry,
            self.site,
            {**self.assumptions, **(assumptions or {})},
            meter,
            others={**self.others, **(others or {})},
            joint=[*(one.id for one in self.joint), *joint],
            tells_empty=self.tells_empty,
            inputs=self.inputs if earlier is None else _TWO,
            earlier=self.earlier if earlier is None else {self.site.api: earlier},
        )
        made.take_alike(self.alike)
        return made

    def trace(self, answer: Mapping[str, Any], *, is_counted: bool = True) -> Trace:
        """Return everything that a run on an answer shows.

        A way that is known is recalled; then ``concrete`` texts are of another answer.
        """
        return self.look(answer, is_counted=is_counted)[0]

    def observe(self, answer: Mapping[str, Any], *, is_counted: bool = True) -> Observation:
        """Return what happens on an answer."""
        return self.look(answer, is_counted=is_counted)[1]

    def look(
        self, answer: Mapping[str, Any], *, is_counted: bool = True
    ) -> tuple[Trace, Observation]:
        """Return both: everything that a run shows, and what it did."""
        if is_counted:
            self.meter.spend()
        given = {**self._beside, **answer} if self._beside else answer
        known = self.recall.find(given)
        if known is not None:
            return known.trace, known.observation
        trace = self._run(given)
        observation = self._note(trace)
        self.recall.learn(given, trace, _Seen(trace, observation))
        return trace, observation

    def _run(self, given: Mapping[str, Any]) -> Trace:
        answers = {self.site.span: given}
        if self.joint:
            trace = self.program.run(
                self.entry,
                answers,
                self.assumptions,
                default={**self._default, **{one.id: own_part(one, given) for one in self.joint}},
                varied=[one.id for one in self.joint],
                inputs=self.inputs,
                earlier=self.earlier,
            )
        else:
            trace = self.program.run(
                self.entry,
                answers,
                self.assumptions,
                default=self._default,
                inputs=self.inputs,
                earlier=self.earlier,
            )
        beside = [
            one.api
            for one in trace.sites
            if one.span == self.site.span and one.api not in {self.site.api, *self._asked}
        ]
        if beside:
            # One call that asks several APIs gets all of their answers: again, with those.
            for api in beside:
                self._asked.add(api)
                self._beside.update(self._default[api])
            return self._run({**self._beside, **given})
        return trace

    def _note(self, trace: Trace) -> Observation:
        """Keep what the trace of a run says about the application, and return its effects."""
        for gap in trace.gaps:
            self.gaps.setdefault(gap)
        for test in trace.tests:
            self.ways.setdefault(test.span, set()).add(test.value)
        for remark in trace.remarks:
            self.remarks.setdefault(remark)
        self.asks_again |= trace.asks_again
        self.bounds.update(trace.bounds)
        is_here = False
        for one in trace.sites:
            if one.span == self.site.span:
                is_here = True
            else:
                self.other_sites.setdefault(one.span, one)
        if is_here:
            self.is_reached = True
            self.reached += 1
            self._failed.update(trace.failures)
            self._failing += bool(trace.failures)
        for assumption in trace.assumptions:
            self.met.setdefault(assumption.key, assumption)
        if trace.end is End.ABORTED:
            self.aborted += 1
        keys: set[EffectKey] = set()
        again: dict[EffectKey, list[list[str]]] = {}
        for effect in trace.effects:
            text = self._texts.settle(effect.key)
            text = text if self.tells_empty else text.replace(NOTHING, _ANSWER)
            key = (int(effect.level), effect.kind, effect.span, text, effect.member)
            # What a round of a loop draws on is what the round before has drawn on.
            if again or "<unknown" in text or "⟨" in text:
                bare = (*key[:3], HOLE.sub(_ANSWER, text), effect.member)
                drawn = ["".join(one) for one in HOLE.findall(text)]
                if any(_has_grown(drawn, one) for one in again.get(bare, ())):
                    continue
                if any(drawn):
                    again.setdefault(bare, []).append(drawn)
            if effect.shown_at is not None:
                self._places.setdefault(key, set()).add(effect.shown_at)
            if key not in keys:
                keys.add(key)
                if key in self._noted:
                    continue
                self._noted.add(key)
                self.effects.setdefault(key, effect)
                self._note_numbers(key)
        return Observation(frozenset(keys), trace.end)

    def _note_numbers(self, key: EffectKey) -> None:
        text = self._counters.bare(key)[3] if self._counters else key[3]
        shape = (*key[:3], without_numbers(text), key[4])
        if shape[3] != text:
            seen = self._numbers.setdefault(shape, set())
            seen.add(text)
            self.merges += len(seen) == _MANY + 1

    def learn_counters(self, alphabet: Alphabet, most: int) -> None:
        """Find which numbers in effects count elements, where one place shows several numbers."""
        if not any(len(one) > _FEW for one in self._numbers.values()):
            return
        is_new = False
        for answer_of in counted_answers(alphabet):

            def effects_of(count: int, of: Counted = answer_of) -> frozenset[EffectKey]:
                return self.observe(of(count)).effects

            is_new |= self._counters.learn(effects_of, most)
        if is_new:
            self.merges += 1
            self._numbers.clear()
            for key in self._noted:
                self._note_numbers(key)

    def tell_none(self) -> None:
        """From now on, let a counter that says 0 be another effect than one that says more."""
        self._counters.tells_none = True
        self.merges += 1

    def merged(self, effects: Iterable[EffectKey]) -> frozenset[EffectKey]:
        """Return effects with counters left out: printing 1, 2, 3, ... is one effect."""
        if self._merged_at != self.merges:  # more numbers count for one by now
            self._merged_at = self.merges
            self._merged.clear()
            self._taken.clear()
        return frozenset([self._merged.get(one) or self._merge(one) for one in effects])

    def _merge(self, each: EffectKey) -> EffectKey:
        one = self._counters.bare(each) if self._counters else each
        if one != each:
            self._stands_for(one, each)
        if self._numbers:
            shape = (*one[:3], without_numbers(one[3]), one[4])
            if len(self._numbers.get(shape, ())) > _MANY:
                self._stands_for(shape, one)
                one = shape
        one = self.alike.get(one, one)
        if each in self.effects:
            self._merged[each] = one
            self._taken.setdefault(one, []).append(each)
        return one

    def take_alike(self, alike: Mapping[EffectKey, EffectKey]) -> None:
        """From now on, let some effects be others that do the same at another place."""
        if alike == self.alike:
            return
        self.alike = dict(alike)
        self.merges += 1
        for one, other in alike.items():
            self._places.setdefault(other, set()).update((one[2], other[2]))

    def without_counts(self, effect: EffectKey) -> EffectKey:
        """Return an effect without the numbers in it that count elements."""
        return self._counters.bare(effect) if self._counters else effect

    def many_numbers(self, effect: EffectKey) -> EffectKey | None:
        """Return what stands for an effect that has a number of many, None if nothing does."""
        one = self.without_counts(effect)
        shape = (*one[:3], without_numbers(one[3]), one[4])
        return shape if len(self._numbers.get(shape, ())) > _MANY else None

    def _stands_for(self, one: EffectKey, other: EffectKey) -> None:
        self.merged_keys.add(one)
        if other in self.effects:  # it may be one of another runner
            self.effects.setdefault(one, self.effects[other])

    def places(self, key: EffectKey) -> tuple[Span, ...]:
        """Return where a reader finds an effect, if that is not where it is told from others."""
        found = [self._places.get(one, set()) for one in (key, *self._taken.get(key, ()))]
        return tuple(sorted(set().union(*found)))

    @property
    def hands_on(self) -> bool:
        """Whether the entry returned data of the answer."""
        return any(one[1] == _RETURNED and _ANSWER in one[3] for one in self.effects)

    @property
    def failures(self) -> tuple[Gap, ...]:
        """The places where every run fails that gets to the call: hardly what it really does."""
        return tuple(gap for gap, count in self._failed.items() if count == self.reached)

    @property
    def scattered_failures(self) -> tuple[Gap, ...]:
        """The places where runs fail, if every run fails that gets to the call, but not at one."""
        if self.failures or not self.reached or self._failing < self.reached:
            return ()
        return tuple(
            replace(
                one, message=one.message.replace("fails here", "fails, here or elsewhere, here")
            )
            for one in self._failed
        )

    @property
    def other_apis(self) -> tuple[str, ...]:
        """The APIs whose answers a run reads besides that of the call, and that do not vary."""
        varied = {self.site.api, *(one.id for one in self.joint)}
        found = [*self._asked, *(one.api for one in self.other_sites.values())]
        return tuple(dict.fromkeys(one for one in sorted(found) if one not in varied))

    def other_span(self, api: str) -> Span:
        """Return where another API is asked: at a place of its own, or by the same call."""
        places = [one.span for one in self.other_sites.values() if one.api == api]
        return min(places, default=self.site.span)

    def assumed(self, api: str) -> dict[str, Any]:
        """Return the answer that another API is taken to give."""
        return own_part(get_api(api), self._default[api])

    @property
    def levels(self) -> tuple[EffectLevel, ...]:
        """The levels, the one that settles a decision first."""
        return tuple(EffectLevel)


def _has_grown(drawn: Sequence[str], before: Sequence[str]) -> bool:
    """Return whether what is not known in an effect is what was there before, and more of it.

    Data of the answer that was put into nothing else is written as an empty text.
    """
    return all(
        not one or (other and _PLACE.sub("#", other) in _PLACE.sub("#", one))
        for one, other in zip(drawn, before, strict=False)
    )


def typical_answer(spec: ApiSpec) -> dict[str, Any]:
    """Return an answer with one unremarkable element in each collection."""
    items = {one.path: [typical_fields(one, {})] for one in spec.collections}
    fields = {
        one.path: one.default if one.default is not None else "" for one in spec.answer_fields
    }
    return build_answer(spec, items, fields)


def full_answer(
    spec: ApiSpec, literals: Iterable[str], *, is_negative: bool = False
) -> dict[str, Any]:
    """Return an answer that holds every short text of the source, with full confidence.

    Numbers that may fall below zero, such as the score of a sentiment, are as high or as low
    as they get.
    """

    def end(field: FieldSpec) -> float:
        return field.fitting(field.low if is_negative and field.low < 0 else field.high)

    texts = [one for one in literals if 0 < len(one) <= _LONGEST and "\n" not in one][:_MOST]
    items = {}
    for collection in spec.collections:
        rows = []
        least = max((len(one.values) for one in collection.fields), default=1) or 1
        padding = ["Object"] * (least - len(texts))
        for number, text in enumerate([*texts, *padding]):
            row = typical_fields(collection, {})
            for one in collection.fields:
                if one.path not in row:
                    continue
                if "*" in one.path and (one.kind is FieldKind.NUMBER or one.values):
                    continue
                if one.kind is FieldKind.NUMBER:
                    row[one.path] = end(one)
                elif one.values:
                    row[one.path] = as_json(one, one.values[-1 - number % len(one.values)])
                elif "*" not in one.path:
                    row[one.path] = text
            rows.append(row)
        items[collection.path] = rows if is_list(collection.path) else rows[:1]
    fields: dict[str, Any] = {}
    for one in spec.answer_fields:
        if one.kind is FieldKind.NUMBER:
            fields[one.path] = end(one)
        elif one.kind is FieldKind.TEXT and not one.default:
            fields[one.path] = " ".join(texts)  # a text that was read
        else:
            fields[one.path] = one.default or ""
    answer = build_answer(spec, items, fields)
    _spread(answer)
    return answer


def _spread(value: Any) -> None:
    """Let the corners of a box, which are all the same, be those of the largest box there is."""
    if isinstance(value, dict):
        for one in value.values():
            _spread(one)
    elif isinstance(value, list):
        if len(value) == len(_CORNERS) and all(_is_corner(one) for one in value):
            for one, (right, low) in zip(value, _CORNERS, strict=True):
                one["x"], one["y"] = one["x"] * right, one["y"] * low
            return
        for one in value:
            _spread(one)


def _is_corner(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"x", "y"}
