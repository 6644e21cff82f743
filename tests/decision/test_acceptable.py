"""``acceptable`` is what the permutations of perfect answers reach, no more and no less."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.errors import UnsupportedError
from strategies import LABELS, OUTSIDE, processes, truths

NOWHERE = "Unheard of"


def perfect(
    labels: tuple[str, ...], extra: tuple[dict[str, Any], ...] = ()
) -> list[dict[str, Any]]:
    return [{"description": one, "score": 1.0, "topicality": 1.0} for one in labels] + list(extra)


def reached(process: d.DecisionProcess, rows: list[dict[str, Any]], most: int | None) -> set[str]:
    found = set()
    for order in itertools.permutations(rows):
        found.add(process.decide({"labelAnnotations": list(order)[:most]}).id)
    return found


@settings(max_examples=80, deadline=None)
@given(processes(is_bare=True), truths(closed=True))
def test_all_orders_of_the_true_labels(process: d.DecisionProcess, truth: d.Truth) -> None:
    expected = reached(process, perfect(truth.present), process.max_results)
    assert process.acceptable(truth) == expected


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 3).flatmap(lambda n: processes(max_results=n, is_bare=True)),
    truths(closed=True, most=5),
)
def test_an_answer_is_cut_at_its_length(process: d.DecisionProcess, truth: d.Truth) -> None:
    assert process.acceptable(truth) == reached(
        process, perfect(truth.present), process.max_results
    )


def test_a_label_that_nothing_reads_takes_the_place_of_one_that_is_read() -> None:
    atom = d.Atom("cat", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("Cat")),))
    process = d.DecisionProcess(
        id="one",
        api="google.vision.label_detection",
        call=d.Span("app.py", 1, 0, 1, 1),
        kind=d.Kind.TRUE_FALSE,
        order=None,
        rules=d.Cases((d.Case(d.Exists("cat"), "yes"),), "no"),
        outcomes=(d.Outcome("yes"), d.Outcome("no")),
        atoms=(atom,),
        request=d.RequestShape(max_results=1),
    )
    assert process.acceptable(d.Truth.of(["Cat"])) == {"yes"}
    assert process.acceptable(d.Truth.of(["Cat", "Sofa"])) == {"yes", "no"}


@settings(max_examples=40, deadline=None)
@given(processes(is_bare=True), truths(closed=False, most=2))
def test_unknown_labels_may_be_there_or_not(process: d.DecisionProcess, truth: d.Truth) -> None:
    known = {*truth.present, *truth.absent}
    named = {one for atom in process.atoms for s in atom.label_sets() for one in s.labels}
    unknown = sorted(named - known)[:3]
    truth = d.Truth.of(
        truth.present, {*truth.absent, *(named - known - set(unknown))}, closed=False
    )
    expected = set()
    for size in range(len(unknown) + 1):
        for some in itertools.combinations(unknown, size):
            for outside in ((), (NOWHERE,)):
                rows = perfect((*truth.present, *some, *outside))
                if len(rows) <= 5:
                    expected |= reached(process, rows, process.max_results)
    assert expected <= process.acceptable(truth)


@settings(max_examples=40, deadline=None)
@given(
    processes(is_bare=True),
    st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from((0.25, 0.75))), max_size=3),
)
def test_elements_given_in_full(process: d.DecisionProcess, rows: list[tuple[str, float]]) -> None:
    truth = d.Truth(
        elements=tuple(
            d.TrueElement("labelAnnotations", (("description", label), ("score", score)))
            for label, score in rows
        )
    )
    made = [{"description": label, "score": score} for label, score in rows]
    assert process.acceptable(truth) == reached(process, made, process.max_results)


def simple(
    predicate: d.Predicate, *accepts: str, api: str = "google.vision.label_detection"
) -> d.DecisionProcess:
    atoms = (
        d.Atom("a1", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of(*accepts)),)),
    )
    return d.DecisionProcess(
        "p",
        api,
        d.Span("a.py", 1),
        d.Kind.TRUE_FALSE,
        d.Cases((d.Case(predicate, "yes"),), "no"),
        (d.Outcome("yes"), d.Outcome("no")),
        atoms,
    )


def test_a_label_verified_absent_is_not_there() -> None:
    process = simple(d.Exists("a1"), "Dog")
    assert process.acceptable(d.Truth.of(["Cat"], ["Dog"], closed=False)) == {"no"}
    assert process.acceptable(d.Truth.of(["Cat"], [], closed=False)) == {"yes", "no"}
    assert process.acceptable(d.Truth.of(["Dog"], [], closed=False)) == {"yes"}


def test_a_critical_error_is_an_answer_with_another_outcome() -> None:
    process = simple(d.Exists("a1"), "Dog")
    truth = d.Truth.of(["Dog"])
    assert process.is_critical({"labelAnnotations": []}, truth)
    assert not process.is_critical({"labelAnnotations": [{"description": "Dog"}]}, truth)


def test_fields_of_the_answer_are_read() -> None:
    positive = d.Compare(d.Field("documentSentiment.score"), d.IntervalSet.at_least(0.25))
    rules = d.Cases((d.Case(positive, "good"),), "bad")
    process = d.DecisionProcess(
        "p",
        "google.language.analyze_sentiment",
        d.Span("a.py", 1),
        d.Kind.VALUE_RANGES,
        rules,
        (d.Outcome("good"), d.Outcome("bad")),
    )
    assert process.acceptable(d.Truth(fields=(("documentSentiment.score", 0.5),))) == {"good"}
    assert process.acceptable(d.Truth(fields=(("documentSentiment.score", 0.1),))) == {"bad"}
    assert process.acceptable(d.Truth()) == {"bad"}


def test_too_many_possibilities_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chameleonapi.decision.acceptable._MAX_STATES", 0)
    process = simple(d.FirstAmong("a1", ("a1",)), "Dog")
    with pytest.raises(UnsupportedError, match="more than 0 possibilities"):
        process.acceptable(d.Truth.of(["Dog", "Cat", "Egg"], closed=False))


def test_what_was_asked_before_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    process = simple(d.Exists("a1"), "Dog")
    truth = d.Truth.of(["Dog"])
    first = process.acceptable(truth)
    monkeypatch.setattr("chameleonapi.decision.acceptable.Acceptor._search", None)
    assert process.acceptable(truth) is first
    with pytest.raises(TypeError):
        process.acceptable(d.Truth.of([OUTSIDE]))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chameleonapi.decision.acceptable._MAX_STATES", 2)
    process = simple(d.Exists("a1"), "Dog")
    for labels in (["Dog"], ["Cat"], ["Egg"], ["Fish"]):
        process.acceptable(d.Truth.of(labels))
    assert len(process._acceptor._remembered) <= 2
