import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.decision.interpreter import apply_function, apply_operator
from chameleonapi.decision.numbers import OPERATORS
from chameleonapi.losses import pointwise
from chameleonapi.losses.pointwise import Pointwise
from chameleonapi.losses.score_sets import LogitSet, contains, score_logit, solve_test
from chameleonapi.losses.smooth import FAR
from losses.decisions import SCORE

READER = Pointwise("score", 1.0)
PERCENT = Pointwise("score", 100.0)


def test_a_plain_score_is_solved_exactly():
    assert solve_test(SCORE, d.IntervalSet.at_least(0.5), READER) == LogitSet(((0.0, math.inf),))
    half = solve_test(SCORE, d.IntervalSet.between(25.0, 50.0), PERCENT)
    assert half.stretches[0] == pytest.approx((math.log(1 / 3), 0.0))


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        (d.IntervalSet.at_least(0.0), LogitSet()),
        (d.IntervalSet.at_most(1.0), LogitSet()),
        (d.IntervalSet.at_least(70.0), LogitSet(())),  # percent meant, fraction served
        (d.IntervalSet.at_least(1.0, strictly=True), LogitSet(())),
        (d.IntervalSet.at_least(1.0), LogitSet(((FAR, math.inf),))),
        (d.IntervalSet.at_most(-0.5), LogitSet(())),
        (d.IntervalSet.at_most(0.0, strictly=True), LogitSet(())),
        (d.IntervalSet(()), LogitSet(())),
        (d.IntervalSet.between(0.5, 0.5), LogitSet(())),  # a single score has no width
    ],
)
def test_ends_of_the_score_range(accepts, expected):
    assert solve_test(SCORE, accepts, READER) == expected


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(
        [
            d.Arithmetic("*", SCORE, d.Constant(100.0)),
            d.Arithmetic("-", d.Constant(1.0), SCORE),
            d.Function("round", (SCORE, d.Constant(1.0))),
            d.Function("trunc", (d.Arithmetic("*", SCORE, d.Constant(4.0)),)),
            d.Function("round", (d.Arithmetic("*", SCORE, d.Constant(10.0)),)),
            d.Arithmetic("%", d.Arithmetic("*", SCORE, d.Constant(10.0)), d.Constant(3.0)),
            d.Arithmetic("**", SCORE, d.Constant(2.0)),
            d.Function("abs", (d.Arithmetic("-", SCORE, d.Constant(0.5)),)),
            d.Function("sqrt", (d.Arithmetic("-", SCORE, d.Constant(0.3)),)),
            d.Function("exp", (SCORE,)),
            d.Function("min", (SCORE, d.Constant(0.6))),
            d.Constant(0.5),
            d.Constant(3.0),
        ]
    ),
    st.sampled_from([0.04, 0.35, 0.5, 1.5, 7.0]),
    st.floats(0.001, 0.999),
)
def test_functions_of_the_score_are_solved(value, end, score):
    accepts = d.IntervalSet((d.Interval(end, 2 * end),))
    found = solve_test(value, accepts, READER)
    logit = score_logit(score)
    if any(abs(logit - one) < 1e-6 for one in found.ends):
        return
    exact = bool(contains(accepts, READER.value(value, torch.tensor([score], dtype=torch.float64))))
    assert (logit in found) is exact


def test_the_margin_is_the_distance_to_the_nearest_end():
    two = LogitSet(((-math.inf, -1.0), (0.5, 2.0)))
    logits = torch.tensor([-3.0, -1.0, 0.0, 1.0, 5.0])
    assert two.margin(logits).tolist() == [2.0, 0.0, -0.5, 0.5, -3.0]
    assert LogitSet().margin(logits).tolist() == [FAR] * 5
    assert LogitSet(()).margin(logits).tolist() == [-FAR] * 5


def test_intersections():
    one, other = LogitSet(((-1.0, 1.0), (2.0, math.inf))), LogitSet(((0.0, 3.0),))
    assert one.intersect(other) == LogitSet(((0.0, 1.0), (2.0, 3.0)))
    assert one.intersect(LogitSet(((1.5, 1.8),))) == LogitSet(())
    assert one.ends == (-1.0, 1.0, 2.0)
    assert other.low == 0.0
    assert not other.is_upward
    assert LogitSet(((1.0, math.inf),)).is_upward


def test_scores_at_the_ends_have_finite_logits():
    assert [score_logit(one) for one in (-1.0, 0.0, 0.5, 1.0)] == [-FAR, -FAR, 0.0, FAR]


@settings(deadline=None)
@given(st.floats(-2, 2, width=16), st.floats(-2, 2, width=16))
def test_tensor_arithmetic_is_the_interpreters(left, right):
    a, b = torch.tensor([left], dtype=torch.float64), torch.tensor([right], dtype=torch.float64)
    for operator in OPERATORS:
        expected = apply_operator(operator, left, right)
        found = float(pointwise.apply_operator(operator, a, b))
        assert _same(found, expected), operator
    for name in ("abs", "neg", "round", "floor", "ceil", "sqrt", "log", "exp"):
        expected = apply_function(name, [left])
        assert _same(float(pointwise.apply_function(name, [a])), expected), name
    for name in ("min", "max"):
        assert float(pointwise.apply_function(name, [a, b])) == apply_function(name, [left, right])


def _same(found, expected):
    if expected is None or not math.isfinite(expected):
        return not math.isfinite(found)
    return found == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_only_numbers_of_one_element_are_read():
    with pytest.raises(TypeError, match="Aggregate is no number of one element"):
        READER.value(d.Aggregate("count", "labelAnnotations"), torch.zeros(1))
