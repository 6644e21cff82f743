"""Fit outcomes that depend on numbers of the whole answer: sums, means, scores of two labels.

Words of letters cannot tell such answers apart. So questions on terms over the whole
answer are found, random answers are asked them (many of them close to a border), and
few yes-or-no questions are chosen that settle every outcome seen.
"""

from __future__ import annotations

import copy
import math
import random
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.atom_book import (
    AtomBook,
    NotExpressibleError,
    all_of,
    any_of,
    negate,
)
from chameleonapi.analysis.exploration.cuts import Cut, bins
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.draft import Draft, draft_of
from chameleonapi.analysis.exploration.enumeration_tests import adds_up
from chameleonapi.analysis.exploration.fields import is_list, value_at
from chameleonapi.analysis.exploration.largest import compared_term, largest_is
from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.analysis.exploration.solution import Solution
from chameleonapi.analysis.exploration.table import Table
from chameleonapi.analysis.exploration.terms import Question, cuts_of
from chameleonapi.analysis.exploration.threshold_functions import minimal_terms
from chameleonapi.analysis.exploration.whole_terms import Sight, WholeTerms
from chameleonapi.apis import elements, read_field, write_field
from chameleonapi.decision import (
    Aggregate,
    Arithmetic,
    Compare,
    Constant,
    CountAtLeast,
    Function,
    Interval,
    IntervalSet,
    LengthAtLeast,
    Not,
    Number,
    Predicate,
    Span,
)
from chameleonapi.decision.interpreter import Interpreter

__all__ = ["NumberSamples", "make_number_draft", "settle"]

_ANSWERS: Final = 700
_SIGHTS: Final = 60
_ORDINALS: Final = 4
_MAX_QUESTIONS: Final = 24
_MAX_FEATURES: Final = 9
_LETTERS: Final = 40
_PAIRS: Final = 24
_BISECTIONS: Final = 40
_LENGTHS: Final = 4

Outcome = frozenset[EffectKey]
# Where a test stands, what it compares with, and the how-manieth of a run it is; -1 is the last.
_Place = tuple[Span, str, int]


@dataclass(frozen=True)
class _Seen:
    answer: dict[str, Any]
    effects: Outcome


