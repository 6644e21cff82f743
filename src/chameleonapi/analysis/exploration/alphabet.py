"""Letters: what the application can tell apart in one element; words: whole answers of them.

A word is (first, letters): ``first`` stands for the fields of the answer as a whole
and for collections that hold one object, ``letters`` for the elements of lists.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, final

from chameleonapi.analysis.exploration.cell_groups import CellBook, Group, reads
from chameleonapi.analysis.exploration.dimensions import (
    OUTSIDE_PATH,
    Dimension,
    LabelDimension,
    ListDimension,
    NumberDimension,
)
from chameleonapi.analysis.exploration.fields import as_json, is_list
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.apis import (
    ApiSpec,
    CollectionSpec,
    FieldKind,
    FieldSpec,
    build_answer,
    elements,
    read_field,
    write_field,
)

__all__ = ["MOST_ITEMS", "Alphabet", "Letter", "Word", "typical_fields"]

_IMPOSSIBLE: Final = 100  # so many times the letters are looked through for possible ones
_LISTED: Final = 1_500  # letters, where most of what tells them apart is listed by the API
_OTHERWISE: Final = 4  # bins of what is not listed, at the most, for so many letters
_FILLING: Final = 4  # a share of the letters, where they are too many, is just the first ones
MOST_ITEMS: Final = 3  # of a list of records inside an element
_PLACE: Final = re.compile(r"([\w.]+)\.(\d+)\.")
_WITH_PATHS: Final = frozenset({"categories"})  # collections whose labels are paths

Word = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Letter:
    """Elements of ``collection`` with these bins, in the order of its dimensions."""

    collection: str
    bins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Filling:
    """Values of the fields of an element that no test has asked for.

    Attributes:
        typical: all of them.
        free: those that random answers vary.
        score: the score, if it is among them: it falls with the position.
        is_score_free: whether random answers vary that too.
    """

    typical: dict[str, Any]
    free: tuple[FieldSpec, ...]
    score: FieldSpec | None
    is_score_free: bool


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
        self._free = free or {}
        self.lists = {path: tuple(dims) for path, dims in lists.items()}
        self.singles = {path: tuple(dims) for path, dims in singles.items()}
        self.is_cut = False
        self.cut: set[str] = set()  # the collections of which there are more sorts than letters
        self.takes_items_alike = False  # whether atoms ask for any item of a list in an element
        self._fillings: dict[str, _Filling] = {}
        self._plans: dict[str, tuple[list[tuple[int, Dimension]], list[Group]]] = {}
        self._places: dict[str, dict[str, int]] = {}
        self._cells = cells or CellBook()
        self._groups: dict[str, list[Group]] = {}
        self.letters: list[Letter] = []
        for path, dims in self.lists.items():
            groups = self._groups_of(path, dims)
            most = _room_for(dims, limit)
            rows, is_cut = self._product(dims, groups, most)
            if is_cut:
                self.cut.add(path)
                near = self._near(dims, groups, (contexts or {}).get(path, ()))
                rows = list(dict.fromkeys([rows[0], *near, *rows[: most // _FILLING]]))[:most]
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
                match = _PLACE.match(spec.path)
                if documented is not None and documented.field(spec.path) is not None:
                    continue
                if match is not None and int(match[2]) > 0 and spec.kind is not FieldKind.TEXT:
                    found.setdefault(match[1])
        return tuple(found)

    def slot_dimensions(self) -> list[tuple[str, Dimension]]:
        """Return (collection, dimension) for each bin of a first symbol."""
        return [(path, dim) for path, dims in self.singles.items() for dim in dims]

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
        for letter in letters:
            rows = items[letter.collection]
            read = self._values(letter.collection, letter.bins, len(rows), rng)
            rest = self._filling(letter.collection, len(rows), rng)
            row = _consistent(rest | read)
            if rng is not None:
                row = {**row, **self._more_items(letter.collection, row, rng)}
            rows.append(row)
        fields: dict[str, Any] = {}
        bins = iter(first)
        for path, dims in self.singles.items():
            chosen = tuple(itertools.islice(bins, len(dims)))
            values = self._values(path, chosen, 0, rng)
            if path == "":
                fields.update(values)
            else:
                items[path] = [values]
        for collection in self.spec.collections:
            if not is_list(collection.path):
                row = items.setdefault(collection.path, [{}])[0]
                read = {**row, **(fields if collection.path == "" else {})}
                items[collection.path] = [{**typical_fields(collection, read), **row}]
        return build_answer(self.spec, items, fields)

    def _values(
        self, collection: str, bins: Sequence[int], position: int, rng: random.Random | None
    ) -> dict[str, Any]:
        plan = self._plans.get(collection)
        if plan is None:
            dims = self.lists[collection] if collection in self.lists else self.singles[collection]
            groups = self._groups_of(collection, dims)
            joint = {i for one in groups for i in one.positions}
            apart = [(i, dim) for i, dim in enumerate(dims) if i not in joint]
            plan = self._plans[collection] = (apart, groups)
        made: dict[str, Any] = {}
        for i, dim in plan[0]:
            index = bins[i]
            value = dim.representative(index, position) if rng is None else dim.sample(index, rng)
            field = dim.field
            if value == "" and field.path.startswith("metadata."):
                continue  # a map has no key without a text
            made[field.path] = as_json(field, value) if field.values else value
        for one in plan[1]:
            made.update(one.values(bins, position, rng))
        return made

    def _filling(self, collection: str, position: int, rng: random.Random | None) -> dict[str, Any]:
        """Return plausible values for the fields of an element that no test has asked for."""
        filling = self._fillings.get(collection)
        if filling is None:
            filling = self._fillings[collection] = self._new_filling(collection)
        made = dict(filling.typical)
        if rng is not None:
            for one in filling.free:
                made[one.path] = rng.uniform(one.low, one.high)
        score = filling.score
        if score is not None and not (filling.is_score_free and rng is not None):
            made[score.path] = score.high * (0.9 - 0.4 * position / (position + 4))
        return made

    def _new_filling(self, collection: str) -> _Filling:
        found = self.spec.collection(collection)
        if found is None:
            return _Filling({}, (), None, is_score_free=False)
        free = self._free.get(collection, ())
        read = {one.path: None for dim in self.lists[collection] for one in reads(dim)}
        varying = {one.path for one in free}
        typical = _nested(
            typical_fields(found, read), {*read, *varying, self.spec.score_field or ""}
        )
        score = found.field(self.spec.score_field) if self.spec.score_field else None
        return _Filling(
            typical,
            tuple(one for one in free if one.path in typical),
            score if score is not None and score.path in typical else None,
            is_score_free=any(one is score for one in free),
        )

    def _more_items(
        self, collection: str, row: Mapping[str, Any], rng: random.Random
    ) -> dict[str, Any]:
        """Return further items for the lists of records of which the first items are read."""
        places = self._places.get(collection)
        if places is None:
            places = self._places[collection] = {}
            for one in (one for dim in self.lists.get(collection, ()) for one in reads(dim)):
                match = _PLACE.match(one.path)
                if match is not None:
                    outer = match[1]
                    places[outer] = max(places.get(outer, 0), int(match[2]) + 1)
        if not places:
            return {}
        found = self.spec.collection(collection)
        made: dict[str, Any] = {}
        for outer, count in places.items():
            if found is None or f"{outer}.#" in row:
                continue
            # Emotions come surest first, instances and their boxes in any order.
            is_ranked = any(
                one.values for one in found.fields if one.path.startswith(f"{outer}.*.")
            )
            for place in range(count, min(count + rng.randint(0, 2), MOST_ITEMS)):
                for one in found.fields:
                    if not one.path.startswith(f"{outer}.*."):
                        continue
                    path = f"{outer}.{place}.{one.path.removeprefix(outer)[3:]}"
                    if one.values:
                        made[path] = as_json(one, rng.choice(one.values))
                    elif one.kind is FieldKind.NUMBER:
                        high = one.high
                        if is_ranked:
                            before = path.replace(f".{place}.", f".{place - 1}.", 1)
                            high = made.get(before, row.get(before, high))
                        made[path] = rng.uniform(one.low, max(one.low, high))
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


def _nested(fields: Mapping[str, Any], varying: Iterable[str]) -> dict[str, Any]:
    """Return fields as whole objects, but for those of which a part varies.

    The objects are shared by all answers: nobody changes an answer but at its outermost keys.
    """
    apart = {path.partition(".")[0] for path in varying}
    made: dict[str, Any] = {}
    for path, value in fields.items():
        if path.partition(".")[0] in apart:
            made[path] = value
        else:
            write_field(made, path, value)
    return made


def _consistent(row: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an element, the length of a list before its items, none beyond it."""
    plan = _length_plan(tuple(row))
    if plan is None:
        return row
    lengths, items = plan
    made = {path: row[path] for path in lengths}
    for path, length, index in items:
        if length is None or index < row[length]:
            made.setdefault(path, row[path])
    return made


