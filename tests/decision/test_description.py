"""A decision in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from chameleonapi import decision as d
from chameleonapi.decision.description import describe, describe_lines, describe_predicate
from strategies import processes

PATH = "labelAnnotations"
DOG = d.Atom("a1", PATH, (d.LabelTest("description", d.LabelSet.of("Dog", "Puppy")),))
SURE = d.Atom(
    "a2",
    PATH,
    (
        d.LabelTest("description", d.LabelSet(frozenset({"Cat"}), complement=True)),
        d.NumberTest(d.Field("score"), d.IntervalSet.at_least(0.5)),
    ),
)
ANY = d.Atom("a3", PATH)
MANY = d.Atom("a4", PATH, (d.LabelTest("mid", d.LabelSet.of(*"abcdefgh")),))
MACHINE = d.Automaton("m1", PATH, ("a1",), ((False,),), ((0,),), ("x",))


def make(predicate: d.Predicate) -> d.DecisionProcess:
    return d.DecisionProcess(
        "p",
        "google.vision.label_detection",
        d.Span("a.py", 7),
        d.Kind.MULTI_CHOICE,
        d.Cases((d.Case(predicate, "yes"),), "no"),
        (d.Outcome("yes", (d.Effect(d.Span("a.py", 9), "print('yes')"),)), d.Outcome("no")),
        (DOG, SURE, ANY, MANY),
        (MACHINE,),
        d.Order.API,
        status=d.Status.PARTIAL,
        gaps=(d.Gap("x", "Something is not known.", d.Span("a.py", 3)),),
        warnings=(d.Notice("y", "Something is odd.", d.Span("a.py", 4)),),
        verification=d.Verification(5000, 0, 7),
    )


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        (d.Always(), "always"),
        (d.Exists("a1"), "some label is Dog / Puppy"),
        (d.Exists("a2"), "some label is anything but Cat with score >= 0.5"),
        (d.Exists("a3"), "some label is anything"),
        (d.Exists("a4"), "some label is mid a / b / c / d / e / f / 2 more"),
        (d.CountAtLeast("a1", 2), "at least 2 labels are Dog / Puppy"),
        (d.LengthAtLeast(PATH, 3), "the list labelAnnotations has at least 3"),
        (d.Not(d.LengthAtLeast(PATH, 1)), "the list labelAnnotations is empty"),
        (d.ElementAt(0, "a1"), "label number 1 is Dog / Puppy"),
        (d.ElementAt(-1, "a1"), "label number 1 from the end is Dog / Puppy"),
        (d.ExistsInTop(3, "a1"), "one of the first 3 is Dog / Puppy"),
        (
            d.ExistsInTop(1, "a1", "score", "a3"),
            "the first by score of those that are anything is Dog / Puppy",
        ),
        (d.FirstAmong("a1", ("a1",)), "the first label that matters is Dog / Puppy"),
        (d.FirstAmong("a1", ("a1",), from_end=True), "the last label that matters is Dog / Puppy"),
        (d.AutomatonGives("m1", "x"), "the sequence reads as 'x' (m1)"),
        (d.Not(d.Exists("a3")), "not (some label is anything)"),
        (
            d.And((d.Exists("a3"), d.Or((d.Always(), d.Exists("a1"))))),
            "some label is anything and (always or some label is Dog / Puppy)",
        ),
        (d.And(()), "always"),
        (d.Or(()), "never"),
        (d.Compare(d.Field("x"), d.IntervalSet(())), "x is impossible"),
        (
            d.Compare(
                d.Arithmetic(
                    "+",
                    d.Aggregate("mean", PATH, d.Field("score"), "a1"),
                    d.Function("abs", (d.ElementValue(PATH, 0, d.Constant(2.0)),)),
                ),
                d.IntervalSet.at_most(1.0),
            ),
            (
                "(mean of score over the list labelAnnotations where Dog / Puppy + "
                "abs(2 of the list labelAnnotations[0])) <= 1"
            ),
        ),
        (
            d.Compare(d.Aggregate("count", PATH), d.IntervalSet.at_least(2.0)),
            "count over the list labelAnnotations >= 2",
        ),
    ],
)
def test_predicates_in_words(predicate: d.Predicate, words: str) -> None:
    assert describe_predicate(make(predicate), predicate) == words


def test_a_field_beside_the_label_is_named() -> None:
    atom = d.Atom("a1", "safeSearchAnnotation", (d.LabelTest("adult", d.LabelSet.of("LIKELY")),))
    process = d.DecisionProcess(
        "p",
        "google.vision.safe_search_detection",
        d.Span("a.py", 7),
        d.Kind.VALUE_RANGES,
        d.Cases((d.Case(d.Exists("a1"), "yes"),), "no"),
        (d.Outcome("yes"), d.Outcome("no")),
        (atom,),
    )
    assert describe(process)[0].when == "adult LIKELY"


def test_the_lines_of_a_decision() -> None:
    assert describe_lines(make(d.Exists("a1"))) == [
        "a.py:7  google.vision.label_detection  one of several, the first match in the answer wins [partial]",
        "  yes  some label is Dog / Puppy  -> print('yes')  (a.py:9)",
        "  no   otherwise",
        "  warning: a.py:4: Something is odd.",
        "  open: a.py:3: Something is not known.",
        "  agrees with the source on all of 5,000 random answers",
    ]


def test_what_always_happens() -> None:
    process = make(d.Always()).with_(rules=d.Cases((), "no"))
    assert [one.when for one in describe(process)] == ["always"]


def test_no_labels_are_nothing() -> None:
    nothing = d.Atom("a1", PATH, (d.LabelTest("description", d.LabelSet.of()),))
    process = make(d.Exists("a1")).with_(atoms=(nothing, SURE, ANY, MANY))
    assert describe(process)[0].when == "some label is nothing"


@settings(max_examples=60)
@given(processes())
def test_every_process_has_words(process: d.DecisionProcess) -> None:
    lines = describe_lines(process.with_(verification=d.Verification(10, 2, 1)))
    assert lines[-1] == "  differs on 2 of 10 random answers"
    rows = describe(process)
    extra = 1 if isinstance(process.rules, d.Cases) else 0
    assert (
        len(rows)
        == len(getattr(process.rules, "cases", getattr(process.rules, "flags", ()))) + extra
    )
