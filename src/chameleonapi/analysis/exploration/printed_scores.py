"""Numbers that go out and that tests on the answer add up to: points, shares, ratings.

Where they have many values, a record takes them for one effect, as it does with how many elements
there are. That is an echo; points are not, so that the record has to say what it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from chameleonapi.analysis.exploration.counters import NUMBER
from chameleonapi.analysis.exploration.left_out import without_names
from chameleonapi.analysis.exploration.runner import EffectKey, Runner
from chameleonapi.analysis.exploration.table import Table
from chameleonapi.analysis.trace import EffectLevel

__all__ = ["ONLY_NUMBERS", "PRINTED_NUMBER", "counts_some", "has_scores"]

ONLY_NUMBERS: Final = (
    "Only numbers go out that tests on the answer add up to, such as points: they have too many "
    "values for a record, though they may well be a decision."
)
PRINTED_NUMBER: Final = (
    "A number goes out that tests on the answer add up to, such as points: all its values are one "
    "effect here."
)


def has_scores(
    runner: Runner,
    table: Table,
    levels: Collection[EffectLevel],
    outcome_of: Callable[[frozenset[EffectKey]], str | None] = lambda _: None,
) -> bool:
    """Return whether an effect that stands for many numbers holds one that fields decide.

    Answers of one element each differ in the fields of it only, not in how many there are.

    Args:
        runner: ran the application.
        table: what it did.
        levels: those of the effects that tell outcomes apart.
        outcome_of: the outcome of effects: where numbers differ with it, as flags do that are
            printed one beside the other, nothing is left out.
    """
    seen: dict[tuple[int, EffectKey, str | None], frozenset[EffectKey]] = {}
    for (_, letters), effects in table.rows_of_words():
        if len(letters) > 1:
            continue
        by_shape: dict[EffectKey, set[EffectKey]] = {}
        for one in effects:
            shape = runner.many_numbers(one)
            if shape is not None and one[0] in levels and one[:3] not in table.echoes:
                by_shape.setdefault(shape, set()).add(runner.without_counts(one))
        for shape, group in by_shape.items():
            texts = frozenset(group)
            key = (len(letters), shape, outcome_of(effects))
            if seen.setdefault(key, texts) != texts:
                return True
    return False


def counts_some(runner: Runner, table: Table) -> bool:
    """Return whether a number that goes out counts elements of some names only.

    How many there are of all is an echo; how many of these are people is found out by names.

    Args:
        runner: ran the application.
        table: what it did.
    """
    seen: dict[object, frozenset[object]] = {}
    for word, effects in table.rows_of_words():
        if len(word[1]) == 1:
            counted = frozenset(
                (*one[:3], *NUMBER.findall(one[3]))  # what else it shows is another question
                for one in effects
                if runner.without_counts(one) != one
            )
            if seen.setdefault(without_names(table.alphabet, word), counted) != counted:
                return True
    return False
