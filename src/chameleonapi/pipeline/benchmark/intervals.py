"""Mean rates over seeds with intervals: pictures are drawn once for all seeds, and seeds as well.

The test sets of different seeds share pictures, so their errors are not independent. Each
resample gives every cluster of pictures one weight, the same in all cells, and draws seeds with
replacement. The weights are exponential (Rubin, "The Bayesian Bootstrap", Annals of Statistics
1981), so that no outcome, however rare, vanishes from a resample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from chameleonapi.evaluation.bootstrap import interval
from chameleonapi.evaluation.record import Rate
from chameleonapi.pipeline.benchmark.cell import Cell

__all__ = ["CONFIDENCE", "Drawn", "Resampler"]

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Drawn:
    """A rate as observed, and on each resample."""

    observed: float
    draws: Float[np.ndarray, " resamples"]

    @property
    def rate(self) -> Rate:
        """The rate with its interval."""
        return interval(self.observed, self.draws, CONFIDENCE)

    def minus(self, other: Drawn) -> Rate:
        """Return the paired difference."""
        return interval(self.observed - other.observed, self.draws - other.draws, CONFIDENCE)

    def relative(self, other: Drawn) -> Rate | None:
        """Return the paired difference as a share of the other; None where that may be zero."""
        if not other.observed or not other.draws.all():
            return None
        return interval(
            self.observed / other.observed - 1, self.draws / other.draws - 1, CONFIDENCE
        )

    @classmethod
    def mean(cls, some: Sequence[Drawn]) -> Drawn:
        """Return the mean of several."""
        draws = np.mean([one.draws for one in some], axis=0)
        return cls(float(np.mean([one.observed for one in some])), draws)


class Resampler:
    """Draws weights of clusters and of seeds, the same for all cells."""

    def __init__(
        self, clusters: Sequence[str], seeds: Sequence[int], *, resamples: int, seed: int = 0
    ) -> None:
        generator = np.random.default_rng(seed)
        self._place = {name: index for index, name in enumerate(sorted(set(clusters)))}
        size = (resamples, len(self._place))
        self._weights = generator.standard_exponential(size, dtype=np.float32)
        shares = np.full(len(seeds), 1 / len(seeds))
        drawn = generator.multinomial(len(seeds), shares, size=resamples) / len(seeds)
        self._seeds: Mapping[int, Float[np.ndarray, " resamples"]] = {
            one: drawn[:, index] for index, one in enumerate(seeds)
        }

    def combine(self, cells: Sequence[Cell]) -> tuple[dict[str, Drawn], dict[str, Drawn]]:
        """Return balanced and natural rates by method, over the cells of one application.

        A method counts only where every seed has it.
        """
        found = [self._draw(one) for one in cells]
        names = [name for name in found[0] if all(name in one for one in found)]
        shares = np.stack([self._seeds[one.seed] for one in cells])
        # A seed may be missing where its division holds no example of an outcome.
        total = shares.sum(0)
        shares = np.where(total > 0, shares / np.where(total > 0, total, 1), 1 / len(cells))
        balanced, natural = (
            {
                name: Drawn(
                    float(np.mean([one[name][kind].observed for one in found])),
                    (shares * np.stack([one[name][kind].draws for one in found])).sum(0),
                )
                for name in names
            }
            for kind in (0, 1)
        )
        return balanced, natural

    def _draw(self, cell: Cell) -> dict[str, tuple[Drawn, Drawn]]:
        weights = self._weights[:, [self._place[one] for one in cell.clusters]]
        masks = [cell.strata == one for one in range(len(cell.weights))]
        count = [weights[:, one].sum(1) for one in masks]
        everything = weights.sum(1)
        made = {}
        for name, wrong in cell.wrong.items():
            errors = [weights[:, one & wrong].sum(1) for one in masks]
            balanced = sum(
                share * error / total
                for share, error, total in zip(cell.weights, errors, count, strict=True)
            )
            natural = np.sum(errors, axis=0) / everything
            made[name] = (
                Drawn(cell.rate(name), np.asarray(balanced, dtype=np.float64)),
                Drawn(float(wrong.mean()), np.asarray(natural, dtype=np.float64)),
            )
        return made
