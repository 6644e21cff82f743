"""Answers that hold none, one, two, ... of something alike: elements, or items inside one."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.apis import elements

__all__ = ["Counted", "counted_answers"]

_LETTERS: Final = 6
_DEEPEST: Final = 4
Counted = Callable[[int], Mapping[str, Any]]


def counted_answers(alphabet: Alphabet) -> Iterator[Counted]:
    """Yield functions from a number to an answer with so many equal elements, or items in one."""
    letters = range(min(len(alphabet.letters), _LETTERS))
    for letter in letters:
        yield functools.partial(_of_elements, alphabet, letter)
    for letter in letters:
        answer = alphabet.answer((0, (letter,)))
        path = alphabet.letters[letter].collection
        element = next(iter(elements(answer, path)), None)
        for keys in _lists(element):
            yield functools.partial(_of_items, answer, path, keys)


def _of_elements(alphabet: Alphabet, letter: int, count: int) -> Mapping[str, Any]:
    return alphabet.answer((0, (letter,) * count))


def _of_items(
    answer: Mapping[str, Any], path: str, keys: tuple[str, ...], count: int
) -> Mapping[str, Any]:
    made = copy.deepcopy(dict(answer))
    holder: Any = next(iter(elements(made, path)))
    for key in keys[:-1]:
        holder = holder[key]
    holder[keys[-1]] = [copy.deepcopy(holder[keys[-1]][0]) for _ in range(count)]
    return made


def _lists(element: Any, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield the keys that lead to a list of records inside an element that is not empty."""
    if depth == _DEEPEST or not isinstance(element, Mapping):
        return
    for key, value in element.items():
        if isinstance(value, list):
            if value and isinstance(value[0], Mapping):
                yield (key,)
        else:
            yield from ((key, *rest) for rest in _lists(value, depth + 1))
