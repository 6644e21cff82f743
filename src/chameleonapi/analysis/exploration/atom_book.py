"""Write sets of letters as atoms: products of label sets and number ranges."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.boxes import Box, Masks, boxes_of, cover, holds, wide
from chameleonapi.analysis.exploration.cell_groups import reads
from chameleonapi.analysis.exploration.dimensions import (
    Dimension,
    LabelDimension,
    NumberDimension,
)
from chameleonapi.analysis.exploration.inner_items import inner_items
from chameleonapi.analysis.exploration.relevant_fields import telling_places
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.decision import (
    Aggregate,
    Always,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    CountAtLeast,
    ElementAt,
    ElementTest,
    Exists,
    ExistsInTop,
    FirstAmong,
    Function,
    IntervalSet,
    LabelTest,
    LengthAtLeast,
    Not,
    Number,
    Or,
    Predicate,
)

__all__ = ["AtomBook", "NotExpressibleError"]

_MAX_SPARE: Final = 6
_TRIED: Final = 12  # boxes of which the one that asks least of a list inside an element is taken
_PLACE: Final = re.compile(r"\.(\d+)\.")
Letters = frozenset[int]


class NotExpressibleError(Exception):
    """Control flow: no predicate of the record says this; another form has to be found."""


@final
class AtomBook:
    """Makes atoms, each once, numbered in the order in which they are asked for."""

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self._atoms: dict[tuple[str, tuple[ElementTest, ...]], Atom] = {}

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """All atoms made so far."""
        return tuple(self._atoms.values())

    def content(self, atom_id: str) -> tuple[str, ...]:
        """Return what an atom tests, to sort by: its labels come in their own order."""
        atom = next(one for one in self._atoms.values() if one.id == atom_id)
        return tuple(
            repr((test.field, test.accepts.complement, sorted(test.accepts.labels), test.rule))
            if isinstance(test, LabelTest)
            else repr(test)
            for test in atom.tests
        )

    # Predicates over sets of letters

    def exists(self, letters: Letters) -> Predicate:
        """Some element is one of these letters."""
        parts: list[Predicate] = []
        for path, group in self._by_collection(letters).items():
            if len(group) == self._size(path):
                parts.append(LengthAtLeast(path, 1))
            else:
                parts += [Exists(one) for one in self._any_ids(path, group)]
        return any_of(parts)

    def count(self, letters: Letters, least: int) -> Predicate:
        """At least so many elements are one of these letters."""
        path, group = self._only(letters)
        if len(group) == self._size(path):
            return LengthAtLeast(path, least)
        if least == 1:
            return self.exists(letters)
        ids = self._ids(path, group)
        if len(ids) == 1:
            return CountAtLeast(ids[0], least)
        # The boxes of one set of letters are disjoint: their counts add up.
        total: Aggregate | Arithmetic = Aggregate("count", path, None, ids[0])
        for one in ids[1:]:
            total = Arithmetic("+", total, Aggregate("count", path, None, one))
        return Compare(total, IntervalSet.at_least(float(least)))

    def at(self, index: int, letters: Letters) -> Predicate:
        """The element at this index is one of these letters."""
        path, group = self._only(letters)
        if len(group) == self._size(path):
            return LengthAtLeast(path, index + 1 if index >= 0 else -index)
        return any_of([ElementAt(index, one) for one in self._any_ids(path, group)])

    def top(
        self, count: int, letters: Letters, *, by: str | None = None, among: Letters | None = None
    ) -> Predicate:
        """One of the first elements is one of these letters."""
        path, group = self._only(letters)
        of: str | None = None
        if among is not None and len(self._only(among)[1]) < self._size(path):
            candidates = self._ids(path, among)
            if len(candidates) != 1:
                raise NotExpressibleError
            of = candidates[0]
        if len(group) == self._size(path):
            return LengthAtLeast(path, 1)
        return any_of([ExistsInTop(count, one, by, of) for one in self._any_ids(path, group)])

    def first(self, letters: Letters, groups: Sequence[Letters], *, from_end: bool) -> Predicate:
        """The first (or last) element in any of ``groups`` is one of ``letters``."""
        path, _ = self._only(frozenset().union(*groups))
        mine = self._ids(path, letters)
        candidates = tuple(dict.fromkeys(one for group in groups for one in self._ids(path, group)))
        return any_of([FirstAmong(one, candidates, from_end) for one in mine])

    def single_atoms(self, letters: Letters) -> tuple[str, ...]:
        """Return the atoms of which just one holds for an element with one of these letters."""
        path, group = self._only(letters)
        return tuple(self._ids(path, group))

    def expressible(self, letters: Letters, extra: Letters) -> Letters:
        """Return letters that atoms can express: these, if need be with some of ``extra``."""
        try:
            self._try(letters)
        except NotExpressibleError:
            spare = sorted(extra - letters)[:_MAX_SPARE]
            for size in range(1, len(spare) + 1):
                for some in itertools.combinations(spare, size):
                    try:
                        self._try(letters.union(some))
                    except NotExpressibleError:
                        continue
                    return letters.union(some)
            raise
        return letters

    def _try(self, letters: Letters) -> None:
        for path, group in self._by_collection(letters).items():
            dims = self.alphabet.lists[path]
            for box in boxes_of({self.alphabet.letters[i].bins for i in group}, dims):
                _tests(dims, box)

    def points(self, groups: Sequence[tuple[Letters, int]], least: int) -> Predicate:
        """The elements have at least so many points, each group so many per element."""
        total: Number | None = None
        for letters, weight in groups:
            path, group = self._only(letters)
            for one in self._ids(path, group):
                count: Number = Aggregate("count", path, None, one)
                if weight != 1:
                    count = Arithmetic("*", Constant(float(weight)), count)
                total = count if total is None else Arithmetic("+", total, count)
        assert total is not None
        return Compare(total, IntervalSet.at_least(float(least)))

    def lacks(self, letters: Letters) -> Predicate:
        """No element is one of these letters."""
        return negate(self.exists(letters))

    def more(self, letters: Letters, others: Letters, least: int) -> Predicate:
        """There are at least so many more elements of some letters than of others."""
        left, right = self._total(letters), self._total(others)
        return Compare(Arithmetic("-", left, right), IntervalSet.at_least(float(least)))

    def _total(self, letters: Letters) -> Number:
        total: Number | None = None
        for path, group in self._by_collection(letters).items():
            for one in self._ids(path, group):
                count = Aggregate("count", path, None, one)
                total = count if total is None else Arithmetic("+", total, count)
        assert total is not None
        return total

    def different(self, groups: Sequence[Letters], least: int) -> Predicate:
        """Elements of at least so many of the groups occur, however many of each."""
        total: Number | None = None
        for letters in groups:
            path, group = self._only(letters)
            ids = self._ids(path, group)
            count: Number = Aggregate("count", path, None, ids[0])
            for one in ids[1:]:
                count = Arithmetic("+", count, Aggregate("count", path, None, one))
            count = Function("min", (count, Constant(1.0)))
            total = count if total is None else Arithmetic("+", total, count)
        assert total is not None
        return Compare(total, IntervalSet.at_least(float(least)))

    # The answer as a whole

    def firsts(self, chosen: frozenset[int]) -> Predicate:
        """The first symbol of the word is one of these."""
        if len(chosen) == len(self.alphabet.firsts):
            return Always()
        slots = self.alphabet.slot_dimensions()
        rows = {self.alphabet.firsts[i] for i in chosen}
        made: list[Predicate] = []
        dims = [dim for _, dim in slots]
        for box in self._cover(rows, self.alphabet.firsts, dims):
            parts: list[Predicate] = []
            per_path: dict[str, list[ElementTest]] = {}
            for (path, dim), bins in zip(slots, box, strict=True):
                if len(bins) == dim.count:
                    continue
                whole = {one.path for one in self.alphabet.spec.answer_fields}
                is_whole = path == "" and all(one.path in whole for one in reads(dim))
                if is_whole and isinstance(dim, NumberDimension):
                    if dim.test(bins) is None:
                        raise NotExpressibleError
                    parts.append(Compare(dim.number, dim.accepts(bins)))
                else:
                    per_path.setdefault(path, []).append(_test(dim, bins))
            parts += [Exists(self._atom(path, tuple(tests))) for path, tests in per_path.items()]
            made.append(all_of(parts))
        return any_of(made)

    # Letters to boxes to atoms

    def _by_collection(self, letters: Iterable[int]) -> dict[str, Letters]:
        found: dict[str, set[int]] = {}
        for i in sorted(letters):
            found.setdefault(self.alphabet.letters[i].collection, set()).add(i)
        return {path: frozenset(group) for path, group in found.items()}

    def _only(self, letters: Letters) -> tuple[str, Letters]:
        groups = self._by_collection(letters)
        if len(groups) != 1:
            raise NotExpressibleError
        ((path, group),) = groups.items()
        return path, group

    def _size(self, path: str) -> int:
        return sum(one.collection == path for one in self.alphabet.letters)

    def _any_ids(self, path: str, letters: Letters) -> list[str]:
        """Return atoms of which at least one holds for an element with one of these letters."""
        return self._ids(path, letters, may_overlap=True)

    def _ids(self, path: str, letters: Letters, *, may_overlap: bool = False) -> list[str]:
        """Return atoms of which one holds for an element with one of these letters, and no more."""
        dims = self.alphabet.lists[path]
        rows = {self.alphabet.letters[i].bins for i in letters}
        made = self._by_items(path, dims, rows)
        if made is not None:
            return made
        made = []
        every = [one.bins for one in self.alphabet.letters if one.collection == path]
        if may_overlap:
            boxes = self._cover(rows, every, dims)
        else:
            boxes = self._widened(boxes_of(rows, dims), rows, every, dims)
        for box in boxes:
            made.append(self._atom(path, _tests(dims, box)))
        return made

    def _by_items(
        self, path: str, dims: Sequence[Dimension], rows: set[tuple[int, ...]]
    ) -> list[str] | None:
        """Return atoms that ask of a list inside the elements what any item of it is."""
        layout = inner_items(dims) if self.alphabet.takes_items_alike else None
        if layout is None or self.alphabet.is_cut:
            return None
        every = [one.bins for one in self.alphabet.letters if one.collection == path]
        kept = layout.kept(rows, every)
        if kept is None:
            return None
        others = [dims[i] for i in layout.others]
        rests = list(dict.fromkeys(tuple(row[i] for i in layout.others) for row in every))
        made = []
        for one in kept:
            inner: tuple[ElementTest, ...] = ()
            if one.items is not None:
                test = layout.test(boxes_of(set(one.items), layout.fields), lacks=one.lacks)
                if test is None:
                    return None
                inner = (test,)
            mine = set(one.others)
            found = self._widened(boxes_of(mine, others), mine, rests, others)
            made += [self._atom(path, (*_tests(others, box), *inner)) for box in found]
        return made

    def _cover(
        self,
        rows: set[tuple[int, ...]],
        every: Sequence[tuple[int, ...]],
        dims: Sequence[Dimension],
    ) -> list[Box]:
        """Return boxes whose union is ``rows`` and which may overlap."""
        boxes = self._widened(boxes_of(rows, dims), rows, every, dims)
        if len(boxes) < 2 or self.alphabet.is_cut:
            return boxes
        found = cover(boxes, rows, every, dims)
        try:
            for box in found:
                _tests(dims, box)
        except NotExpressibleError:
            return boxes
        return found

    def _widened(
        self,
        boxes: list[Box],
        rows: set[tuple[int, ...]],
        every: Sequence[tuple[int, ...]],
        dims: Sequence[Dimension],
    ) -> list[Box]:
        """Return boxes without tests that only exclude what cannot occur.

        They stay disjoint on all rows that can occur. Where not all of these were looked at, what
        is common to those that were counts for the others too.
        """
        if not self.alphabet.is_cut and all(getattr(dim, "term", None) is None for dim in dims):
            return boxes
        made: list[Box] = []
        left = rows
        masks = Masks(every, dims)
        places = [_place(dim) for dim in dims]
        telling = [False] * len(dims)
        if self.alphabet.is_cut:  # what is seen to matter by itself is no accident of the choice
            telling = telling_places({row: row in rows for row in every})
        has_places = max(places, default=-1) > 0
        while boxes:
            others = masks.of_rows(row for row in every if row not in left)
            wider = [
                wide(one, others, masks, dims, places, telling)
                for one in (boxes[:_TRIED] if has_places else boxes[:1])
            ]
            # A list inside an element may be shorter: what asks for its first items holds then too.
            widest = min(wider, key=lambda one: _last_place(one, dims, places))
            made.append(widest)
            # a wider box may hold all of others, and these go with it
            left = {row for row in left if not holds(widest, row)}
            boxes = boxes_of(left, dims)
        return made

    def _atom(self, path: str, tests: tuple[ElementTest, ...]) -> str:
        key = (path, tests)
        if key not in self._atoms:
            self._atoms[key] = Atom(f"a{len(self._atoms) + 1}", path, tests)
        return self._atoms[key].id


def _tests(dims: Sequence[Dimension], box: Box) -> tuple[ElementTest, ...]:
    return tuple(
        _test(dim, bins) for dim, bins in zip(dims, box, strict=True) if len(bins) < dim.count
    )


def _test(dim: Dimension, bins: frozenset[int]) -> ElementTest:
    test = dim.test(bins)
    if test is None:
        raise NotExpressibleError
    return test


def any_of(parts: Sequence[Predicate]) -> Predicate:
    """Return the disjunction, without a wrapper around a single part."""
    unique = tuple(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else Or(unique)


def all_of(parts: Sequence[Predicate]) -> Predicate:
    """Return the conjunction, without a wrapper around a single part."""
    unique = tuple(dict.fromkeys(parts))
    if not unique:
        return Always()
    return unique[0] if len(unique) == 1 else And(unique)


def negate(one: Predicate) -> Predicate:
    """Return the negation, without a double one."""
    return one.operand if isinstance(one, Not) else Not(one)


def labels_of(alphabet: Alphabet, letter: int) -> tuple[str, ...]:
    """Return the labels of a letter, as far as its collection has a label field."""
    one = alphabet.letters[letter]
    for dim, index in zip(alphabet.dimensions(one), one.bins, strict=True):
        if (
            isinstance(dim, LabelDimension | TextDimension)
            and dim.field.path == alphabet.spec.label_field
        ):
            return dim.labels(index)
    return ()


def _place(dim: Dimension) -> int:
    """Return which item of a list inside an element a dimension is about, -1 if it is not."""
    found = [int(one) for field in reads(dim) for one in _PLACE.findall(field.path)]
    return max(found, default=-1)


def _last_place(box: Box, dims: Sequence[Dimension], places: Sequence[int]) -> int:
    tested = [
        place for one, dim, place in zip(box, dims, places, strict=True) if len(one) < dim.count
    ]
    return max(tested, default=-1)
