"""Likelihoods: ordered levels, and the answers that say how likely each of some categories is.

``likelihood_answer`` is the one place where scores become levels: evaluation, losses and the
server agree with it.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Any, Final

from chameleonapi.apis.spec import LIKELIHOODS, ApiSpec

__all__ = ["LEVELS", "LEVEL_BORDERS", "degree_of", "level_of", "likelihood_answer"]

LEVELS: Final = LIKELIHOODS[1:]
"""The levels from the least likely on; what is unknown is none of them."""
_STEP: Final = 1 / (len(LEVELS) - 1)
LEVEL_BORDERS: Final = tuple((place + 0.5) * _STEP for place in range(len(LEVELS) - 1))
"""The score from which on each level but the first is answered."""


def degree_of(level: str) -> float:
    """Return the score that stands for a level, from 0 to 1: they are equally far apart."""
    return LEVELS.index(level) * _STEP


def level_of(score: float) -> str:
    """Return the level whose score is nearest; half-way, the higher one."""
    return LEVELS[bisect.bisect_right(LEVEL_BORDERS, score)]


def likelihood_answer(
    spec: ApiSpec, labels: Sequence[str], scores: Sequence[float]
) -> dict[str, Any]:
    """Return the answer about one input; what no score is known of is ``UNKNOWN``.

    Args:
        spec: of an API that answers with one likelihood for each category.
        labels: categories.
        scores: of them, in [0, 1].
    """
    known = dict(zip(labels, scores, strict=True))
    return {
        spec.main.path: {
            one.path: level_of(known[one.path]) if one.path in known else LIKELIHOODS[0]
            for one in spec.main.fields
        }
    }
