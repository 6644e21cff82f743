"""A free text, cut into the bins that the questions of an application tell apart.

A question that is only asked after others came out one way counts only there, so that of
``if "a" in text: ... elif "b" in text: ...`` a text that holds both is like one that holds "a".
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

from chameleonapi.analysis.exploration.columns import TRUE, Columns
from chameleonapi.analysis.exploration.pattern_texts import matching_texts
from chameleonapi.analysis.exploration.rule_fit import UNASKED, fit_rule
from chameleonapi.analysis.exploration.text_terms import constants_of, patterns_of, separators_of
from chameleonapi.analysis.exploration.texts import PLAIN_TEXTS
from chameleonapi.apis import FieldSpec
from chameleonapi.decision import ElementTest, LabelSet, LabelTest, TextRule
from chameleonapi.decision.text_rules import TextTerm

__all__ = ["TextDimension"]

_MOST_MIXED: Final = 24  # bins that only a text with several of the literals has
_MOST_WORDS: Final = 40
_MOST_ADDED: Final = 200
_LONGEST: Final = 20_000  # letters of a text that is tried for its length
_MOST_PLACES: Final = 40
_MOST_PLACED: Final = 4  # words that are put at the places that a term reads
_MOST_PARTS: Final = 2000  # words or lines of one that is tried for their number
_SHORT: Final = 100  # letters of what is put together to a random text


@dataclass
class _Question:
    """A test on the text.

    Attributes:
        ask: its truth on any text.
        base: its truth on the sample texts.
        term: as a record holds it, None if none does.
        after: how earlier questions had come out whenever it was asked; None before it was.
    """

    ask: Callable[[str], bool]
    base: bytes
    term: TextTerm | None
    after: dict[int, bool] | None = None
    known: dict[str, bool] = field(default_factory=dict)


@final
class TextDimension:
    """A free text over sample texts, the last of which stands for all others."""

    def __init__(self, field: FieldSpec, values: Sequence[str], preferred: frozenset[str]) -> None:
        self.field = field
        self.values = tuple(values)
        self.is_open = True
        self.columns = Columns(self.values)
        self._preferred = preferred
        self._known = set(self.values)
        self._added: list[str] = []
        self._questions: list[_Question] = []
        self._operations: list[str] = []
        self._grown = 0
        self._is_old = False
        self.members: list[list[str]] = [list(self.values)]
        self._class_of: dict[tuple[int, ...], int] = {(): 0}
        self._rules: dict[frozenset[int], TextRule | None] = {}

    # What is asked

    def ask(self, signature: bytes, term: TextTerm | None, ask: Callable[[str], bool]) -> int:
        """Add a question with its results on the sample texts; return its number."""
        self._questions.append(_Question(ask, signature, term))
        self._is_old = True
        return len(self._questions) - 1

    def note_asked(self, number: int, earlier: Mapping[int, bool]) -> bool:
        """Take how earlier questions had come out; return whether that changes the bins."""
        question = self._questions[number]
        before = question.after
        if before is None:
            question.after = dict(earlier)
        else:
            question.after = {k: v for k, v in before.items() if earlier.get(k) == v}
        is_new = question.after != before
        self._is_old = self._is_old or is_new
        return is_new

    def note_operation(self, name: str) -> None:
        """Remember what the source does to the text, for readers."""
        if name not in self._operations:
            self._operations.append(name)

    @property
    def is_exact(self) -> bool:
        """Whether a record can ask for any text what the source asks."""
        return all(one.term is not None for one in self._questions)

    def add(self, text: Any) -> bool:
        """Let a text stand for a bin that none has; return whether there was none."""
        if not isinstance(text, str) or len(self._added) >= _MOST_ADDED or text in self._known:
            return False
        self._renew()
        vector = self._vector(text)
        if vector in self._class_of:
            return False
        self._added.append(text)
        self._known.add(text)
        self._class_of[vector] = len(self.members)  # the other bins stay what they are
        self.members.append([text])
        self._rules.clear()
        return True

    # The bins

    def arrange(self) -> None:
        """Number the bins by their texts, texts that hold several literals among them."""
        self._renew()
        while self._grown < len(self._questions):
            self._grow(self._grown)
            self._grown += 1
        self._renew()
        order = sorted(range(len(self.members)), key=lambda k: min(self.members[k]))
        place = {old: new for new, old in enumerate(order)}
        self.members = [self.members[old] for old in order]
        self._class_of = {key: place[one] for key, one in self._class_of.items()}
        self._rules.clear()

    def _grow(self, number: int) -> None:
        """Add texts that a new question may tell apart, with the literals of others and alone."""
        term = self._questions[number].term
        if term is None:
            return
        fresh = self._words_of(term)
        for one in fresh:
            self.add(one)
        words = [
            word
            for other in self._questions[:number]
            if other.term is not None
            for word in self._words_of(other.term)[:2]
        ]
        for one in self._stretched(number):
            self.add(one)
        mixed = 0
        for one, other in itertools.product(fresh[:2], words[-_MOST_WORDS:]):
            if len(self._added) + mixed >= _MOST_MIXED:
                return
            mixed += self.add(f"{one} {other}") or self.add(f"{other} {one}")

    def _stretched(self, number: int) -> Iterator[str]:
        """Yield texts as long as one of two questions asks, of the letters that the other takes."""
        last = range(max(0, number - _MOST_WORDS), number)
        for one, other in (pair for k in last for pair in ((number, k), (k, number))):
            term = self._questions[one].term
            sizes = [] if term is None else [k for k in constants_of(term) if type(k) is int]
            base = self._questions[other].base
            texts = [text for text, truth in zip(self.values, base, strict=True) if truth == TRUE]
            letters = min(filter(str.strip, texts), key=len, default="")
            for size in (size + by for size in sizes for by in (0, 1, -1)):
                if letters and 0 < size < _LONGEST:
                    yield (letters * size)[:size]

    def _words_of(self, term: TextTerm) -> list[str]:
        made: dict[str, None] = {}
        separators = dict.fromkeys([" ", *separators_of(term)])
        for pattern in patterns_of(term):
            made.update(dict.fromkeys(matching_texts(pattern)))
        for one in constants_of(term)[:_MOST_WORDS]:
            if isinstance(one, str):
                if one.strip():
                    made.setdefault(one)
            elif isinstance(one, int | float) and not isinstance(one, bool):
                for number in (one - 1, one, one + 1):
                    made.setdefault(str(number))
                    if 0 < number < _LONGEST:
                        made.setdefault("x" * int(number))
                    if 0 < number < _MOST_PARTS:
                        for between in separators:
                            made.setdefault(between.join(["w"] * int(number)))
                            made.setdefault(between.join(["w"] * int(number + 1)))
        made.update(dict.fromkeys(_placed(term)))
        return list(made)

    def _vector(self, text: str) -> tuple[int, ...]:
        found: list[int] = []
        for one in self._questions:
            if text not in one.known:
                one.known[text] = one.ask(text)
            found.append(one.known[text])
        return self._effective(found)

    def _effective(self, truths: Sequence[int]) -> tuple[int, ...]:
        made: list[int] = []
        for one, truth in zip(self._questions, truths, strict=True):
            after = one.after or {}
            is_asked = all(k < len(made) and made[k] == v for k, v in after.items())
            made.append(int(truth == TRUE) if is_asked else UNASKED)
        return tuple(made)

    def _renew(self) -> None:
        if not self._is_old:
            return
        self._is_old = False
        found: dict[tuple[int, ...], list[str]] = {}
        columns = [one.base for one in self._questions]
        cache: dict[tuple[int, ...], tuple[int, ...]] = {}
        for value, row in zip(self.values, zip(*columns, strict=True), strict=True):
            if row not in cache:
                cache[row] = self._effective(row)
            found.setdefault(cache[row], []).append(value)
        for text in self._added:
            found.setdefault(self._vector(text), []).append(text)
        self._class_of = {key: i for i, key in enumerate(found)}
        self.members = list(found.values())
        self._rules.clear()

    @property
    def count(self) -> int:
        """How many bins there are."""
        self._renew()
        return len(self.members)

    @property
    def neutral(self) -> int:
        """The bin of a text that nobody names."""
        return self.index_of(self.values[-1]) or 0

    def representative(self, index: int, position: int = 0) -> str:
        """Return a text of the bin."""
        del position
        members = self.members[index]
        return next((one for one in members if one in self._preferred), members[0])

    def sample(self, index: int, rng: random.Random) -> str:
        """Return any text of the bin, as it stands or with others around it."""
        text = rng.choice(self.members[index])
        longer = f"{rng.choice(PLAIN_TEXTS)} {text} {rng.choice(PLAIN_TEXTS)}".strip()
        if rng.random() < 0.3 and self.index_of(longer) == index:
            return longer
        return text

    def mixed(self, rng: random.Random) -> str:
        """Return a text that holds texts of several bins."""
        parts = [rng.choice(rng.choice(self.members)) for _ in range(rng.randint(2, 3))]
        return rng.choice((" ", "\n", ", ", "")).join(one for one in parts if len(one) < _SHORT)

    def labels(self, index: int) -> tuple[str, ...]:
        """Return the texts of a bin: of a rule, the literals of the source."""
        members = self.members[index]
        if self.is_exact:
            return tuple(one for one in members if one in self._preferred)
        return tuple(one for one in members if one != self.values[-1])

    def index_of(self, value: Any) -> int | None:
        """Return the bin of a text, None if it has none."""
        if not isinstance(value, str):
            return None
        self._renew()
        return self._class_of.get(self._vector(value))

    # Tests

    def accepts(self, chosen: frozenset[int]) -> LabelSet:
        """Return the texts of some bins; a complement if others are among them."""
        if self.neutral in chosen:
            others = frozenset(range(self.count)) - chosen
            return LabelSet(frozenset(v for i in others for v in self.labels(i)), complement=True)
        return LabelSet(frozenset(v for i in chosen for v in self.labels(i)))

    def test(self, chosen: frozenset[int]) -> ElementTest | None:
        """Return the test that accepts just these bins."""
        if chosen not in self._rules:
            self._rules[chosen] = self._rule(chosen) if self.is_exact else None
        rule = self._rules[chosen]
        return LabelTest(self.field.path, self.accepts(chosen), tuple(self._operations), rule)

    def _rule(self, chosen: frozenset[int]) -> TextRule:
        rows = {key: one in chosen for key, one in self._class_of.items()}
        terms = [one.term for one in self._questions if one.term is not None]
        return fit_rule(terms, rows, [one.after or {} for one in self._questions])


def _placed(term: TextTerm) -> list[str]:
    """Return texts that hold the words of a term as the parts that it reads, such as line 3."""
    constants = constants_of(term)
    words = [one for one in constants if isinstance(one, str) and one.strip()][:_MOST_PLACED]
    places = [one for one in constants if type(one) is int and abs(one) < _MOST_PLACES]
    made = []
    for between, place in itertools.product(separators_of(term), places):
        for word in words:
            if word != between:
                before, after = (place, 1) if place >= 0 else (1, -place - 1)
                made.append(between.join([*["w"] * before, word, *["w"] * after]))
    return made
