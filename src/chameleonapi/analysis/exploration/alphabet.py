"""Letters: what the application can tell apart in one element; words: whole answers of them.

A word is (first, letters): ``first`` stands for the fields of the answer as a whole
and for collections that hold one object, ``letters`` for the elements of lists.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from chameleonapi.analysis.exploration.cell_groups import CellBook, Group, reads
from chameleonapi.analysis.exploration.dimensions import (
    Dimension,
    LabelDimension,
    ListDimension,
    NumberDimension,
)
from chameleonapi.analysis.exploration.element_making import PLACE, ElementMaker, typical_fields
from chameleonapi.analysis.exploration.fields import is_list
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.apis import (
    ApiSpec,
    CollectionSpec,
    FieldKind,
    FieldSpec,
    build_element,
    elements,
    join_answer,
    read_field,
)

__all__ = ["Alphabet", "Letter", "Word"]

_IMPOSSIBLE: Final = 100  # so many times the letters are looked through for possible ones
_LISTED: Final = 1_500  # letters, where most of what tells them apart is listed by the API
_OTHERWISE: Final = 4  # bins of what is not listed, at the most, for so many letters
_FILLING: Final = 4  # a share of the letters, where they are too many, is just the first ones
_MIXED: Final = 600  # combinations of bins that are drawn beside those
_SEED: Final = 5

Word = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Letter:
    """Elements of ``collection`` with these bins, in the order of its dimensions."""

    collection: str
    bins: tuple[int, ...]


@final
class Alphabet:
    """All letters that follow from the bins of the fields.

    Args:
        spec: the API.
        lists: dimensions by collection, for lists that the application reads.
        singles: dimensions by collection, for what occurs once; empty for the answer's fields.
        limit: the most letters of one kind.
        free: numbers by collection that no dimension cuts, and that random answers vary.
        cells: remembers which bins of terms go together.
        contexts: elements by collection that have led to tests; where there are too many letters,
            those and what differs from them in one field are chosen.
    """

    def __init__(
        self,
        spec: ApiSpec,
        lists: Mapping[str, Sequence[Dimension]],
        singles: Mapping[str, Sequence[Dimension]],
        limit: int,
        free: Mapping[str, Sequence[FieldSpec]] | None = None,
        cells: CellBook | None = None,
        contexts: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> None:
        self.spec = spec
        self.lists = {path: tuple(dims) for path, dims in lists.items()}
        self.singles = {path: tuple(dims) for path, dims in singles.items()}
        self.is_cut = False
        self.cut: set[str] = set()  # the collections of which there are more sorts than letters
        self.takes_items_alike = False  # whether atoms ask for any item of a list in an element
        self._cells = cells or CellBook()
        self._groups: dict[str, list[Group]] = {}
        self._free = free or {}
        self._makers: dict[str, ElementMaker] = {}
        self._typical: dict[tuple[str, ...], dict[str, Any]] = {}
        self._slots = [(path, dim) for path, dims in self.singles.items() for dim in dims]
        self.letters: list[Letter] = []
        for path, dims in self.lists.items():
            groups = self._groups_of(path, dims)
            most = _room_for(dims, limit)
            rows, is_cut = self._product(dims, groups, most)
            if is_cut:
                self.cut.add(path)
                near = self._near(dims, groups, (contexts or {}).get(path, ()))
                first = rows[: most // _FILLING]
                mixed = self._mixed(dims, groups, rows[0])
                rows = list(dict.fromkeys([rows[0], *near, *first, *mixed]))[:most]
            self.letters += [Letter(path, row) for row in rows]
        slots = [dim for dims in self.singles.values() for dim in dims]
        groups = self._cells.groups(self.slot_dimensions())
        self.firsts: list[tuple[int, ...]]
        self.firsts, self.has_more_firsts = self._product(slots, groups, limit, are_once=True)
        self.is_cut = self.has_more_firsts or bool(self.cut)
        self._letter_index = {one: i for i, one in enumerate(self.letters)}
        self._first_index = {one: i for i, one in enumerate(self.firsts)}

    def _groups_of(self, collection: str, dims: Sequence[Dimension]) -> list[Group]:
        """Return the dimensions whose bins depend on each other, by position."""
        if collection not in self._groups:
            self._groups[collection] = self._cells.groups([(collection, dim) for dim in dims])
        return self._groups[collection]

    def _product(
        self,
        dims: Sequence[Dimension],
        groups: Sequence[Group],
        limit: int,
        *,
        are_once: bool = False,
    ) -> tuple[list[tuple[int, ...]], bool]:
        """Return combinations of bins that are possible, and whether there are more than these."""
        # The neutral bin of each field comes first, so that letter 0 is what nobody names.
        ranges = []
        for dim in dims:
            start = dim.neutral
            if are_once and isinstance(dim, NumberDimension):
                start = dim.resting
            ranges.append([start, *(i for i in range(dim.count) if i != start)])
        every = itertools.islice(itertools.product(*ranges), limit * _IMPOSSIBLE)
        possible = (row for row in every if all(one.is_possible(row) for one in groups))
        rows = list(itertools.islice(possible, limit + 1))
        return rows[:limit], len(rows) > limit

    def _near(
        self,
        dims: Sequence[Dimension],
        groups: Sequence[Group],
        contexts: Iterable[Mapping[str, Any]],
    ) -> Iterator[tuple[int, ...]]:
        """Yield the bins of some elements, and those that differ from them in one field."""
        for element in contexts:
            bins = self._bins_of(element, dims)
            if bins is None:
                continue
            for i, dim in enumerate(dims):
                for other in range(dim.count):
                    row = (*bins[:i], other, *bins[i + 1 :])
                    if all(one.is_possible(row) for one in groups):
                        yield row

    def _mixed(
        self, dims: Sequence[Dimension], groups: Sequence[Group], neutral: tuple[int, ...]
    ) -> Iterator[tuple[int, ...]]:
        """Yield bins that differ from the neutral ones in one field, and then in any."""
        for i, dim in enumerate(dims):
            for other in range(dim.count):
                row = (*neutral[:i], other, *neutral[i + 1 :])
                if all(one.is_possible(row) for one in groups):
                    yield row
        rng = random.Random(_SEED)  # noqa: S311 - no secret
        for _ in range(_MIXED):
            row = tuple([rng.randrange(dim.count) for dim in dims])
            if all(one.is_possible(row) for one in groups):
                yield row

    def dimensions(self, letter: Letter) -> tuple[Dimension, ...]:
        """Return the fields that the bins of a letter are of."""
        return self.lists[letter.collection]

    def cut_lists(self) -> tuple[str, ...]:
        """Return the lists of records inside an element of which more than the first is read.

        Such a list may hold more items than are told apart. What the API documents place by
        place, as the corners of a box, holds no more.
        """
        found: dict[str, None] = {}
        for collection, dims in self.lists.items():
            documented = self.spec.collection(collection)
            for spec in (one for dim in dims for one in reads(dim)):
                match = PLACE.match(spec.path)
                if documented is not None and documented.field(spec.path) is not None:
                    continue
                if match is not None and int(match[2]) > 0 and spec.kind is not FieldKind.TEXT:
                    found.setdefault(match[1])
        return tuple(found)

    def slot_dimensions(self) -> list[tuple[str, Dimension]]:
        """Return (collection, dimension) for each bin of a first symbol."""
        return self._slots

    # Words to answers

    def answer(self, word: Word, rng: random.Random | None = None) -> dict[str, Any]:
        """Return an answer that reads as this word; the same one each time without ``rng``."""
        first, letters = word
        return self.answer_of(self.firsts[first], [self.letters[one] for one in letters], rng)

    def any_letter(self, collection: str, rng: random.Random) -> Letter | None:
        """Return a letter that may be none of those looked at, for there are too many."""
        dims, groups = self.lists[collection], self._groups_of(collection, self.lists[collection])
        for _ in range(_IMPOSSIBLE):
            bins = tuple([rng.randrange(dim.count) for dim in dims])
            if all(one.is_possible(bins) for one in groups):
                return Letter(collection, bins)
        return None

    def any_first(self, rng: random.Random) -> tuple[int, ...]:
        """Return bins of what occurs once that may be none of those looked at."""
        groups = self._cells.groups(self.slot_dimensions())
        for _ in range(_IMPOSSIBLE):
            bins = tuple([rng.randrange(dim.count) for _, dim in self.slot_dimensions()])
            if all(one.is_possible(bins) for one in groups):
                return bins
        return rng.choice(self.firsts)

    def answer_of(
        self,
        first: tuple[int, ...],
        letters: Iterable[Letter],
        rng: random.Random | None = None,
    ) -> dict[str, Any]:
        """Return an answer with these elements; the same one each time without ``rng``."""
        items: dict[str, list[dict[str, Any]]] = {path: [] for path in self.lists}
        makers = self._makers
        for letter in letters:
            rows = items[letter.collection]
            maker = makers.get(letter.collection) or self._maker(letter.collection)
            rows.append(maker.element(letter.bins, len(rows), rng))
        fields: dict[str, Any] = {}
        objects: dict[str, dict[str, Any]] = {}
        at = 0
        for path, dims in self.singles.items():
            chosen = first[at : at + len(dims)]
            at += len(dims)
            values = (makers.get(path) or self._maker(path)).fields(chosen, 0, rng)
            if path == "":
                fields.update(values)
            else:
                objects[path] = values
        for collection in self.spec.collections:
            path = collection.path
            if not is_list(path):
                row = objects.get(path, {})
                read = (*row, *(fields if path == "" else ()))
                objects[path] = {**self._typical_of(collection, read), **row}
        items.update((path, [build_element(row)]) for path, row in objects.items())
        return join_answer(items, fields)

    def _typical_of(self, collection: CollectionSpec, read: tuple[str, ...]) -> dict[str, Any]:
        key = (collection.path, *read)
        if key not in self._typical:
            self._typical[key] = typical_fields(collection, dict.fromkeys(read))
        return self._typical[key]

    def _maker(self, collection: str) -> ElementMaker:
        """Return what makes the elements of a collection, or the object that stands for them."""
        dims = self.lists[collection] if collection in self.lists else self.singles[collection]
        made = self._makers[collection] = ElementMaker(
            self.spec,
            collection,
            dims,
            self._groups_of(collection, dims),
            self._free.get(collection, ()),
        )
        return made

    # Answers to words

    def letters_of(self, answer: Mapping[str, Any]) -> tuple[int, ...] | None:
        """Return the letters of the elements of an answer; None if one of them has none."""
        letters: list[int] = []
        for path, dims in self.lists.items():
            for element in elements(answer, path):
                found = self._bins_of(element, dims)
                index = None if found is None else self._letter_index.get(Letter(path, found))
                if index is None:
                    return None
                letters.append(index)
        return tuple(letters)

    def word_of(self, answer: Mapping[str, Any]) -> Word | None:
        """Return the word as which an answer reads; None if it has no letter for some element."""
        letters = self.letters_of(answer)
        if letters is None:
            return None
        firsts: list[int] = []
        for path, dims in self.singles.items():
            source = next(iter(elements(answer, path)), {}) if path else answer
            found = self._bins_of(source, dims)
            if found is None:
                return None
            firsts += found
        first = self._first_index.get(tuple(firsts))
        return None if first is None else (first, letters)

    @staticmethod
    def _bins_of(element: Any, dims: Sequence[Dimension]) -> tuple[int, ...] | None:
        found = []
        for dim in dims:
            if isinstance(dim, NumberDimension):
                here = dim.read(element)
                if here is None:
                    return None
                found.append(here)
                continue
            value = read_field(element, dim.field.path)
            if isinstance(dim, ListDimension):
                value = tuple(value or ())
            elif value is None:
                value = dim.field.default
            elif isinstance(value, bool):
                value = "true" if value else "false"
            index = dim.index_of(value)
            if index is None:
                return None
            found.append(index)
        return tuple(found)

    def label_of(self, letter: int) -> str:
        """Return a name of the letter for readers."""
        one = self.letters[letter]
        for dim, index in zip(self.dimensions(one), one.bins, strict=True):
            if isinstance(dim, LabelDimension | TextDimension):
                return dim.representative(index)
        return f"element {letter}"


def _room_for(dims: Sequence[Dimension], least: int) -> int:
    """Return how many letters are looked at: more, where the API lists what fields may hold."""
    listed = [one.count for one in dims if isinstance(one, LabelDimension) and one.field.values]
    every = math.prod(one.count for one in dims)
    if every <= _LISTED and every <= math.prod(listed) * _OTHERWISE:
        return max(least, every)
    return least
