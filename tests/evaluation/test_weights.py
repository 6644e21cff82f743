import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.errors import DataError
from chameleonapi.evaluation.weights import acceptable_matrix, example_weights, outcome_weights

matrices = st.lists(
    st.sets(st.sampled_from("abcd"), min_size=1).map(frozenset), min_size=1, max_size=30
)


def test_one_outcome_counts_as_much_as_another():
    matrix = acceptable_matrix([frozenset("a")] * 9 + [frozenset("b")], "ab")
    weights = example_weights(matrix)
    assert weights[:9].sum() == pytest.approx(0.5)
    assert weights[9] == pytest.approx(0.5)


def test_an_example_with_two_right_outcomes_counts_half_for_each():
    acceptable = [frozenset("a"), frozenset("ab"), frozenset("b"), frozenset("b")]
    matrix = acceptable_matrix(acceptable, "ab")
    assert outcome_weights(matrix).tolist() == [1.5, 2.5]
    # By hand: (rate among a + rate among b) / 2 with only the shared example wrong.
    assert example_weights(matrix)[1] == pytest.approx((0.5 / 1.5 + 0.5 / 2.5) / 2)


@given(matrices)
def test_weights_sum_to_one(acceptable):
    matrix = acceptable_matrix(acceptable, "abcd")
    assert example_weights(matrix).sum() == pytest.approx(1)
    assert outcome_weights(matrix).sum() == pytest.approx(len(acceptable))


@given(matrices, st.randoms(use_true_random=False))
def test_the_weighted_mean_is_the_mean_over_outcomes(acceptable, random):
    matrix = acceptable_matrix(acceptable, "abcd")
    wrong = np.array([random.random() < 0.5 for _ in acceptable])
    rates = []
    for outcome in "abcd":
        shares = np.array([(outcome in one) / len(one) for one in acceptable])
        if shares.sum():
            rates.append((shares * wrong).sum() / shares.sum())
    assert example_weights(matrix) @ wrong == pytest.approx(np.mean(rates))


@pytest.mark.parametrize("matrix", [np.zeros((0, 2), dtype=bool), np.zeros((3, 2), dtype=bool)])
def test_examples_without_a_right_outcome_are_refused(matrix):
    with pytest.raises(DataError, match="no outcome is right"):
        outcome_weights(matrix)
