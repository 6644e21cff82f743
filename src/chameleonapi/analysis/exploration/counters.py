"""Find the numbers in effects that say how many elements there were: an echo, not an outcome.

``Found 3 people`` and ``Found 4 people`` are one outcome, and still ``busy (12)`` is another one
than ``quiet (2)``: only the number that grows with the elements is left out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, final

from chameleonapi.decision import Span

__all__ = ["NUMBER", "Counters", "as_data", "without_numbers"]

NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_FEWEST: Final = 4  # counts that were seen at a place
_COUNTED: Final = "#"
_ANSWER: Final = "<answer>"
_NAMED: Final = re.compile(r"(<answer>: #)(?:, <answer>: #)+")  # counts by name
_NONE: Final = "0"

_Key = tuple[int, str, Span, str, str]  # of an effect, its text the fourth
_Place = tuple[int, str, Span, str]
_Rows = dict[int, list[int | None]]  # the numbers of a text, by the count of elements


def as_data(effect: _Key) -> _Key:
    """Return an effect that shows data of the answer where this one shows a number that counts."""
    return (*effect[:3], effect[3].replace(_COUNTED, _ANSWER), effect[4])


def without_numbers(text: str) -> str:
    """Return a text with one mark for any number, and one for all names with numbers."""
    return _NAMED.sub(r"\1", NUMBER.sub(_COUNTED, text))


@final
class Counters:
    """The numbers that are left out, by the text around them.

    Attributes:
        tells_none: whether that there are none is something else than any other number.
    """

    def __init__(self) -> None:
        self.tells_none = False
        self._known: dict[_Key, frozenset[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def learn(self, effects_of: Callable[[int], Iterable[_Key]], most: int) -> bool:
        """Look at answers of none, one, two, ... equal elements; return whether that taught more.

        Args:
            effects_of: what an answer of so many elements leads to.
            most: elements in the longest answer.
        """
        rows: dict[_Place, dict[str, _Rows]] = {}
        for count in range(most + 1):
            for level, kind, span, text, member in effects_of(count):
                shape = NUMBER.sub(_COUNTED, text)
                if shape != text:
                    numbers = [_whole(one) for one in NUMBER.findall(text)]
                    place = (level, kind, span, member)
                    seen = rows.setdefault(place, {}).setdefault(shape, {})
                    seen[count] = [] if count in seen else numbers  # two of a kind: no counter
            if count == _FEWEST and not any(_varies(seen) for seen in _values(rows)):
                return False
        is_new = False
        for place, shapes in rows.items():
            for shift in (0, -1, 1):
                found = {shape: _counting(seen, shift) for shape, seen in shapes.items()}
                if sum(len(shapes[shape]) for shape, places in found.items() if places) < _FEWEST:
                    continue
                level, kind, span, member = place
                for shape, places in found.items():
                    key = (level, kind, span, shape, member)
                    if places and key not in self._known:
                        self._known[key] = places
                        is_new = True
                break
        return is_new

    def bare(self, effect: _Key) -> _Key:
        """Return an effect without the numbers that count.

        A dictionary that counts each name shows as many of them as there are.
        """
        shape = NUMBER.sub(_COUNTED, effect[3])
        places = self._known.get((*effect[:3], shape, effect[4]))
        if not places:
            folded = _NAMED.sub(r"\1", shape)
            short = (*effect[:3], folded, effect[4])
            covered = self._known.get(short, ()) if folded != shape else ()
            return short if len(covered) == folded.count(_COUNTED) else effect
        numbers = itertools.count()

        def bare(match: re.Match[str]) -> str:
            is_left_out = next(numbers) in places and not (self.tells_none and match[0] == _NONE)
            return _COUNTED if is_left_out else match[0]

        return (*effect[:3], NUMBER.sub(bare, effect[3]), effect[4])


def _values(rows: Mapping[_Place, Mapping[str, _Rows]]) -> Iterator[_Rows]:
    for shapes in rows.values():
        yield from shapes.values()


def _varies(seen: _Rows) -> bool:
    return len({tuple(numbers) for numbers in seen.values()}) > 1


def _whole(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() else None


def _counting(seen: _Rows, shift: int) -> frozenset[int]:
    """Return which numbers are, in every row, the count of elements, or one off."""
    if len(seen) < 2 or not all(seen.values()):
        return frozenset()
    width = len(next(iter(seen.values())))
    return frozenset(
        i
        for i in range(width)
        if all(numbers[i] == count + shift for count, numbers in seen.items())
    )
