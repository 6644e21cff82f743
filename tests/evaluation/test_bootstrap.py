import numpy as np
import pytest

from chameleonapi.errors import UsageError
from chameleonapi.evaluation.bootstrap import resample
from chameleonapi.evaluation.weights import example_weights


def balanced(strata):
    return example_weights(strata[:, None] == np.unique(strata))


def naive(wrong, weights, strata, resamples, seed):
    """Resample example by example, as the textbook has it."""
    generator = np.random.default_rng(seed)
    drawn = np.zeros((resamples, wrong.shape[1]))
    for row in range(resamples):
        for one in np.unique(strata):
            rows = np.flatnonzero(strata == one)
            picked = generator.choice(rows, len(rows))
            drawn[row] += (weights[picked, None] * wrong[picked]).sum(0)
    return drawn


def test_drawing_sorts_is_drawing_examples():
    generator = np.random.default_rng(3)
    strata = np.repeat([0, 1, 2], [80, 30, 10])
    wrong = generator.random((120, 2)) < [0.3, 0.2]
    weights = balanced(strata)
    fast = resample(wrong, weights, strata, resamples=4000, seed=1).drawn
    slow = naive(wrong, weights, strata, 2000, seed=2)
    np.testing.assert_allclose(fast.mean(0), slow.mean(0), atol=0.006)
    np.testing.assert_allclose(fast.std(0), slow.std(0), rtol=0.08)
    np.testing.assert_allclose(np.corrcoef(fast.T), np.corrcoef(slow.T), atol=0.08)


def test_the_interval_covers_the_true_rate_as_often_as_it_says():
    generator = np.random.default_rng(0)
    sizes, rates = [120, 60, 40], [0.1, 0.3, 0.5]
    strata = np.repeat([0, 1, 2], sizes)
    truth = float(np.mean(rates))
    weights = balanced(strata)
    hits = 0
    for trial in range(400):
        wrong = (generator.random(220) < np.repeat(rates, sizes))[:, None]
        found = resample(wrong, weights, strata, resamples=600, seed=trial).rate(0, 0.95)
        hits += found.low <= truth <= found.high
    # Binomial spread of 400 trials at 0.95 is 0.011: three of them, and the bootstrap's own bias.
    assert 0.905 <= hits / 400 <= 0.985


def test_pairing_narrows_the_interval_of_a_difference():
    generator = np.random.default_rng(1)
    first = generator.random(400) < 0.3
    second = first & (generator.random(400) < 0.8)
    wrong = np.column_stack([first, second])
    strata = np.zeros(400, dtype=int)
    drawn = resample(wrong, np.full(400, 1 / 400), strata, resamples=2000, seed=0)
    paired = drawn.difference(1, 0, 0.95)
    apart = [drawn.rate(one, 0.95) for one in (0, 1)]
    assert paired.high < 0
    assert paired.high - paired.low < 0.7 * sum(one.high - one.low for one in apart)


def test_small_strata_still_spread():
    wrong = np.array([[True], [False], [False], [True]])
    drawn = resample(wrong, np.full(4, 0.25), np.arange(4), resamples=500, seed=0)
    found = drawn.rate(0, 0.95)
    assert found.low < 0.5 < found.high


def test_equal_seeds_draw_alike_and_others_do_not():
    wrong = np.arange(40)[:, None] % 3 == 0
    args = (wrong, np.full(40, 1 / 40), np.zeros(40, dtype=int))
    one, same, other = (resample(*args, resamples=50, seed=seed).drawn for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


@pytest.mark.parametrize(("rows", "resamples"), [(0, 10), (5, 0)])
def test_nothing_to_draw_is_refused(rows, resamples):
    with pytest.raises(UsageError, match=f"{resamples} resamples of {rows} examples"):
        resample(
            np.zeros((rows, 1), dtype=bool),
            np.zeros(rows),
            np.zeros(rows, dtype=int),
            resamples=resamples,
            seed=0,
        )
