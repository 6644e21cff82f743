import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.errors import DataError
from chameleonapi.evaluation import calibrate


def draw(count, claim, seed=0):
    """Draw decisions with margins from 0 to 4 that are right as often as ``claim`` of them."""
    generator = random.Random(seed)
    margins = [4 * generator.random() for _ in range(count)]
    wrong = [generator.random() > claim(1 / (1 + math.exp(-one))) for one in margins]
    return margins, wrong


def test_margins_that_keep_what_they_claim_have_next_to_no_error():
    found = calibrate(*draw(20_000, lambda claimed: claimed))
    assert found.error < 0.015
    assert [one.examples for one in found.bins] == [2000] * 10
    assert all(one.low <= one.high for one in found.bins)
    assert found.bins[0].claimed < found.bins[-1].claimed


def test_margins_that_claim_too_much_have_the_error_that_they_have():
    found = calibrate(*draw(20_000, lambda claimed: claimed - 0.2))
    assert found.error == pytest.approx(0.2, abs=0.015)
    assert all(one.right < one.claimed for one in found.bins)


def test_by_hand():
    found = calibrate([0.0, 0.0, 800.0, 800.0], [True, False, False, True], bins=2)
    assert [(one.claimed, one.right) for one in found.bins] == [(0.5, 0.5), (1.0, 0.5)]
    assert found.error == pytest.approx(0.25)


def test_equal_margins_stay_together():
    found = calibrate([1.0] * 99 + [2.0], [False] * 100, bins=10)
    assert [one.examples for one in found.bins] == [99, 1]


@given(
    st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=1, max_size=60),
    st.integers(1, 12),
)
def test_every_decision_is_in_one_bin(rows, bins):
    margins, wrong = zip(*rows, strict=True)
    found = calibrate(margins, wrong, bins=bins)
    assert sum(one.examples for one in found.bins) == len(rows)
    right = sum(one.right * one.examples for one in found.bins)
    assert right == pytest.approx(len(rows) - sum(wrong))
    assert 0 <= found.error <= 1
    edges = [edge for one in found.bins for edge in (one.low, one.high)]
    assert edges == sorted(edges)


def test_nothing_is_refused():
    with pytest.raises(DataError, match="0 margins for 1 decisions"):
        calibrate([], [True])