@final
class NumberSamples:
    """Random answers of an alphabet, what they lead to, and the questions on whole answers.

    Args:
        discovery: runs the application and knows the fields.
        alphabet: its letters.
        seed: of the answers.
    """

    def __init__(self, discovery: Discovery, alphabet: Alphabet, seed: int) -> None:
        self.alphabet = alphabet
        self.book = AtomBook(alphabet)
        self._discovery = discovery
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self._source = AnswerSource(alphabet, seed)
        self.seen: list[_Seen] = []
        self._sights: dict[_Place, list[Sight]] = {}
        self.settled: set[Span] = set()  # where a test was lifted, or went both ways
        self._ways: dict[Span, set[bool]] = {}
        self.compared: dict[tuple[str, Number], None] = {}  # lists, and by what their elements are
        for _ in range(_ANSWERS):
            if not self._look(self._source.draw()):
                break
        self.questions = self._find_questions()
        for answer in list(self._borders()):
            if not self._look(answer):
                break

    def _look(self, answer: dict[str, Any]) -> bool:
        """Run an answer and note what it was asked; return whether there is time for more."""
        runner = self._discovery.runner
        if runner.meter.is_exhausted:
            return False
        trace, observation = runner.look(answer)
        self.seen.append(_Seen(answer, observation.effects))
        last: dict[_Place, Sight] = {}
        ordinals: Counter[Hashable] = Counter()
        for test in trace.tests:
            expression = test.expression
            self._ways.setdefault(test.span, set()).add(test.value)
            if len(self._ways[test.span]) > 1:
                self.settled.add(test.span)
            compared = compared_term(expression)
            if compared is not None:
                self.compared.setdefault(compared)
                self.settled.add(test.span)
            if expression.operation.startswith("can ") and expression.operation != "can /":
                continue
            sight = None
            try:
                values = {
                    leaf: value_at(self._discovery.spec, leaf, answer) for leaf in expression.leaves
                }
                sight = Sight(answer, expression, values)
            except (LookupError, TypeError, ValueError):
                continue
            place = (test.span, expression.operation)
            last[(*place, -1)] = sight
            if ordinals[place] < _ORDINALS:
                last[(*place, ordinals[place])] = sight
            ordinals[place] += 1
        for key, sight in last.items():
            rows = self._sights.setdefault(key, [])
            if len(rows) < _SIGHTS:
                rows.append(sight)
        return True

    def add(self, answers: Sequence[dict[str, Any]]) -> None:
        """Take more answers, such as those on which a record was wrong."""
        for one in answers:
            self._look(one)

    # Questions

    def _find_questions(self) -> list[Question]:
        terms = WholeTerms(self.alphabet, self.book)
        found: dict[Question, None] = {}
        settled: set[Hashable] = set()
        for (span, name, which), sights in self._sights.items():
            if (span, name) in settled or not any(_joins(one) for one in sights):
                continue
            question = terms.question(sights)
            if question is not None:
                found.setdefault(question)
                self.settled.add(span)
                if which < 0:
                    settled.add((span, name))
            if len(found) >= _MAX_QUESTIONS:
                break
        return list(found)

    def _borders(self) -> Iterator[dict[str, Any]]:
        """Yield pairs of answers close to each other, on two sides of a border."""
        paths = [
            (path, one.path) for path, free in self._discovery.free.items() for one in free.values()
        ]
        for question in self.questions if paths else ():
            answers = [one.answer for one in self.seen]
            self._rng.shuffle(answers)
            found = 0
            for answer in answers:
                if found >= _PAIRS:
                    break
                other = self._source.refilled(answer, paths)
                here = self._holds(question, answer)
                if here == self._holds(question, other):
                    continue
                found += 1
                yield from self._close(question, answer, other, paths)

    def _close(
        self,
        question: Question,
        one: dict[str, Any],
        other: dict[str, Any],
        paths: Sequence[tuple[str, str]],
    ) -> Iterator[dict[str, Any]]:
        here = self._holds(question, one)
        low, high = 0.0, 1.0
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            if self._holds(question, _between(one, other, middle, paths)) == here:
                low = middle
            else:
                high = middle
        yield _between(one, other, low, paths)
        yield _between(one, other, high, paths)

    def _holds(self, question: Question, answer: Mapping[str, Any]) -> bool:
        value = self.reader(answer).number(question.term, None, "")
        cuts = cuts_of(question.sign, question.limit)
        return value is not None and value in bins(cuts)[-1]

    def reader(self, answer: Mapping[str, Any]) -> Interpreter:
        """Return an interpreter of an answer that knows the atoms made so far."""
        return Interpreter(self.alphabet.spec, {one.id: one for one in self.book.atoms}, {}, answer)

    # Yes-or-no questions

    def features(self) -> Iterator[Predicate]:
        """Yield what may matter: first the terms, then lengths, fields and elements."""
        limits: dict[Number, set[Cut]] = {}
        for one in self.questions:
            limits.setdefault(one.term, set()).update(cuts_of(one.sign, one.limit))
        for term, cuts in limits.items():
            for at, is_after in sorted(cuts):
                least = math.floor(at) + 1 if is_after else math.ceil(at)
                match term:
                    case Aggregate("count", path, _, None) if least >= 1:
                        yield LengthAtLeast(path, least)
                    case Aggregate("count", _, _, str(atom)) if least >= 1:
                        yield CountAtLeast(atom, least)
                    case _:
                        yield Compare(term, IntervalSet((Interval(at, None, is_after),)))
        for path in self.alphabet.lists:
            for count in range(1, max(_LENGTHS, self._discovery.bound) + 1):
                yield LengthAtLeast(path, count)
        yield from self._of_fields()
        yield from self._of_elements()

    def _of_fields(self) -> Iterator[Predicate]:
        for at, (_, dim) in enumerate(self.alphabet.slot_dimensions()):
            for index in range(dim.count):
                chosen = frozenset(
                    i for i, row in enumerate(self.alphabet.firsts) if row[at] == index
                )
                if 0 < len(chosen) < len(self.alphabet.firsts):
                    try:
                        yield self.book.firsts(chosen)
                    except NotExpressibleError:
                        continue

    def _of_elements(self) -> Iterator[Predicate]:
        groups: dict[frozenset[int], None] = {}
        for path, dims in self.alphabet.lists.items():
            before = len(groups)
            mine = [(i, x) for i, x in enumerate(self.alphabet.letters) if x.collection == path]
            for at, dim in enumerate(dims):
                for index in range(dim.count):
                    groups.setdefault(frozenset(i for i, one in mine if one.bins[at] == index))
            if len(mine) <= _LETTERS:
                for i, _ in mine:
                    groups.setdefault(frozenset({i}))
            for here, term in self.compared:
                if here == path:
                    some = [one for one in list(groups)[before:] if one]
                    yield from largest_is(self.book, path, term, some)
        for make in (
            self.book.exists,
            lambda one: self.book.at(0, one),
            lambda one: self.book.count(one, 2),
        ):
            for group in groups:
                if group:
                    try:
                        yield make(group)
                    except NotExpressibleError:
                        continue


def make_number_draft(
    samples: NumberSamples, table: Table, words: Sequence[Word], process_id: str
) -> Draft | None:
    """Return a process that agrees with the application on all samples, or None."""
    for one in samples.seen:
        is_filled = any(elements(one.answer, path) for path in samples.alphabet.lists)
        table.note(one.effects, is_filled=is_filled)
    if not table.choose_levels():
        return None
    outcomes = [table.view(one.effects) for one in samples.seen]
    base = table.out((0, (0,) if samples.alphabet.letters else ()))
    found = settle(samples, outcomes, base)
    if found is None:
        return None
    examples: dict[Outcome, dict[str, Any]] = {}
    for outcome, one in zip(outcomes, samples.seen, strict=True):
        examples.setdefault(outcome, one.answer)
    return draft_of(found, table, words, samples.book, process_id, examples)


