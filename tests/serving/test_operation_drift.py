import math
import random
from collections import Counter

import pytest

from chameleonapi.serving.operation.drift import (
    OTHER_OUTCOME,
    DecisionMix,
    _chi_square_bound,
    compare,
)


def feed(mix, draw, number):
    for _ in range(number):
        mix.add(draw())


def test_there_is_no_drift_before_both_windows_are_full():
    mix = DecisionMix(window=10)
    feed(mix, lambda: "yes", 19)
    assert mix.drift is None
    mix.add("yes")
    assert mix.drift.distance == 0
    assert not mix.drift.is_alarm


@pytest.mark.parametrize("seed", range(5))
def test_chance_alone_is_no_alarm(seed):
    chance = random.Random(seed)
    mix = DecisionMix()
    draw = lambda: chance.choices(["a", "b", "c"], [6, 3, 1])[0]  # noqa: E731
    feed(mix, draw, 1000)
    for _ in range(2000):
        mix.add(draw())
        assert not mix.drift.is_alarm


def test_another_mix_is_an_alarm_and_a_publication_ends_it():
    chance = random.Random(1)
    mix = DecisionMix()
    feed(mix, lambda: chance.choices(["a", "b"], [8, 2])[0], 1000)
    assert not mix.drift.is_alarm
    feed(mix, lambda: chance.choices(["a", "b"], [5, 5])[0], 500)
    assert mix.drift.is_alarm
    assert mix.drift.distance == pytest.approx(0.3, abs=0.08)
    mix.begin_anew()
    assert mix.drift is None
    assert mix.total.total() == 1500


def test_a_difference_too_small_to_matter_is_no_alarm():
    before, now = Counter(a=50_000, b=50_000), Counter(a=55_000, b=45_000)
    assert compare(before, now).distance == pytest.approx(0.05)
    assert not compare(before, now).is_alarm


def test_an_outcome_that_was_never_seen_before_counts():
    assert compare(Counter(a=500), Counter(a=350, new=150)).is_alarm


@pytest.mark.parametrize("freedom", [2, 4, 10, 64])
def test_the_bound_is_exceeded_by_chance_about_once_in_a_million(freedom):
    """The tail of the chi-square distribution has a closed form for even degrees of freedom."""
    half = _chi_square_bound(freedom) / 2
    tail = math.exp(-half) * sum(half**k / math.factorial(k) for k in range(freedom // 2))
    assert 2e-7 < tail < 3e-6


def test_the_bound_of_two_outcomes_errs_on_the_side_of_silence():
    tail = math.erfc(math.sqrt(_chi_square_bound(1) / 2))
    assert 1e-7 < tail < 3e-6


def test_outcomes_are_bounded():
    mix = DecisionMix(window=50)
    feed(mix, iter(str(one) for one in range(1000)).__next__, 1000)
    assert len(mix.total) == 65
    assert mix.total[OTHER_OUTCOME] == 1000 - 64
