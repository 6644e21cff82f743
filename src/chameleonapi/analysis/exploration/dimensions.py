"""The values of one field, cut into the bins that the application can tell apart.

Two values share a bin only when every test seen so far gives both the same.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, Protocol, final

from chameleonapi.analysis.exploration.columns import TRUE, Columns
from chameleonapi.analysis.exploration.cuts import Cut, bins, interval_set
from chameleonapi.analysis.exploration.rule_fit import fit_rule
from chameleonapi.analysis.exploration.terms import evaluate, value_of
from chameleonapi.analysis.exploration.text_terms import constants_of
from chameleonapi.apis import FieldKind, FieldSpec, read_field
from chameleonapi.decision import (
    Arithmetic,
    ElementTest,
    Field,
    Interval,
    IntervalSet,
    LabelSet,
    LabelTest,
    Number,
    NumberTest,
    TextCall,
    TextConstant,
    TextRule,
    TheText,
)
from chameleonapi.decision.structure import walk_numbers
from chameleonapi.decision.text_rules import TextTerm, is_true

__all__ = [
    "OUTSIDE",
    "OUTSIDE_PATH",
    "Dimension",
    "LabelDimension",
    "ListDimension",
    "NumberDimension",
]

# Stands for every label that no vocabulary lists; no substring of it is an English word.
OUTSIDE: Final = "Qzxvjq"
OUTSIDE_PATH: Final = "/Qzxvjq/Zqjxv"
_MOST_ASKED: Final = 64
_DIVISIONS: Final = ("/", "//", "%")
_Stretch = tuple[Interval, float, float, bool, bool]  # with its ends, and whether they are in it


class Dimension(Protocol):
    """Bins of one field."""

    field: FieldSpec

    @property
    def count(self) -> int:
        """How many bins there are."""
        ...

    def representative(self, index: int, position: int = 0) -> Any:
        """Return a value of the bin, for the element at this position of a list."""
        ...

    def sample(self, index: int, rng: random.Random) -> Any:
        """Return any value of the bin."""
        ...

    def index_of(self, value: Any) -> int | None:
        """Return the bin of a value, None if it has none."""
        ...

    def test(self, chosen: frozenset[int]) -> ElementTest | None:
        """Return the test that accepts just these bins, None if there is no such test."""
        ...

    @property
    def neutral(self) -> int:
        """The bin of a value that nobody names."""
        ...


@final
class LabelDimension:
    """A text field over a list of values, the last of which stands for all others."""

    def __init__(
        self, field: FieldSpec, values: Sequence[str], preferred: frozenset[str], *, is_open: bool
    ) -> None:
        self.field = field
        self.values = tuple(values)
        self.is_open = is_open
        self.columns = Columns(self.values)
        self._preferred = preferred
        self._index = {value: i for i, value in enumerate(self.values)}
        self._class_of = [0] * len(self.values)
        self.members: list[list[int]] = [list(range(len(self.values)))]
        self._shown: dict[int, str] = {}  # what stands for a bin, by its number
        self._operations: list[str] = []
        self._asked: list[tuple[TextTerm | None, bytes]] = []

    @property
    def count(self) -> int:
        """How many bins there are."""
        return len(self.members)

    @property
    def neutral(self) -> int:
        """The bin of a value that nobody names."""
        default = self.field.default
        if not self.is_open:
            return self.index_of(default) or 0 if isinstance(default, str) else 0
        return self._class_of[-1]

    def refine(self, signature: Sequence[int]) -> bool:
        """Split bins by a column of test results; return whether anything was split."""
        found: dict[tuple[int, int], int] = {}
        made = [
            found.setdefault(key, len(found)) for key in zip(self._class_of, signature, strict=True)
        ]
        if len(found) == len(self.members):
            return False
        self._class_of = made
        self._shown.clear()
        self.members = [[] for _ in found]
        for i, one in enumerate(made):
            self.members[one].append(i)
        return True

    def split(self, index: int, groups: Sequence[Sequence[str]]) -> None:
        """Give each of these groups of values of a bin a bin of its own."""
        signature = [0] * len(self.values)
        for number, group in enumerate(groups):
            for value in group:
                if self._class_of[self._index[value]] == index:
                    signature[self._index[value]] = number + 1
        self.refine(signature)

    def arrange(self) -> None:
        """Number the bins by their labels, so that equal decisions get equal records."""
        order = sorted(
            range(self.count), key=lambda k: min(self.values[i] for i in self.members[k])
        )
        place = {old: new for new, old in enumerate(order)}
        self._class_of = [place[one] for one in self._class_of]
        self.members = [self.members[old] for old in order]
        self._shown.clear()

    def note_question(self, term: TextTerm | None, signature: bytes) -> None:
        """Remember a question, for labels that are not listed; None if no record can ask it."""
        self._asked.append((term, signature))

    def mixed(self, rng: random.Random) -> str | None:
        """Return a label that is not listed, with a word of the source in it."""
        words = [
            word
            for term, _ in self._asked
            if term is not None and not _is_plain(term)
            for word in constants_of(term)
            if isinstance(word, str) and word.strip()
        ]
        if not words:
            return None
        word = rng.choice(words)
        if self.values[-1] == OUTSIDE_PATH:
            word = word.strip("/ ")
            made = rng.choice((f"/{word}/Zzyx vqkw", f"/Zzyx/{word}", f"/Zzyx {word}"))
        else:
            made = rng.choice((f"{word} vqkw", f"Zzyx {word}", word.upper(), f"Z{word}q"))
        return made if self._is_like_some(made) else None

    def _is_like_some(self, label: str) -> bool:
        """Return whether all questions come out for a label as they do for a listed one."""
        known = self._truths()
        if label in self._index or len(set(known)) < len(known):
            return label in self._index
        return tuple(term is not None and is_true(term, label) for term, _ in self._asked) in known

    def _truths(self) -> list[tuple[bool, ...]]:
        """Return how the questions come out, by bin."""
        return [tuple(one[i[0]] == TRUE for _, one in self._asked) for i in self.members]

    def note_operation(self, name: str) -> None:
        """Remember what the source does to the text, for readers."""
        if name not in self._operations:
            self._operations.append(name)

    def representative(self, index: int, position: int = 0) -> str:
        """Return a value of the bin."""
        del position
        known = self._shown.get(index)
        if known is None:
            values = [self.values[i] for i in self.members[index]]
            # Not the shortest names, which sit at the edges of a vocabulary, but any plain one.
            known = next((one for one in values if one in self._preferred), values[0])
            self._shown[index] = known
        return known

    def sample(self, index: int, rng: random.Random) -> str:
        """Return any value of the bin."""
        return self.values[rng.choice(self.members[index])]

    def labels(self, index: int) -> tuple[str, ...]:
        """Return the values of a bin, the stand-in for others left out."""
        outside = len(self.values) - 1 if self.is_open else -1
        return tuple(self.values[i] for i in self.members[index] if i != outside)

    def index_of(self, value: Any) -> int | None:
        """Return the bin of a value, None if it has none."""
        if value in self._index:
            return self._class_of[self._index[value]]
        return self._class_of[-1] if self.is_open else None

    def accepts(self, chosen: frozenset[int]) -> LabelSet:
        """Return the labels of some bins; a complement if labels outside are among them."""
        if self.is_open and self._class_of[-1] in chosen:
            others = frozenset(range(self.count)) - chosen
            return LabelSet(frozenset(v for i in others for v in self.labels(i)), complement=True)
        return LabelSet(frozenset(v for i in chosen for v in self.labels(i)))

    def test(self, chosen: frozenset[int]) -> ElementTest | None:
        """Return the test that accepts just these bins."""
        beyond = self._beyond_of(chosen) if self.is_open else None
        return LabelTest(
            self.field.path, self.accepts(chosen), tuple(self._operations), beyond=beyond
        )

    def _beyond_of(self, chosen: frozenset[int]) -> TextRule | None:
        """Return what is asked of labels that are not listed, None if they are all one."""
        terms = [one for one, _ in self._asked]
        if len(terms) > _MOST_ASKED or None in terms:
            return None
        # no label beyond the list equals a word of the source
        telling = [i for i, one in enumerate(terms) if one is not None and not _is_plain(one)]
        plain = [i for i in range(len(terms)) if i not in telling]
        if not telling:
            return None
        rule = self._fitted(chosen, telling, set(plain))
        # A test does not know which labels are listed: it asks the rule of each that its own set
        # does not name. Where words of the source tell listed ones apart, the rule asks for them.
        if rule is not None and not self._agrees(rule, chosen):
            rule = self._fitted(chosen, range(len(terms)), set())
        return rule

    def _fitted(
        self, chosen: frozenset[int], asked: Sequence[int], skipped: AbstractSet[int]
    ) -> TextRule | None:
        """Return a rule over some questions, leaving out bins for which a skipped one holds."""
        rows: dict[tuple[int, ...], bool] = {}
        for index, truths in enumerate(self._truths()):
            if not any(truths[i] for i in skipped):
                key = tuple(int(truths[i]) for i in asked)
                if rows.setdefault(key, index in chosen) != (index in chosen):
                    return None  # labels that all tests take alike are told apart
        return fit_rule([one for i, (one, _) in enumerate(self._asked) if one and i in asked], rows)

    def _agrees(self, rule: TextRule, chosen: frozenset[int]) -> bool:
        """Return whether a rule says of each listed label whether its bin is chosen."""
        return all(
            rule.accepts(self.labels(index)[0]) == (index in chosen)
            for index in range(len(self.members))
            if self.labels(index)
        )


def _whole_end(cut: Cut) -> float:
    """Return the first whole number behind a cut."""
    value, is_after = cut
    return value // 1 + 1 if is_after else -(-value // 1)


@final
class NumberDimension:
    """A numeric field between cuts; with ``term``, a term over several fields.

    The bin behind the last one is that of a term without a value.
    """

    def __init__(
        self, field: FieldSpec, term: Number | None = None, reads: Sequence[FieldSpec] = ()
    ) -> None:
        self.field = field
        self.term = term
        self.reads = tuple(reads) if reads else (field,)
        self.is_whole = field.path.endswith("#") or (term is None and field.is_whole)
        self.cuts: tuple[Cut, ...] = ()
        self._bins: tuple[Interval, ...] = bins(())
        self._stretches: dict[int, _Stretch] = {}  # from which samples come, by bin

    @property
    def count(self) -> int:
        """How many bins there are."""
        return len(self._bins) + self._has_gaps

    @property
    def _has_gaps(self) -> bool:
        # only a division leaves a term without a value
        return self.term is not None and any(
            isinstance(one, Arithmetic) and one.operator in _DIVISIONS
            for one in walk_numbers(self.term)
        )

    def bin_of(self, values: Mapping[str, float | None]) -> int | None:
        """Return the bin of an element with these fields, None if it has none."""
        value = values.get(self.field.path) if self.term is None else evaluate(self.term, values)
        if value is None and self._has_gaps:
            return len(self._bins)
        return self.index_of(value)

    def read(self, element: Any) -> int | None:
        """Return the bin of an element in the provider's form, None if it has none."""
        if self.term is None:
            value = read_field(element, self.field.path)
            return self.index_of(self.field.default if value is None else value)
        return self.bin_of(
            {one.path: value_of(one, read_field(element, one.path)) for one in self.reads}
        )

    @property
    def neutral(self) -> int:
        """The bin of a value that nobody names."""
        # In lists a confident element; a field of the whole answer rests at its default.
        return len(self._bins) - 1

    @property
    def resting(self) -> int:
        """The bin of the value that an absent field has."""
        if self.term is not None:
            found = self.bin_of({one.path: value_of(one, None) for one in self.reads})
        else:
            found = self.index_of(self.field.default)
        return self.neutral if found is None else found

    def refine(self, cuts: tuple[Cut, ...]) -> bool:
        """Add cuts; return whether any of them is new."""
        if self.is_whole:  # after 18 is before 19
            known = {_whole_end(one) for one in self.cuts}
            cuts = tuple(
                {_whole_end(one): one for one in cuts if _whole_end(one) not in known}.values()
            )
        joined = tuple(sorted({*self.cuts, *cuts}))
        if joined == self.cuts:
            return False
        self.cuts = joined
        self._bins = tuple(
            one for one in bins(joined) if not self.is_whole or self._ends(one) is not None
        )
        self._stretches.clear()
        return True

    def _ends(self, one: Interval) -> tuple[float, float] | None:
        low = self.field.low if one.low is None else max(one.low, self.field.low)
        high = self.field.high if one.high is None else min(one.high, self.field.high)
        if self.is_whole:
            low = int(low) + 1 if one.low_open and low == int(low) else -(-low // 1)
            high = int(high) - 1 if one.high_open and high == int(high) else high // 1
            return (low, high) if low <= high else None
        return (low, high) if low <= high else (high, low)

    def holds_zero_alone(self, index: int) -> bool:
        """Return whether a bin has no number but zero."""
        return index < len(self._bins) and self._ends(self._bins[index]) == (0, 0)

    def representative(self, index: int, position: int = 0) -> float:
        """Return a value of the bin."""
        one = self._bins[index]
        ends = self._ends(one)
        low, high = ends or (0.0, 0.0)
        if self.is_whole:
            return int(low) if one.high is not None else int(min(low + 1, high))
        if low == high:
            return low
        # Falling with the position, as providers sort, and never at an end.
        return low + (high - low) * (0.9 - 0.8 * position / (position + 4))

    def sample(self, index: int, rng: random.Random) -> float:
        """Return any value of the bin."""
        known = self._stretches.get(index)
        if known is None:
            one = self._bins[index]
            low, high = self._ends(one) or (0.0, 0.0)
            known = self._stretches[index] = (one, low, high, low in one, high in one)
        one, low, high, has_low, has_high = known
        if self.is_whole:
            return rng.randint(int(low), int(high))
        choice = rng.random()
        if choice < 0.15 and has_low:
            return low
        if choice < 0.3 and has_high:
            return high
        value = rng.uniform(low, high)
        return value if value in one else self.representative(index)

    def index_of(self, value: Any) -> int | None:
        """Return the bin of a value, None if it has none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return next((i for i, one in enumerate(self._bins) if value in one), None)

    def accepts(self, chosen: frozenset[int]) -> IntervalSet:
        """Return the numbers of some bins."""
        return interval_set(tuple(one for one in chosen if one < len(self._bins)), self._bins)

    @property
    def number(self) -> Number:
        """What the bins are of."""
        return Field(self.field.path) if self.term is None else self.term

    def test(self, chosen: frozenset[int]) -> ElementTest | None:
        """Return the test that accepts just these bins, None if there is no such test."""
        if len(self._bins) in chosen:
            return None  # that a term has no value is no test
        return NumberTest(self.number, self.accepts(chosen))


@final
class ListDimension:
    """A list of texts inside an element, such as the parents of a label.

    A bin is the set of text bins that occur in the list.
    """

    def __init__(self, inner: LabelDimension) -> None:
        self.field = inner.field
        self.inner = inner
        self._sets: list[frozenset[int]] = []
        self.renew()

    def renew(self) -> None:
        """Follow the bins of the texts."""
        texts = range(self.inner.count)
        self._sets = [frozenset(), *(frozenset({i}) for i in texts)]
        if self.inner.count <= 4:
            self._sets += [frozenset({i, j}) for i in texts for j in texts if i < j]

    @property
    def count(self) -> int:
        """How many bins there are."""
        return len(self._sets)

    @property
    def neutral(self) -> int:
        """The bin of a value that nobody names."""
        return 0

    def representative(self, index: int, position: int = 0) -> tuple[str, ...]:
        """Return a value of the bin."""
        return tuple(self.inner.representative(i, position) for i in sorted(self._sets[index]))

    def sample(self, index: int, rng: random.Random) -> tuple[str, ...]:
        """Return any value of the bin."""
        return tuple(self.inner.sample(i, rng) for i in sorted(self._sets[index]))

    def index_of(self, value: Any) -> int | None:
        """Return the bin of a value, None if it has none."""
        if not isinstance(value, tuple | list):
            return None
        found = [self.inner.index_of(one) for one in value]
        texts = frozenset(one for one in found if one is not None)
        return self._sets.index(texts) if None not in found and texts in self._sets else None

    def test(self, chosen: frozenset[int]) -> ElementTest | None:
        """Return the test that accepts just these bins."""
        wanted = frozenset(
            i for i in range(self.inner.count) if self._sets.index(frozenset({i})) in chosen
        )
        if chosen == frozenset(i for i, one in enumerate(self._sets) if one & wanted):
            return LabelTest(self.field.path, self.inner.accepts(wanted))
        return None


def _is_plain(term: TextTerm) -> bool:
    """Return whether a question compares the label as it stands with words of the source."""
    return (
        isinstance(term, TextCall)
        and term.name in ("==", "!=", "in")
        and len(term.arguments) == 2
        and any(isinstance(one, TheText) for one in term.arguments)
        and not isinstance(term.arguments[1], TheText)
        and not (term.name == "in" and not _is_list(term.arguments[1]))
    )


def _is_list(term: TextTerm) -> bool:
    return isinstance(term, TextConstant) and isinstance(term.value, tuple)


def is_text(field: FieldSpec) -> bool:
    """Return whether the values of a field are names or texts."""
    return field.kind is not FieldKind.NUMBER
