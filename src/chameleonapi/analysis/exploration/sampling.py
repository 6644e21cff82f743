"""Random answers that are as odd as real ones: unsorted, duplicate, empty, long, at boundaries."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Letter
from chameleonapi.analysis.exploration.dimensions import (
    OUTSIDE,
    OUTSIDE_PATH,
    LabelDimension,
)
from chameleonapi.analysis.exploration.fields import is_list
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.apis import FieldKind, elements, read_field, write_field

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

__all__ = ["AnswerSource", "Dice"]

_T = TypeVar("_T")

_LENGTHS: Final = (0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8, 10, 22)
# Labels that no vocabulary lists. Never empty: a label API always names what it found.
_ODD_LABELS: Final = (OUTSIDE, "Zzyx vqkw", "Ŵöß qüv")
_BEYOND: Final = 0.5
_RESIZED: Final = 0.6
_ITEMS: Final = (0, 1, 2, 4, 5, 7, 9)
_MIXED: Final = 0.25
_MORE_FIRSTS: Final = 0.5  # of answers, where what occurs once has more sorts than are looked at
_NOT_LOOKED_AT: Final = 0.3  # of elements, where there are more sorts of them than letters
_RARE: Final = 0.3  # of answers, that hold a label which would hardly come by chance
_ODD_PATHS: Final = (OUTSIDE_PATH, "/Zzyx vqkw", "/Ŵöß/qüv/Zzyx")


@final
class Dice(random.Random):
    """Draws what ``random.Random`` draws of the same seed, and chooses in less time."""

    def choice(self, seq: SupportsLenAndGetItem[_T]) -> _T:
        """Return one of a sequence."""
        count = len(seq)
        if not count:
            raise IndexError("nothing to choose from")
        bits = count.bit_length()
        drawn = self.getrandbits(bits)
        while drawn >= count:
            drawn = self.getrandbits(bits)
        return seq[drawn]


@final
class AnswerSource:
    """Draws answers over an alphabet, members of a class and places in a bin at random."""

    def __init__(self, alphabet: Alphabet, seed: int) -> None:
        self._alphabet = alphabet
        self._rng = Dice(seed)
        by_collection: dict[str, list[int]] = {}
        for i, letter in enumerate(alphabet.letters):
            by_collection.setdefault(letter.collection, []).append(i)
        self._by_collection = by_collection
        self._disturbances = {path: _Disturbance(alphabet, path) for path in by_collection}
        self._free_texts = [
            dim
            for path, dim in alphabet.slot_dimensions()
            if path == "" and isinstance(dim, TextDimension)
        ]
        self.alphabet = alphabet
        self.is_odd = False  # whether the last answer holds what no letter stands for
        self._loose: Mapping[str, frozenset[str]] = {}
        self._rare: Mapping[tuple[str, str], Sequence[str]] = {}

    def loosen(self, lists: Mapping[str, frozenset[str]]) -> None:
        """Let lists inside the elements of a collection have any number of items."""
        self._loose = lists

    def favour(self, labels: Mapping[tuple[str, str], Sequence[str]]) -> None:
        """Let some labels come often, by collection and field."""
        self._rare = labels

    def draw(self) -> dict[str, Any]:
        """Return one answer."""
        rng = self._rng
        self.is_odd = False
        letters: list[int] = []
        for group in self._by_collection.values():
            length = rng.choice(_LENGTHS)
            pool = group
            if rng.random() < 0.6:
                # A few sorts only: what nobody names, and one to three that matter.
                pool = [group[0], *(rng.choice(group) for _ in range(rng.randint(1, 3)))]
            letters += [rng.choice(pool) for _ in range(length)]
        first = rng.choice(self._alphabet.firsts)
        if self._alphabet.has_more_firsts and rng.random() < _MORE_FIRSTS:
            first = self._alphabet.any_first(rng)
        answer = self._alphabet.answer_of(first, self._with_others(letters), rng)
        for path, names in self._loose.items():
            self._resize(elements(answer, path), names)
        for (path, name), labels in self._rare.items():
            rows = [one for one in elements(answer, path) if name in one]
            if rows and rng.random() < _RARE:
                rng.choice(rows)[name] = rng.choice(labels)
        for path, disturbance in self._disturbances.items():
            self._disturb(answer, path, disturbance)
        for dim in self._free_texts:
            if rng.random() < _MIXED:
                write_field(answer, dim.field.path, dim.mixed(rng))
                self.is_odd = True
        return answer

    def _with_others(self, letters: Sequence[int]) -> Iterator[Letter]:
        """Yield the letters, some of them changed for what was not looked at."""
        for one in letters:
            letter = self._alphabet.letters[one]
            if letter.collection in self._alphabet.cut and self._rng.random() < _NOT_LOOKED_AT:
                letter = self._alphabet.any_letter(letter.collection, self._rng) or letter
            yield letter

    def _resize(self, rows: Sequence[Any], names: frozenset[str]) -> None:
        """Shorten lists inside elements, and lengthen others by items that there are already."""
        rng = self._rng
        for name in sorted(names):
            lists = [
                one for one in (read_field(row, name) for row in rows) if isinstance(one, list)
            ]
            pool = [item for one in lists for item in one]
            for one in lists:
                if rng.random() < _RESIZED:
                    length = rng.choice(_ITEMS)
                    more = range(len(one), length if pool else 0)
                    one.extend([copy.deepcopy(rng.choice(pool)) for _ in more])
                    del one[length:]
                    rng.shuffle(one)
                    self.is_odd = True

    def refilled(
        self, answer: Mapping[str, Any], paths: Sequence[tuple[str, str]]
    ) -> dict[str, Any]:
        """Return an answer with other numbers in the fields at (collection, field)."""
        made = copy.deepcopy(dict(answer))
        spec = self._alphabet.spec
        for path, name in paths:
            found = spec.collection(path)
            fields = (*(found.fields if found else ()), *spec.answer_fields)
            field = next((one for one in fields if one.path == name), None)
            for row in elements(made, path) if is_list(path) else [made]:
                if field is not None and read_field(row, name) is not None:
                    value = field.fitting(self._rng.uniform(field.low, field.high))
                    write_field(row, name, value)
        return made

    def _beyond(self, disturbance: _Disturbance, name: str) -> str | None:
        """Return a label that is not listed, as the application may take it for one that is."""
        for dim in disturbance.labels:
            if dim.field.path == name and dim.is_open:
                return dim.mixed(self._rng)
        return None

    def _mix(self, rows: list[Any], disturbance: _Disturbance) -> None:
        """Let some element hold, in a free text, what several others hold."""
        for dim in disturbance.texts:
            if self._rng.random() < _MIXED:
                write_field(self._rng.choice(rows), dim.field.path, dim.mixed(self._rng))
                self.is_odd = True

    def _disturb(self, answer: dict[str, Any], path: str, disturbance: _Disturbance) -> None:
        rng = self._rng
        rows = elements(answer, path)
        if not isinstance(rows, list) or not rows:
            return
        self._mix(rows, disturbance)
        if rng.random() < 0.1:
            rows.append(dict(rng.choice(rows)))
        for name in disturbance.names:
            if rng.random() < 0.05:
                target = rng.choice(rows)
                if name in target:
                    self.is_odd = True
                    is_path = str(target[name]).startswith("/")
                    odd = self._beyond(disturbance, name) if rng.random() < _BEYOND else None
                    target[name] = odd or rng.choice(_ODD_PATHS if is_path else _ODD_LABELS)
        if rng.random() < 0.4:
            sort_key = disturbance.sort_key
            if sort_key is not None and all(sort_key in row for row in rows):
                rows.sort(key=lambda row: -float(row[sort_key]))
        elif rng.random() < 0.3:
            rng.shuffle(rows)
        if rng.random() < 0.05 and disturbance.has_fields:
            # protobuf leaves out what has its default value
            target = rng.choice(rows)
            for name in disturbance.defaults:
                if name in target:
                    del target[name]
                    self.is_odd = True
                    break


@final
class _Disturbance:
    """What of the elements of one collection is made odd."""

    def __init__(self, alphabet: Alphabet, path: str) -> None:
        found = alphabet.spec.collection(path)
        fields = found.fields if found else ()
        dims = alphabet.lists.get(path, ())
        self.labels = [one for one in dims if isinstance(one, LabelDimension)]
        self.texts = [one for one in dims if isinstance(one, TextDimension)]
        self.has_fields = bool(fields)
        self.sort_key = found.sorted_by if found else None
        self.names = [
            one.path for one in fields if one.kind is FieldKind.LABEL and "." not in one.path
        ]
        self.defaults = [
            one.path for one in fields if one.kind is FieldKind.NUMBER and one.default is not None
        ]