def settle(samples: NumberSamples, outcomes: Sequence[Hashable], base: Hashable) -> Solution | None:
    """Return rules that give every sample its outcome, None if too many questions are needed.

    Args:
        samples: answers.
        outcomes: what each leads to.
        base: the outcome that needs no rule.
    """
    features = list(dict.fromkeys(samples.features()))
    readers = [samples.reader(one.answer) for one in samples.seen]
    columns = [[one.holds(feature) for one in readers] for feature in features]
    chosen = _choose(columns, outcomes)
    if chosen is None:
        return None
    rows: dict[tuple[int, ...], Hashable] = {
        tuple(int(columns[k][i]) for k in chosen): outcome for i, outcome in enumerate(outcomes)
    }
    rules = []
    for outcome in dict.fromkeys(outcomes):
        if outcome == base:
            continue
        wanted = {row for row, one in rows.items() if one == outcome}
        parts = []
        for term in minimal_terms(wanted, set(rows) - wanted, len(chosen)):
            tests = [
                features[k] if value else negate(features[k])
                for k, value in zip(chosen, term, strict=True)
                if value is not None
            ]
            parts.append(all_of(_joined(tests)))
        rules.append((any_of(parts), outcome))
    return Solution(rules, base, frozenset({"numbers"}), None, ())


def _choose(columns: Sequence[Sequence[bool]], outcomes: Sequence[Hashable]) -> list[int] | None:
    """Return few columns that settle the outcomes, greedily by how much each one tells."""
    groups = [list(range(len(outcomes)))]
    chosen: list[int] = []
    while any(len({outcomes[i] for i in group}) > 1 for group in groups):
        if len(chosen) >= _MAX_FEATURES:
            return None
        now = sum(_disorder(group, outcomes) for group in groups)
        best, best_left = -1, now - 1e-9
        for k, column in enumerate(columns):
            left = sum(
                _disorder([i for i in group if column[i] is side], outcomes)
                for group in groups
                for side in (False, True)
            )
            if left < best_left - 1e-6:
                best, best_left = k, left
        if best < 0:
            return None
        chosen.append(best)
        groups = [
            part
            for group in groups
            for side in (False, True)
            if (part := [i for i in group if columns[best][i] is side])
            and len({outcomes[i] for i in part}) > 1
        ]
    return sorted(chosen)


def _disorder(group: Sequence[int], outcomes: Sequence[Hashable]) -> float:
    counts = Counter(outcomes[i] for i in group)
    return sum(n * math.log2(len(group) / n) for n in counts.values())


def _joined(tests: Sequence[Predicate]) -> list[Predicate]:
    """Return tests with those on one number put together: a range, where there were its ends."""
    ranges: dict[Number, Interval] = {}
    made: list[Predicate] = []
    for one in tests:
        found = one.operand if isinstance(one, Not) else one
        if not isinstance(found, Compare):
            made.append(one)
            continue
        if isinstance(one, Not) and not _is_total(found.value):
            made.append(one)  # also where there is no such number
            continue
        accepts = found.accepts if found is one else found.accepts.inverse()
        (new,) = accepts.intervals
        ranges[found.value] = _both(ranges.get(found.value, Interval()), new)
    return [*(Compare(term, IntervalSet((one,))) for term, one in ranges.items()), *made]


def _both(one: Interval, other: Interval) -> Interval:
    low = max(one, other, key=lambda x: (-math.inf if x.low is None else x.low, x.low_open))
    high = min(one, other, key=lambda x: (math.inf if x.high is None else x.high, not x.high_open))
    return Interval(low.low, high.high, low.low_open, high.high_open)


def _is_total(number: Number) -> bool:
    """Return whether a number is defined for every answer."""
    match number:
        case Constant() | Aggregate(how="sum" | "count"):
            return True
        case Arithmetic("+" | "-" | "*", left, right):
            return _is_total(left) and _is_total(right)
        case Function("default", arguments):
            return _is_total(arguments[-1])
        case Function("abs" | "neg" | "min" | "max", arguments):
            return all(map(_is_total, arguments))
        case _:
            return False


def _joins(sight: Sight) -> bool:
    found = {(one.collection, one.index) for one in sight.expression.leaves}
    return len(found) > 1 or adds_up(sight.expression)


def _between(
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    share: float,
    paths: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Return the answer on the way from one to the other, in the fields at ``paths``."""
    made = copy.deepcopy(dict(one))
    for path, field in paths:
        if path and is_list(path):
            for left, right in zip(elements(made, path), elements(other, path), strict=True):
                _mix(left, right, field, share)
        else:
            _mix(made, other, field, share)
    return made


def _mix(target: Any, other: Any, field: str, share: float) -> None:
    a, b = read_field(target, field), read_field(other, field)
    if isinstance(a, int | float) and isinstance(b, int | float):
        write_field(target, field, a + (b - a) * share)
