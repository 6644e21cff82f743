"""Find labels that every test takes alike, and that still are not the same to the application.

A set of the labels that were found, or a dictionary by label, counts equal ones once: that one
label occurs twice is something else than that two do, and no test says so.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.discovery import Discovery
from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.apis import elements, read_field, write_elements, write_field

__all__ = ["tell_labels_apart", "try_different_labels"]

_MOST: Final = 40  # labels that get a letter of their own
_FEWEST: Final = 2
_TRIED: Final = 6


def tell_labels_apart(discovery: Discovery, runner: Runner, answer: Mapping[str, Any]) -> bool:
    """Give labels a bin each where two of one bin do not do the same as one of them twice."""
    for collection in discovery.collections:
        for path, dimension in discovery.labels_of(collection):
            counts = Counter(
                dimension.index_of(read_field(one, path)) for one in elements(answer, collection)
            )
            for index, count in counts.items():
                if index is None or count < 2 or index == dimension.neutral:
                    continue
                labels = dimension.labels(index)
                if 1 < len(labels) <= _MOST and _differ(
                    runner, answer, collection, path, dimension, index
                ):
                    spelled: dict[str, list[str]] = {}
                    for one in labels:
                        spelled.setdefault(one.casefold().strip(), []).append(one)
                    groups = list(spelled.values())
                    twins = next((one for one in groups if len(one) > 1), None)
                    if twins and _are_told_apart(runner, answer, collection, path, twins):
                        groups = [[one] for one in labels]
                    if len(groups) > 1:
                        dimension.split(index, groups)
                        return True
    return False


def try_different_labels(discovery: Discovery, runner: Runner, alphabet: Alphabet) -> bool:
    """Do the same before anything is known to be wrong: on one answer for each bin of labels."""
    is_split = False
    for collection in discovery.collections:
        for path, dimension in discovery.labels_of(collection):
            for index in range(dimension.count):
                chosen = _different(dimension.labels(index))
                letter = _letter(alphabet, collection, dimension, index)
                if index == dimension.neutral or letter is None or len(chosen) < _FEWEST:
                    continue
                plain = alphabet.answer((0, (letter,) * len(chosen)))
                answer = _with_labels(plain, collection, path, dict(enumerate(chosen)))
                if tell_labels_apart(discovery, runner, answer):
                    is_split = True
                    break  # the bins have other numbers now
    return is_split


def _different(labels: Sequence[str]) -> list[str]:
    """Return some labels that differ in more than their spelling."""
    found: dict[str, str] = {}
    if len(labels) <= _MOST:
        for one in labels:
            found.setdefault(one.casefold().strip(), one)
    return list(found.values())[:_TRIED]


def _letter(
    alphabet: Alphabet, collection: str, dimension: LabelDimension, index: int
) -> int | None:
    """Return the last letter with a bin: numbers that have to be high are high in it."""
    dims = list(alphabet.lists.get(collection, ()))
    if dimension not in dims:
        return None
    place = dims.index(dimension)
    return max(
        (
            i
            for i, one in enumerate(alphabet.letters)
            if one.collection == collection and one.bins[place] == index
        ),
        default=None,
    )


def _differ(
    runner: Runner,
    answer: Mapping[str, Any],
    collection: str,
    path: str,
    dimension: LabelDimension,
    index: int,
) -> bool:
    """Return whether it matters that the elements of a bin do not all have one label."""
    rows = elements(answer, collection)
    mine = [i for i, one in enumerate(rows) if dimension.index_of(read_field(one, path)) == index]
    first = read_field(rows[mine[0]], path)
    alike = _with_labels(answer, collection, path, dict.fromkeys(mine, first))
    return runner.observe(alike).effects != runner.observe(answer).effects


def _are_told_apart(
    runner: Runner, answer: Mapping[str, Any], collection: str, path: str, spellings: list[str]
) -> bool:
    """Return whether two spellings of a label are two labels to the application."""
    rows = elements(answer, collection)[:2]
    short = _with_labels(answer, collection, path, {}, keep=len(rows))
    one = _with_labels(short, collection, path, dict.fromkeys((0, 1), spellings[0]))
    other = _with_labels(one, collection, path, {1: spellings[1]})
    return runner.observe(one).effects != runner.observe(other).effects


def _with_labels(
    answer: Mapping[str, Any],
    collection: str,
    path: str,
    labels: Mapping[int, Any],
    *,
    keep: int | None = None,
) -> dict[str, Any]:
    made: dict[str, Any] = copy.deepcopy(dict(answer))
    rows = list(elements(made, collection))
    for i, label in labels.items():
        if i < len(rows):
            write_field(rows[i], path, label)
    write_elements(made, collection, rows[:keep])
    return made
