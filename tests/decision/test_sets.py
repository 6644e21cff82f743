"""Sets of labels and of numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.decision import Interval, IntervalSet, LabelSet
from chameleonapi.errors import RecordError
from strategies import LABELS, interval_sets, label_sets, labels

points = st.one_of(
    st.sampled_from(
        [
            x
            for s in (0.0, 0.25, 0.5, 0.75, 1.0)
            for x in (s, math.nextafter(s, 9), math.nextafter(s, -9))
        ]
    ),
    st.floats(allow_nan=False),
)


@given(interval_sets(), points)
def test_inverse_is_exact(numbers: IntervalSet, value: float) -> None:
    assert (value in numbers.inverse()) is (value not in numbers)


@given(interval_sets())
def test_inverse_twice_accepts_the_same(numbers: IntervalSet) -> None:
    twice = numbers.inverse().inverse()
    for one in (-1.0, 0.0, 0.1, 0.25, 0.3, 0.5, 0.6, 0.75, 0.8, 1.0, 2.0):
        assert (one in twice) is (one in numbers)


def test_nothing_and_everything_are_inverse() -> None:
    assert IntervalSet(()).inverse() == IntervalSet((Interval(),))
    assert IntervalSet((Interval(),)).inverse() == IntervalSet(())


@pytest.mark.parametrize("odd", [math.nan, "0.5", None, "x"])
def test_a_set_of_numbers_holds_numbers_only(odd: object) -> None:
    assert odd not in IntervalSet((Interval(),))


@given(label_sets, labels)
def test_inverse_of_labels_is_exact(some: LabelSet, label: str) -> None:
    assert (label in some.inverse()) is (label not in some)


@given(label_sets)
def test_within_keeps_the_order_of_the_vocabulary(some: LabelSet) -> None:
    assert list(some.within(LABELS)) == [one for one in LABELS if one in some]


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (math.nan, 1.0), (0.0, math.nan)])
def test_an_interval_runs_upwards(low: float, high: float) -> None:
    with pytest.raises(RecordError, match="must run upwards"):
        Interval(low, high)


def test_shown_as_a_person_writes() -> None:
    assert str(IntervalSet.at_least(0.5)) == ">= 0.5"
    assert str(IntervalSet.at_most(0.5, strictly=True)) == "< 0.5"
    assert str(IntervalSet.between(0.0, 1.0, high_open=True)) == ">= 0 and < 1"
    assert str(Interval(2.0, 2.0)) == "= 2"
    assert str(Interval()) == "any number"
    assert str(IntervalSet(())) == "no number"
    both = IntervalSet((Interval(None, 0.0), Interval(1.0, None, low_open=True)))
    assert str(both) == "<= 0 or > 1"
