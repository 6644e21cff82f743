"""Numbers that are flags: ``{"smiles": 1.0, "score": face.score}`` decides, ``1. Dog`` counts.

A number in what goes out for each element mostly says which one it is, or how many there are.
One that is never more than 1, however many elements there are, says yes or no. Nor does one
count that is now this, now that for a single element, as the green and the red of a colour are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Final, final

from chameleonapi.analysis.exploration.alphabet import Word
from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.decision import Span

__all__ = ["FlagNumbers"]

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_NO: Final = frozenset({"0", "0.0"})
_YES: Final = frozenset({"1", "1.0"})
_CHOICES: Final = 6  # values of a number that a record tells apart
_COUNTED: Final = 3  # elements, after which a number that counts them is more than 1

_Place = tuple[int, str, Span]


@final
class FlagNumbers:
    """Which numbers of effects are flags, by the place and the text around them.

    Args:
        rows: what was done on each word.
    """

    def __init__(self, rows: Iterable[tuple[Word, frozenset[EffectKey]]]) -> None:
        seen: dict[tuple[_Place, str], list[set[str]]] = {}
        alone: dict[tuple[_Place, str], list[set[str]]] = {}  # of single elements
        repeated: set[_Place] = set()
        most = 0
        for (_, letters), effects in rows:
            most = max(most, len(letters))
            here: set[_Place] = set()
            for one in effects:
                repeated |= {one[:3]} & here
                here.add(one[:3])
                numbers = _NUMBER.findall(one[3])
                values = seen.setdefault((one[:3], _shape(one[3])), [set() for _ in numbers])
                for value, number in zip(values, numbers, strict=True):
                    value.add(number)
                if len(letters) == 1:
                    values = alone.setdefault((one[:3], _shape(one[3])), [set() for _ in numbers])
                    for value, number in zip(values, numbers, strict=True):
                        value.add(number)
        flags = {
            key: frozenset(i for i, one in enumerate(values) if _is_flag(one))
            for key, values in seen.items()
            if most >= _COUNTED and key[0] not in repeated
        }
        self._known: Mapping[tuple[_Place, str], frozenset[int]] = {
            key: flags.get(key, frozenset())
            | {i for i, one in enumerate(alone.get(key, ())) if _is_choice(one)}
            for key in seen
        }

    def form(self, one: EffectKey) -> str:
        """Return the text of an effect with a mark for each number that is no flag."""
        flags = self._known.get((one[:3], _shape(one[3])), frozenset())
        places = iter(range(len(one[3])))
        return _NUMBER.sub(lambda match: match[0] if next(places) in flags else "#", one[3])


def _shape(text: str) -> str:
    return _NUMBER.sub("#", text)


def _is_choice(values: set[str]) -> bool:
    """Return whether numbers of single elements are far apart: those that count are not."""
    numbers = sorted(map(float, values))
    return 2 <= len(numbers) <= _CHOICES and all(
        other - one > 1 for one, other in itertools.pairwise(numbers)
    )


def _is_flag(values: set[str]) -> bool:
    return values <= _NO | _YES and bool(values & _NO) and bool(values & _YES)
