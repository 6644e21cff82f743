import math

import pytest

from chameleonapi.evaluation.record import Rate
from chameleonapi.report import numbers

MINUS = "\N{MINUS SIGN}"


def test_rates_and_differences():
    assert numbers.percent(0.0785) == "7.8%"
    assert numbers.percent_span(Rate(0.08, 0.065, 0.094)) == "6.5 to 9.4%"
    assert numbers.points(-0.066) == f"{MINUS}6.6"
    assert numbers.points(0.0004) == "0.0"
    assert numbers.points(-0.0004) == "0.0"
    assert numbers.points_span(Rate(0, -0.01, 0.02)) == f"{MINUS}1.0 to +2.0"
    assert numbers.relative(-0.456) == f"{MINUS}46%"
    assert numbers.relative(0.001) == "0%"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_a_dash(value):
    dash = "\N{EN DASH}"
    shown = (numbers.percent, numbers.points, numbers.relative, numbers.count)
    assert {one(value) for one in shown} == {dash}
    assert numbers.relative(None) == dash
    assert numbers.percent_span(Rate(0.1, value, 0.2)) == "no interval"


def test_counts_and_times():
    assert [numbers.count(one) for one in (0.0, 12.0, 23.5, 12345.0)] == [
        "0",
        "12",
        "23.5",
        "12,345",
    ]
    shown = [numbers.duration(one) for one in (0, 2.1, 48, 300, 7200)]
    assert shown == ["none", "2.1 s", "48 s", "5 min", "2.0 h"]
