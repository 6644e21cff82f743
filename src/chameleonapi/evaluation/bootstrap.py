"""Intervals by resampling the test examples, for several methods on the same resamples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from chameleonapi.errors import UsageError
from chameleonapi.evaluation.record import Rate

__all__ = ["Resampled", "interval", "resample"]

_SMALLEST_STRATUM = 5


@dataclass(frozen=True, eq=False)
class Resampled:
    """Rates of all methods on the test set, and on each resample of it."""

    observed: Float[np.ndarray, " methods"]
    drawn: Float[np.ndarray, "resamples methods"]

    def rate(self, method: int, confidence: float) -> Rate:
        """Return the rate of one method with its interval."""
        return interval(self.observed[method], self.drawn[:, method], confidence)

    def difference(self, method: int, against: int, confidence: float) -> Rate:
        """Return the rate of one method minus that of another, on the same resamples."""
        return interval(
            self.observed[method] - self.observed[against],
            self.drawn[:, method] - self.drawn[:, against],
            confidence,
        )


def interval(observed: float, drawn: Float[np.ndarray, " resamples"], confidence: float) -> Rate:
    """Return the percentile interval of what was drawn."""
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return Rate(float(observed), float(min(low, observed)), float(max(high, observed)))


def resample(
    wrong: Bool[np.ndarray, "examples methods"],
    weights: Float[np.ndarray, " examples"],
    strata: Int[np.ndarray, " examples"],
    *,
    resamples: int,
    seed: int,
) -> Resampled:
    """Bootstrap weighted rates of incorrect decisions, stratified and paired.

    Within a stratum, examples with the same weight on which the same methods are wrong are
    interchangeable, so a resample is one draw from a multinomial distribution over such
    sorts: the same distribution as drawing examples, in a fraction of the time. Strata too
    small to show any spread of their own are drawn together.

    Args:
        wrong: which method decided which example incorrectly.
        weights: of the examples, in sum one.
        strata: number of the stratum of each example.
        resamples: how often to draw.
        seed: of the draws.

    Raises:
        UsageError: if there is nothing to draw.
    """
    if resamples < 1 or not len(wrong):
        raise UsageError(
            f"{resamples} resamples of {len(wrong)} examples were asked for.",
            hint="Ask for at least one resample of at least one example.",
        )
    generator = np.random.default_rng(seed)
    drawn = np.zeros((resamples, wrong.shape[1]))
    for rows in _strata(strata):
        table = np.column_stack([weights[rows], wrong[rows]])
        sorts, counts = np.unique(table, axis=0, return_counts=True)
        picks = generator.multinomial(len(rows), counts / len(rows), size=resamples)
        drawn += picks @ (sorts[:, :1] * sorts[:, 1:])
    return Resampled(weights @ wrong, drawn)


def _strata(strata: Int[np.ndarray, " examples"]) -> list[Int[np.ndarray, " rows"]]:
    groups = [np.flatnonzero(strata == one) for one in np.unique(strata)]
    large = [one for one in groups if len(one) >= _SMALLEST_STRATUM]
    small = [one for one in groups if len(one) < _SMALLEST_STRATUM]
    return [*large, np.concatenate(small)] if small else large
