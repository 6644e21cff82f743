"""Texts that go out with some data of the answer in them, or without: one effect, as a list is.

``"Mood: " + ", ".join(sure)`` says the same whether anything is sure or not, and so does
``[Box(one.x) for one in sure]``. Where it is the name
of something that decides whether there is anything to show, that is a filter by label, and counts.
A zero that a maximum or a sum begins with is such data where all numbers of the answer are zero.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet, Word
from chameleonapi.analysis.exploration.dimensions import Dimension, ListDimension, NumberDimension
from chameleonapi.analysis.exploration.lone_items import lone_items
from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.apis import FieldKind

__all__ = ["LeftOut", "bare_form", "without_names"]

_ANSWER: Final = "<answer>"
_DATA: Final = re.compile(r"<answer>(?!⟨)\u2063?")
_ANY_DATA: Final = re.compile(r"<answer>(?:⟨[^⟩]*⟩)?\u2063?")
_IN_UNKNOWN: Final = "<answer>⟨"
_LIST: Final = re.compile(r"\[[^\[\]]*<answer>[^\[\]]*\]")
_WITHIN: Final = r"(?:[^\[\]]|\[[^\[\]]*\])*"
_OF_LISTS: Final = re.compile(rf"\[{_WITHIN}?<answer>{_WITHIN}\]")  # a list whose items hold lists
_PLAIN_LIST: Final = "[<answer>]"  # which may be an empty one
_NO_TEXT: Final = re.compile(r"(?<!\w)(?:''|\"\"|\{\})")
_PAIRS: Final = re.compile(r"\{<answer>: <answer>\}")  # a dictionary of data, which may be empty
_JOINED: Final = re.compile(r"(?<!\w)'<answer>'")  # a text made of nothing but data
_DATA_OR_NOTHING: Final = re.compile(f"{_DATA.pattern}|{_NO_TEXT.pattern}")
_ZERO: Final = re.compile(r"(?<![\w.'\"+-])0(?:\.0+)?(?![\w.'\"%])")
_MOST_PIECES: Final = 8
_TWO: Final = 2
_WORD: Final = re.compile(r"\w")
_Seen = Sequence[tuple[Word, frozenset[EffectKey]]]


def bare_form(one: EffectKey) -> EffectKey:
    """Return an effect without the data of the answer in it."""
    return (*one[:3], _NO_TEXT.sub("", _DATA.sub("", _PAIRS.sub(_ANSWER, one[3]))), one[4])


@final
class LeftOut:
    """Which effects stand for others that differ from them in the data they show.

    Args:
        alphabet: of the words.
        seen: what was done on each word.
    """

    def __init__(
        self, alphabet: Alphabet, seen: Iterable[tuple[Word, frozenset[EffectKey]]] = ()
    ) -> None:
        rows = list(seen)
        self._zeros = _zeros(alphabet, rows)
        if self._zeros:
            rows = [
                (word, frozenset(self._zeros.get(one, one) for one in effects))
                for word, effects in rows
            ]
        self._lists: list[_Lists] = []
        for pattern in (_LIST, _OF_LISTS):
            lists = _Lists(pattern, rows)
            if lists.items:
                self._lists.append(lists)
                rows = [(word, frozenset(map(lists.filled, effects))) for word, effects in rows]
        forms: dict[EffectKey, set[EffectKey]] = {}
        for one in frozenset[EffectKey]().union(*(effects for _, effects in rows)):
            forms.setdefault(bare_form(one), set()).add(one)
        shown = {bare: group for bare, group in forms.items() if _is_shown_or_not(bare, group)}
        if shown:
            for bare in _filtered_by_name(alphabet, rows, shown):
                del shown[bare]
        self._shown = {bare: max(group, key=_most_data) for bare, group in shown.items()}
        self._passed = _passed_on(rows, self._shown)

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self._shown or self._lists or self._zeros)

    def standing_for(self, one: EffectKey) -> EffectKey:
        """Return the effect that stands for this one, itself in most cases."""
        one = self._zeros.get(one, one)
        for lists in self._lists:
            one = lists.filled(one)
        if not self._shown:
            return one
        return self._shown.get(bare_form(one)) or self._passed.get(one, one)


@final
class _Lists:
    """What lists of data look like that are not empty, where they have one form only.

    Args:
        pattern: of a list.
        rows: what was done on each word.
    """

    def __init__(self, pattern: re.Pattern[str], rows: _Seen) -> None:
        self._pattern = pattern
        self.items: dict[EffectKey, tuple[str, ...]] = {}
        found: dict[EffectKey, list[dict[str, None]]] = {}
        for one in frozenset[EffectKey]().union(*(effects for _, effects in rows)):
            lists = pattern.findall(one[3])
            if lists:
                places = found.setdefault(self._emptied(one), [{} for _ in lists])
                for place, text in zip(places, lists, strict=True):
                    place.setdefault(text)
        for bare, places in found.items():
            forms = [[one for one in place if one != _PLAIN_LIST] for place in places]
            if any(lone_items(text) for place in forms for text in place):
                continue
            if any(
                len(one) == 1 and _PLAIN_LIST in place
                for one, place in zip(forms, places, strict=True)
            ):
                self.items[bare] = tuple(one[0] if len(one) == 1 else "" for one in forms)

    def _emptied(self, one: EffectKey) -> EffectKey:
        return (*one[:3], self._pattern.sub("[]", one[3]), one[4])

    def filled(self, one: EffectKey) -> EffectKey:
        """Return an effect with lists that may be empty as the lists that are not."""
        if _PLAIN_LIST not in one[3]:
            return one
        items = self.items.get(self._emptied(one))
        if items is None:
            return one
        places = iter(items)

        def fill(match: re.Match[str]) -> str:
            item = next(places, "")
            return item if item and match.group() == _PLAIN_LIST else match.group()

        return (*one[:3], self._pattern.sub(fill, one[3]), one[4])


def _zeros(alphabet: Alphabet, rows: _Seen) -> dict[EffectKey, EffectKey]:
    """Return which effects show the zero that a number begins with, and what stands for them."""
    every = frozenset[EffectKey]().union(*(effects for _, effects in rows))
    filled = {one for one in every if _ANSWER in one[3]}
    found: dict[EffectKey, EffectKey] = {}
    for one in every:
        full = (*one[:3], _ZERO.sub(_ANSWER, one[3]), one[4])
        if full in filled and full != one:
            found[one] = full
    if found:
        for word, effects in rows:
            here = [one for one in effects if one in found]
            if here and not _is_zero(alphabet, word):
                for one in here:
                    found.pop(one, None)
    return found


def _is_zero(alphabet: Alphabet, word: Word) -> bool:
    """Return whether a word has no elements, or none with a number that is not zero."""
    once = [one for _, one in alphabet.slot_dimensions()]
    rows: list[tuple[Sequence[Dimension], Sequence[int]]] = [(once, alphabet.firsts[word[0]])]
    for index in word[1]:
        letter = alphabet.letters[index]
        dims = alphabet.dimensions(letter)
        if not any(isinstance(one, NumberDimension) for one in dims):
            return False
        rows.append((dims, letter.bins))
    return all(
        one.holds_zero_alone(chosen)
        for dims, bins in rows
        for one, chosen in zip(dims, bins, strict=True)
        if isinstance(one, NumberDimension)
    )


def _is_shown_or_not(bare: EffectKey, group: Collection[EffectKey]) -> bool:
    """Return whether effects of one bare form show the same data, some of them less of it."""
    if len(group) < _TWO or not _WORD.search(bare[3]):
        return False
    if any(_ANSWER not in one[3] for one in group):
        return True
    most = _places(max(group, key=_most_data))
    return all(_places(one) <= most for one in group)


def _places(one: EffectKey) -> frozenset[int]:
    """Return where in its bare form an effect shows data."""
    found: set[int] = set()
    place = at = 0
    text = _JOINED.sub(_ANSWER, _PAIRS.sub(_ANSWER, one[3]))
    for match in _DATA_OR_NOTHING.finditer(text):
        place += match.start() - at
        at = match.end()
        if match.group().startswith(_ANSWER):
            found.add(place)
    return frozenset(found)


def _most_data(one: EffectKey) -> tuple[int, str]:
    return one[3].count(_ANSWER), one[3]


def _passed_on(rows: _Seen, shown: Mapping[EffectKey, EffectKey]) -> dict[EffectKey, EffectKey]:
    """Return what unknown things are made of such texts, by what they are without the data."""
    if not shown:
        return {}
    lacking = {
        one
        for _, effects in rows
        for one in effects
        if _ANSWER not in one[3] and bare_form(one) in shown
    }
    every = frozenset[EffectKey]().union(*(effects for _, effects in rows))
    made = [one for one in every if _IN_UNKNOWN in one[3]]
    found: dict[EffectKey, EffectKey] = {}
    for bare in every - lacking:
        if _ANSWER in bare[3]:
            continue
        full = [one for one in made if _covers(one, bare)]
        if len(full) == 1 and all(lacking & row for _, row in rows if bare in row):
            found[bare] = full[0]
    return found


def _covers(full: EffectKey, bare: EffectKey) -> bool:
    if (*full[:3], full[4]) != (*bare[:3], bare[4]):
        return False
    pieces = [re.escape(one) for one in _ANY_DATA.split(full[3])]
    return (
        len(pieces) <= _MOST_PIECES
        and re.fullmatch(".*?".join(pieces), bare[3], re.DOTALL) is not None
    )


def _filtered_by_name(
    alphabet: Alphabet, rows: _Seen, shown: Mapping[EffectKey, set[EffectKey]]
) -> set[EffectKey]:
    """Return those of which a name in an element alone decides which form it is."""
    found: dict[tuple[EffectKey, object], frozenset[EffectKey]] = {}
    settled: set[EffectKey] = set()
    for word, effects in rows:
        if len(word[1]) > 1:
            continue
        rest = without_names(alphabet, word)
        for bare, group in shown.items():
            here = effects & group
            if here and found.setdefault((bare, rest), here) != here:
                settled.add(bare)
    return settled


def without_names(alphabet: Alphabet, word: Word) -> object:
    """Return what is equal for words that differ in names only, such as those of labels."""
    first, letters = word
    rows = []
    for index in letters:
        letter = alphabet.letters[index]
        rows.append((letter.collection, _numbers(alphabet.dimensions(letter), letter.bins)))
    once = [dim for _, dim in alphabet.slot_dimensions()]
    return tuple(rows), _numbers(once, alphabet.firsts[first])


def _numbers(dims: Sequence[Dimension], bins: Sequence[int]) -> tuple[int, ...]:
    return tuple(one for dim, one in zip(dims, bins, strict=True) if not _is_name(dim))


def _is_name(dim: Dimension) -> bool:
    if isinstance(dim, NumberDimension):
        return False
    field = dim.inner.field if isinstance(dim, ListDimension) else dim.field
    return field.kind is not FieldKind.TEXT
