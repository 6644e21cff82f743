"""``decide`` against a second, naive reading of the record."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings

from chameleonapi import decision as d
from chameleonapi.decision.interpreter import Interpreter, apply_function, apply_operator
from chameleonapi.errors import AnswerError
from strategies import answers, processes


class Naive:
    """A reading over explicit lists of rows, written without looking at the interpreter."""

    def __init__(self, process: d.DecisionProcess, answer: dict[str, Any]) -> None:
        self.process = process
        self.rows = [
            {"description": row["description"], "score": row.get("score", 0.0)}
            for row in answer.get("labelAnnotations", [])
        ]

    def number(self, term: d.Number, row: dict[str, Any] | None) -> float:
        """Undefined is not-a-number here, which no interval holds and which spreads by itself."""
        if isinstance(term, d.Constant):
            return term.value
        if isinstance(term, d.Field):
            return float(row[term.path]) if row is not None else math.nan
        if isinstance(term, d.ElementValue):
            inside = -len(self.rows) <= term.index < len(self.rows)
            return self.number(term.value, self.rows[term.index]) if inside else math.nan
        if isinstance(term, d.Aggregate):
            return self.aggregate(term)
        if isinstance(term, d.Arithmetic):
            a, b = self.number(term.left, row), self.number(term.right, row)
            if math.isnan(a) or math.isnan(b):
                return math.nan
            if term.operator == "/" and b == 0:
                return math.nan
            return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else math.nan}[
                term.operator
            ]
        (x,) = (self.number(one, row) for one in term.arguments)
        if math.isnan(x) or (term.name == "sqrt" and x < 0):
            return math.nan
        return float(
            {
                "abs": abs,
                "neg": lambda v: -v,
                "round": lambda v: round(v, 0),
                "floor": math.floor,
                "ceil": math.ceil,
                "sqrt": math.sqrt,
            }[term.name](x)
        )

    def aggregate(self, term: d.Aggregate) -> float:
        rows = [row for row in self.rows if term.where is None or self.is_(row, term.where)]
        if term.how == "count":
            return float(len(rows))
        assert term.value is not None
        values = [v for v in (self.number(term.value, row) for row in rows) if not math.isnan(v)]
        if term.how == "sum":
            return float(sum(values))
        if not values:
            return math.nan
        if term.how == "mean":
            return sum(values) / len(values)
        if term.how in {"max", "min"}:
            return (max if term.how == "max" else min)(values)
        return values[0 if term.how == "first" else -1]

    def is_(self, row: dict[str, Any], name: str) -> bool:
        for test in self.process.atom(name).tests:
            if isinstance(test, d.LabelTest):
                if row["description"] not in test.accepts:
                    return False
            elif self.number(test.value, row) not in test.accepts:
                return False
        return True

    def holds(self, p: d.Predicate) -> bool:
        hits = lambda name, rows=self.rows: [self.is_(row, name) for row in rows]  # noqa: E731
        if isinstance(p, d.Always):
            return True
        if isinstance(p, d.Not):
            return not self.holds(p.operand)
        if isinstance(p, d.And):
            return False not in [self.holds(one) for one in p.operands]
        if isinstance(p, d.Or):
            return True in [self.holds(one) for one in p.operands]
        if isinstance(p, d.Exists):
            return True in hits(p.atom)
        if isinstance(p, d.CountAtLeast):
            return hits(p.atom).count(True) >= p.count
        if isinstance(p, d.LengthAtLeast):
            return len(self.rows) >= p.count
        if isinstance(p, d.ElementAt):
            try:
                return hits(p.atom)[p.index]
            except IndexError:
                return False
        if isinstance(p, d.ExistsInTop):
            rows = [row for row in self.rows if p.among is None or self.is_(row, p.among)]
            if p.by is not None:
                order = sorted(range(len(rows)), key=lambda i: (-rows[i][p.by], i))
                rows = [rows[i] for i in order]
            return True in hits(p.atom, rows[: p.count])
        if isinstance(p, d.FirstAmong):
            rows = [row for row in self.rows if any(self.is_(row, one) for one in p.among)]
            return bool(rows) and self.is_(rows[-1 if p.from_end else 0], p.atom)
        if isinstance(p, d.Compare):
            return self.number(p.value, None) in p.accepts
        automaton = self.process.automaton(p.automaton)
        state = 0
        for row in self.rows:
            values = tuple(self.is_(row, one) for one in automaton.atoms)
            letter = list(automaton.classes).index(values) if values in automaton.classes else 0
            state = automaton.transitions[state][letter]
        return automaton.outputs[state] == p.output

    def outcome(self) -> str:
        rules = self.process.rules
        if isinstance(rules, d.Flags):
            return "+".join(f.outcome for f in rules.flags if self.holds(f.predicate)) or "none"
        return next((c.outcome for c in rules.cases if self.holds(c.predicate)), rules.default)


@settings(max_examples=150)
@given(processes(is_bare=True), answers())
def test_decides_like_a_naive_reading(process: d.DecisionProcess, answer: dict[str, Any]) -> None:
    assert process.decide(answer).id == Naive(process, answer).outcome()


def process_of(
    rules: d.Rules, atoms: tuple[d.Atom, ...] = (), api: str = "google.vision.label_detection"
) -> d.DecisionProcess:
    targets = (
        {*(one.outcome for one in rules.cases), rules.default}
        if isinstance(rules, d.Cases)
        else {one.outcome for one in rules.flags}
    )
    return d.DecisionProcess(
        "p",
        api,
        d.Span("a.py", 1),
        d.Kind.GENERAL,
        rules,
        tuple(d.Outcome(one) for one in sorted(targets)),
        atoms,
    )


def yes_if(
    predicate: d.Predicate, *atoms: d.Atom, api: str = "google.vision.label_detection"
) -> d.DecisionProcess:
    return process_of(d.Cases((d.Case(predicate, "yes"),), "no"), atoms, api)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"adult": "LIKELY"}, "yes"),
        ({"adult": 4}, "yes"),
        ({"adult": 99}, "no"),
        ({"adult": -1}, "no"),
        ({"adult": "POSSIBLE"}, "no"),
        ({}, "no"),
        ({"adult": []}, "no"),
    ],
)
def test_enumerations_come_as_names_or_numbers(row: dict[str, Any], expected: str) -> None:
    atom = d.Atom("a1", "safeSearchAnnotation", (d.LabelTest("adult", d.LabelSet.of("LIKELY")),))
    process = yes_if(d.Exists("a1"), atom, api="google.vision.safe_search_detection")
    assert process.decide({"safeSearchAnnotation": row}).id == expected


def test_an_enumeration_counts_by_its_position() -> None:
    test = d.NumberTest(d.Field("adult"), d.IntervalSet.at_least(4.0))
    atom = d.Atom("a1", "safeSearchAnnotation", (test,))
    process = yes_if(d.Exists("a1"), atom, api="google.vision.safe_search_detection")
    assert process.decide({"safeSearchAnnotation": {"adult": "VERY_LIKELY"}}).id == "yes"
    assert process.decide({"safeSearchAnnotation": {"adult": "POSSIBLE"}}).id == "no"
    assert process.decide({"safeSearchAnnotation": {}}).id == "no"


def test_flags_are_booleans_in_the_answer() -> None:
    atom = d.Atom("a1", "FaceDetails", (d.LabelTest("Smile.Value", d.LabelSet.of("true")),))
    process = yes_if(d.Exists("a1"), atom, api="aws.rekognition.detect_faces")
    assert process.decide({"FaceDetails": [{"Smile": {"Value": True}}]}).id == "yes"
    assert process.decide({"FaceDetails": [{"Smile": {"Value": False}}, {}]}).id == "no"
    number = d.NumberTest(d.Field("Smile.Value"), d.IntervalSet.at_least(1.0))
    counted = yes_if(
        d.Exists("a1"), d.Atom("a1", "FaceDetails", (number,)), api="aws.rekognition.detect_faces"
    )
    assert counted.decide({"FaceDetails": [{"Smile": {"Value": True}}]}).id == "yes"


def test_one_of_the_texts_of_a_list_is_enough() -> None:
    atom = d.Atom("a1", "Labels", (d.LabelTest("Parents.*.Name", d.LabelSet.of("Animal")),))
    process = yes_if(d.Exists("a1"), atom, api="aws.rekognition.detect_labels")
    assert (
        process.decide({"Labels": [{"Parents": [{"Name": "Pet"}, {"Name": "Animal"}]}]}).id == "yes"
    )
    assert process.decide({"Labels": [{"Parents": []}, {}]}).id == "no"


def test_a_field_of_the_whole_answer_has_its_default() -> None:
    low = d.Compare(d.Field("documentSentiment.score"), d.IntervalSet.at_most(0.0))
    process = yes_if(low, api="google.language.analyze_sentiment")
    assert process.decide({}).id == "yes"
    assert process.decide({"documentSentiment": {"score": 0.5}}).id == "no"
    other = yes_if(
        d.Compare(d.Field("language"), d.IntervalSet((d.Interval(),))),
        api="google.language.analyze_sentiment",
    )
    assert other.decide({"language": "de"}).id == "no", "a text is no number"


@pytest.mark.parametrize("answer", [None, [], "x", 3])
def test_an_answer_is_an_object(answer: object) -> None:
    with pytest.raises(AnswerError, match="must be a JSON object"):
        yes_if(d.Always()).decide(answer)


def test_an_answer_has_lists_where_the_provider_has_them() -> None:
    process = yes_if(d.LengthAtLeast("labelAnnotations", 1))
    with pytest.raises(AnswerError, match="'labelAnnotations' must be a list"):
        process.decide({"labelAnnotations": 3})


def test_arithmetic_is_undefined_where_python_raises() -> None:
    assert apply_operator("/", 1.0, 0.0) is None
    assert apply_operator("%", 1.0, 0.0) is None
    assert apply_operator("//", 7.0, 2.0) == 3.0
    assert apply_operator("%", 7.0, 4.0) == 3.0
    assert apply_operator("**", 2.0, 3.0) == 8.0
    assert apply_operator("**", -1.0, 0.5) is None, "a complex number is no value"
    assert apply_operator("**", 1e300, 9.0) is None
    assert apply_operator("-", math.inf, math.inf) is None
    assert apply_function("log", [0.0]) is None
    assert apply_function("log", [math.e]) == 1.0
    assert apply_function("exp", [0.0]) == 1.0
    assert apply_function("round", [0.125, 2.0]) == 0.12
    assert apply_function("min", [3.0, 2.0]) == 2.0
    assert apply_function("max", [3.0, 2.0]) == 3.0
    assert apply_function("abs", [1.0, 2.0]) is None


def test_a_function_of_something_undefined_is_undefined() -> None:
    nothing = d.ElementValue("labelAnnotations", 0, d.Field("score"))
    everything = d.IntervalSet((d.Interval(),))
    process = yes_if(d.Compare(d.Function("max", (d.Constant(1.0), nothing)), everything))
    assert process.decide({}).id == "no"
    assert process.decide({"labelAnnotations": [{"score": 0.5}]}).id == "yes"


def test_an_aggregate_without_a_value_is_undefined() -> None:
    spec = yes_if(d.Always()).spec
    reader = Interpreter(spec, {}, {}, {"labelAnnotations": [{"score": 0.5}]})
    assert reader.number(d.Aggregate("max", "labelAnnotations"), None, "") is None
