"""Whether a sure decision is right as often as it claims to be. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chameleonapi.errors import DataError

__all__ = ["Calibration", "MarginBin", "calibrate"]

_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class MarginBin:
    """Decisions of about the same margin.

    Attributes:
        low, high: the smallest and the largest margin, in logits.
        examples: how many.
        claimed: mean probability of being right that the margins stand for.
        right: share of them that is right.
    """

    low: float
    high: float
    examples: int
    claimed: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reliability of the margins of one method.

    Attributes:
        bins: from the least sure to the surest, about equally many decisions in each.
        error: the expected calibration error: mean distance between what was claimed and what
            was right, weighted by examples.
    """

    bins: tuple[MarginBin, ...]
    error: float


def calibrate(margins: Sequence[float], wrong: Sequence[bool], *, bins: int = _BINS) -> Calibration:
    """Compare what margins claim with how often decisions are right.

    A margin of m logits says that the score nearest to a border would have to move by m to
    change the decision; read as log-odds it claims to be right with probability
    1 / (1 + exp(-m)). For a yes-or-no decision on one label that is what its score says. Where
    several labels could change the decision, it claims a little too much.

    Reference: Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using
    Bayesian Binning", AAAI 2015, for the error; bins of equal size as in Nixon et al.,
    "Measuring Calibration in Deep Learning", 2019.

    Args:
        margins: of the decisions, in logits.
        wrong: whether each is incorrect.
        bins: how many at most; equal margins stay together.

    Raises:
        DataError: if there are no decisions, or not one margin for each.
    """
    if not margins or len(margins) != len(wrong) or bins < 1:
        raise DataError(
            f"{len(margins)} margins for {len(wrong)} decisions in {bins} bins came.",
            hint="Give one margin for each of at least one decision.",
        )
    ranked = sorted(zip(margins, wrong, strict=True), key=lambda one: one[0])
    total = len(ranked)
    made = []
    begin = 0
    for number in range(1, bins + 1):
        end = max(begin, round(total * number / bins))
        while begin < end < total and ranked[end][0] == ranked[end - 1][0]:
            end += 1
        if end > begin:
            made.append(_bin(ranked[begin:end]))
            begin = end
    error = sum(one.examples * abs(one.claimed - one.right) for one in made) / total
    return Calibration(tuple(made), error)


def _bin(some: Sequence[tuple[float, bool]]) -> MarginBin:
    return MarginBin(
        low=some[0][0],
        high=some[-1][0],
        examples=len(some),
        claimed=sum(_probability(margin) for margin, _ in some) / len(some),
        right=sum(not is_wrong for _, is_wrong in some) / len(some),
    )


def _probability(margin: float) -> float:
    if margin < 0:
        return 1 - _probability(-margin)
    return 1 / (1 + math.exp(-min(margin, 700.0)))
