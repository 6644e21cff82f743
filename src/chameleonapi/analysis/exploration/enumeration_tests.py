"""Tests on several listed values at once: likelihoods that are added up, compared or looked up.

What one of them means shows only with the others at the right values: ``adult + racy > 8`` is
never true while one of them is unlikely.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping
from typing import Any, Final

from chameleonapi.analysis.exploration.fields import field_spec, is_list, length_of
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.apis import ApiSpec

__all__ = ["adds_up", "other_settings"]

_MOST: Final = 216  # settings of the others
_MOST_LEAVES: Final = 8
_NUMBERED: Final = "enum "
_ADDING: Final = frozenset({"+", "-", "*", "/", "max", "min", "statistics.mean"})


def other_settings(
    spec: ApiSpec, expression: Expression, leaf: Leaf, fixed: Mapping[Leaf, Any]
) -> Iterator[Mapping[Leaf, Any]]:
    """Yield values for everything that a test reads, with other listed values than they are.

    Nothing where it reads one value, or one that the API does not list beside them.

    Args:
        spec: the API.
        expression: the test.
        leaf: one of its leaves, which keeps its value.
        fixed: the values of all leaves.
    """
    others = sorted(expression.leaves - {leaf})
    if not 1 <= len(others) < _MOST_LEAVES or any(length_of(one) is not None for one in others):
        return
    lists = [field_spec(spec, one).values for one in others]
    if not all(lists) or not field_spec(spec, leaf).values:
        return
    if math.prod(map(len, lists)) <= _MOST:
        settings: Iterator[tuple[str, ...]] = itertools.product(*lists)
    else:
        rng = random.Random(len(others))  # noqa: S311 - no secret
        settings = (tuple([rng.choice(one) for one in lists]) for _ in range(_MOST))
    for row in settings:
        yield {**fixed, **dict(zip(others, row, strict=True))}


def adds_up(expression: Expression) -> bool:
    """Return whether a test reads listed values as numbers and calculates with several of them.

    What is calculated within one element of a list is no matter of the whole answer.
    """
    places = {(one.collection, one.index) for one in expression.leaves}
    if len(places) == 1 and all(is_list(collection) for collection, _ in places):
        return False
    return any(
        one.operation in _ADDING
        and len(one.leaves) > 1
        and any(part.operation.startswith(_NUMBERED) for part in one.walk())
        for one in expression.walk()
    )
