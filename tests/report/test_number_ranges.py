import io
import re

import pytest
from rich.console import Console

from chameleonapi.decision import Case, Cases, Compare, DecisionProcess, Kind, Outcome, Span
from chameleonapi.decision.numbers import Field
from chameleonapi.decision.predicates import And, Exists, Not
from chameleonapi.decision.sets import Interval, IntervalSet
from chameleonapi.report.number_ranges import number_ranges
from chameleonapi.report.terminal import decision_panel
from report import samples

SCORE = Field("documentSentiment.score")


def less(value, *, also=False):
    return Compare(SCORE, IntervalSet((Interval(high=value, high_open=not also),)))


def process(cases, default="rest"):
    names = dict.fromkeys([*(outcome for _, outcome in cases), default])
    return DecisionProcess(
        id="app",
        api="google.language.analyze_sentiment",
        call=Span("app.py", 1),
        kind=Kind.VALUE_RANGES,
        rules=Cases(tuple(Case(*one) for one in cases), default),
        outcomes=tuple(Outcome(one) for one in names),
    )


STARS = process([(less(-0.6), "1"), (less(-0.2, also=True), "2"), (less(0.6), "3")], "5")


def test_each_stretch_has_its_outcome():
    ranges = number_ranges(STARS)
    assert (ranges.low, ranges.high) == (-1, 1)
    assert ranges.outcomes == ("1", "2", "3", "5")
    assert ranges.cuts == ((-0.6, True), (-0.2, False), (0.6, True))


@pytest.mark.parametrize("score", [-1, -0.61, -0.6, -0.3, -0.2, -0.19, 0, 0.59, 0.6, 1])
def test_the_line_says_what_the_record_decides(score):
    ranges = number_ranges(STARS)
    at = sum(score >= cut if is_upper else score > cut for cut, is_upper in ranges.cuts)
    answer = {"documentSentiment": {"score": score, "magnitude": 1}}
    assert STARS.decide(answer).id == ranges.outcomes[at]


def test_joins_of_questions_about_one_number_are_one_line():
    between = And((Not(less(-0.5)), less(0.5)))
    ranges = number_ranges(process([(between, "calm")]))
    assert ranges.outcomes == ("rest", "calm", "rest")


def test_what_looks_at_anything_else_has_no_line():
    magnitude = Compare(Field("documentSentiment.magnitude"), IntervalSet.at_least(1))
    assert number_ranges(process([(less(0), "a"), (magnitude, "b")])) is None
    assert number_ranges(samples.smart_bin()) is None
    assert number_ranges(samples.multi_select(3)) is None
    assert (
        number_ranges(
            samples.smart_bin(rules=Cases((Case(Exists("compost"), "compost"),), "trash"))
        )
        is None
    )
    assert number_ranges(process([(less(0), "a")])) is None  # two stretches need no line
    point = Compare(SCORE, IntervalSet((Interval(0.0, 0.0),)))
    assert number_ranges(process([(point, "zero"), (less(0.5), "a")])) is None


def shown(width):
    console = Console(file=io.StringIO(), width=width, legacy_windows=False)
    console.print(decision_panel(STARS))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_the_line_is_drawn_where_there_is_room():
    lines = shown(90)
    at = lines.index("document score")
    scale, bar = lines[at + 1 : at + 3]
    assert scale.split() == ["-1", "-0.6", "-0.2", "0.6", "1"]
    assert bar.strip() == "|--- 1 ---[--- 2 ---]--- 3 ---[--- 5 ---|"
    middles = [(one.start() + one.end()) / 2 for one in re.finditer(r"\S+", scale)][1:-1]
    signs = [i + 0.5 for i, one in enumerate(bar) if one in "[]"]
    assert all(abs(a - b) <= 1 for a, b in zip(middles, signs, strict=True))
    assert "document score" not in shown(40)
