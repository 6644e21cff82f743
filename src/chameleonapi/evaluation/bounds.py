"""Upper confidence bounds on rates, valid for every sample size. Standard library only.

No normal approximation: a bound holds for a handful of examples, and for no error at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["Stratum", "binomial_tail", "binomial_upper", "stratified_upper"]

_STEPS: Final = 48
# Both err on the careful side where they stop: the bound is then a little larger, never smaller.
_RATE_STEPS: Final = 20
_TILT_STEPS: Final = 18
_GOLDEN: Final = (math.sqrt(5) - 1) / 2
_MOST_TILT: Final = 60.0


class Stratum(NamedTuple):
    """Examples that count alike.

    Attributes:
        examples: how many there are.
        wrong: how many of them are decided incorrectly.
        weight: what their rate counts for in the whole; all weights sum to one.
    """

    examples: int
    wrong: int
    weight: float


def binomial_tail(wrong: int, examples: int, rate: float) -> float:
    """Return the probability of at most ``wrong`` among ``examples`` at a rate."""
    if wrong >= examples or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    log_rate, log_rest = math.log(rate), math.log1p(-rate)
    logs = [
        math.lgamma(examples + 1)
        - math.lgamma(one + 1)
        - math.lgamma(examples - one + 1)
        + one * log_rate
        + (examples - one) * log_rest
        for one in range(wrong + 1)
    ]
    top = max(logs)
    return min(1.0, math.exp(top) * math.fsum(math.exp(one - top) for one in logs))


def binomial_upper(wrong: int, examples: int, miss: float) -> float:
    """Return the exact upper bound on a rate, which fails with probability ``miss`` at most.

    Reference: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in
    the case of the binomial", Biometrika 26, 1934.
    """
    if examples <= 0 or wrong >= examples:
        return 1.0
    low, high = wrong / examples, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if binomial_tail(wrong, examples, middle) > miss:
            low = middle
        else:
            high = middle
    return high


def stratified_upper(strata: Sequence[Stratum], miss: float) -> float:
    """Return an upper bound on the weighted sum of the strata's rates.

    One stratum gives the exact bound. Several are bounded together, which is much tighter than
    one by one: by Chernoff's inequality, for the least favourable rates with a given sum.
    For true rates r, weights c, counts n and tilt t, the observed sum x has
    ``P(sum <= x) <= exp(t x) prod_s (1 - r_s (1 - exp(-t c_s / n_s)))^n_s``; the right side
    is log-concave in r, so that its maximum under ``sum_s c_s r_s = R`` is found exactly, and
    then made small over t. R is no bound as long as the result exceeds ``miss``.

    Reference: Boucheron, Lugosi and Massart, "Concentration Inequalities", 2013, section 2.2.
    """
    counted = [one for one in strata if one.examples > 0 and one.weight > 0]
    unseen = sum(one.weight for one in strata if one.examples <= 0)
    if not counted:
        return 1.0
    if len(counted) == 1:
        only = counted[0]
        return min(1.0, unseen + only.weight * binomial_upper(only.wrong, only.examples, miss))
    total = sum(one.weight for one in counted)
    observed = sum(one.weight * one.wrong / one.examples for one in counted)
    low, high = observed, total
    for _ in range(_RATE_STEPS):
        middle = (low + high) / 2
        if _log_chance(counted, observed, middle) > math.log(miss):
            low = middle
        else:
            high = middle
    return min(1.0, unseen + high)


def _log_chance(strata: Sequence[Stratum], observed: float, rate: float) -> float:
    """Return the logarithm of the bound on the chance of so few errors, at its best tilt."""
    # In units of the heaviest example, a tilt of one to ten is where the best one lies.
    unit = max(one.weight / one.examples for one in strata)

    def bound(tilt: float) -> float:
        return tilt / unit * observed + _worst_moment(strata, rate, tilt / unit)

    left, right = 0.0, _MOST_TILT
    for _ in range(_TILT_STEPS):
        a, b = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        if bound(a) < bound(b):
            right = b
        else:
            left = a
    return min(0.0, bound((left + right) / 2))


def _worst_moment(strata: Sequence[Stratum], rate: float, tilt: float) -> float:
    """Return the largest log moment over rates in [0, 1] whose weighted sum is ``rate``.

    By Lagrange: ``r_s = 1 / b_s - n_s / (price c_s)`` with ``b_s = 1 - exp(-tilt c_s / n_s)``
    where that is between zero and one; strata where it is not stay at that end.
    """
    bends = [-math.expm1(-tilt * one.weight / one.examples) for one in strata]
    if not all(bends):
        return 0.0
    fixed: dict[int, float] = {}
    rates: dict[int, float] = {}
    while len(fixed) < len(strata):
        free = [place for place in range(len(strata)) if place not in fixed]
        left = rate - sum(strata[place].weight * at for place, at in fixed.items())
        ceiling = sum(strata[place].weight / bends[place] for place in free)
        count = sum(strata[place].examples for place in free)
        # 1 / b_s is above one, so that the ceiling is above every sum that rates can reach.
        share = (ceiling - left) / count
        rates = {
            place: 1 / bends[place] - strata[place].examples * share / strata[place].weight
            for place in free
        }
        below = {place: 0.0 for place, at in rates.items() if at < 0}
        above = {place: 1.0 for place, at in rates.items() if at > 1}
        lack = sum(strata[place].weight * -rates[place] for place in below)
        excess = sum(strata[place].weight * (rates[place] - 1) for place in above)
        # Cut off at both ends, the rates would sum to too much if more is lacking than in
        # excess: then they all have to fall, and those at zero stay there (Bitran and Hax, 1981).
        ends = below if lack > excess else above
        if not ends:
            break
        fixed |= ends
    rates |= fixed
    return sum(
        one.examples * math.log(max(1e-300, 1 - min(1.0, rates[place]) * bends[place]))
        for place, one in enumerate(strata)
    )