@lru_cache(1024)
def _length_plan(
    paths: tuple[str, ...],
) -> tuple[list[str], list[tuple[str, str | None, int]]] | None:
    """Return the paths of lengths, and the others with the length that they depend on."""
    lengths = [path for path in paths if path.endswith(".#")]
    if not lengths:
        return None
    items: list[tuple[str, str | None, int]] = []
    for path in paths:
        outer, _, rest = path.partition(".")
        index = rest.split(".", 1)[0]
        length = f"{outer}.#"
        bound = length if length in lengths and index.isdigit() else None
        items.append((path, bound, int(index) if bound else 0))
    return lengths, items


def typical_fields(collection: CollectionSpec, read: Mapping[str, Any]) -> dict[str, Any]:
    """Return plausible values for the fields of one element, those in ``read`` left out."""
    made: dict[str, Any] = {}
    read_lists = {path.split(".*")[0] for path in read if "*" in path}
    counted = {path.removesuffix(".#") for path in read if path.endswith("#")}
    for one in collection.fields:
        if one.path in read or one.path.endswith("#"):
            continue
        if "*" in one.path:
            # One item, so that a loop over the list has something to look at.
            outer = one.path.split(".*")[0]
            if outer not in read_lists | counted:
                made[one.path] = (_typical_item(one),)
        elif one.values:
            default = one.default if isinstance(one.default, str) else one.values[0]
            made[one.path] = as_json(one, default)
        elif one.kind is FieldKind.NUMBER:
            made[one.path] = one.low + (one.high - one.low) * 3 / 4
        else:
            made[one.path] = _typical_text(collection, one)
    return made


def _typical_item(one: FieldSpec) -> Any:
    if one.kind is FieldKind.NUMBER:
        return one.low + (one.high - one.low) * 3 / 4
    return one.values[0] if one.values else "Object"


def _typical_text(collection: CollectionSpec, one: FieldSpec) -> str:
    """Return a text that no application asks for, in the form in which the API writes it."""
    if one.kind is not FieldKind.LABEL:
        return "text"
    return OUTSIDE_PATH if collection.path in _WITH_PATHS else "Object"
