"""How much each example counts when every outcome counts alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from chameleonapi.errors import DataError

__all__ = ["acceptable_matrix", "example_weights", "outcome_weights"]


def acceptable_matrix(
    acceptable: Sequence[frozenset[str]], outcomes: Sequence[str]
) -> Bool[np.ndarray, "examples outcomes"]:
    """Return which outcomes are right for which example."""
    column = {one: index for index, one in enumerate(outcomes)}
    matrix = np.zeros((len(acceptable), len(outcomes)), dtype=bool)
    for row, ids in enumerate(acceptable):
        matrix[row, [column[one] for one in ids]] = True
    return matrix


def outcome_weights(
    acceptable: Bool[np.ndarray, "examples outcomes"],
) -> Float[np.ndarray, " outcomes"]:
    """Return how many examples each outcome is right for, shared ones in equal parts.

    Raises:
        DataError: if there is no example, or one for which nothing is right.
    """
    if not len(acceptable) or not acceptable.any(axis=1).all():
        raise DataError(
            "there is no example to weigh, or one for which no outcome is right.",
            hint="Evaluate on at least one example of a decision process that decides.",
        )
    shares = acceptable / acceptable.sum(1, keepdims=True)
    totals: Float[np.ndarray, " outcomes"] = shares.sum(axis=0)
    return totals


def example_weights(
    acceptable: Bool[np.ndarray, "examples outcomes"],
) -> Float[np.ndarray, " examples"]:
    """Return weights that sum to one, with which a plain mean becomes the balanced rate.

    The balanced rate is the mean, over the outcomes that are right somewhere, of the rate of
    incorrect decisions among the examples for which that outcome is right. An example for
    which several outcomes are right counts for each in equal parts.
    """
    totals = outcome_weights(acceptable)
    occurs = totals > 0
    inverse = np.divide(1.0, totals, out=np.zeros_like(totals), where=occurs)
    shares = acceptable / acceptable.sum(1, keepdims=True)
    weights: Float[np.ndarray, " examples"] = (shares @ inverse) / occurs.sum()
    return weights
