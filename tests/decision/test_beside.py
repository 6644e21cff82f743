"""Decisions on the answers of several calls about one input."""

from __future__ import annotations

import pytest

from chameleonapi import decision as d
from chameleonapi.apis import answer_keys, are_separate, get_api, iter_apis, joint_spec, own_part
from chameleonapi.errors import AnswerError, RecordError, UnsupportedError

LABELS, SAFE = "google.vision.label_detection", "google.vision.safe_search_detection"
TEXT = "google.vision.text_detection"
DOG = d.Atom("dog", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("Dog")),))
ADULT = d.Atom(
    "adult", "safeSearchAnnotation", (d.LabelTest("adult", d.LabelSet.of("LIKELY", "VERY_LIKELY")),)
)
USUAL = d.Beside(SAFE, d.Span("app.py", 9), {"safeSearchAnnotation": {"adult": "UNLIKELY"}})


def process(*cases: d.Case, default: str = "other", **more: object) -> d.DecisionProcess:
    rules = d.Cases(cases or RULES, default)
    names = dict.fromkeys([*(one.outcome for one in rules.cases), default])
    made = d.DecisionProcess(
        "app",
        LABELS,
        d.Span("app.py", 8),
        d.Kind.TRUE_FALSE,
        rules,
        tuple(d.Outcome(one) for one in names),
        (DOG, ADULT),
        beside=(USUAL,),
    )
    return made.with_(**more)


RULES = (d.Case(d.Exists("adult"), "reject"), d.Case(d.Exists("dog"), "pet"))
PET = {"labelAnnotations": [{"description": "Dog", "score": 0.9}]}
ADULT_ANSWER = {"safeSearchAnnotation": {"adult": "VERY_LIKELY"}}


def test_the_other_answer_comes_beside_inside_or_is_taken_as_usual() -> None:
    app = process()
    assert app.decide(PET).id == "pet"
    assert app.decide(PET, {SAFE: ADULT_ANSWER}).id == "reject"
    assert app.decide({**PET, **ADULT_ANSWER}).id == "reject"
    assert app.decide({**PET, **ADULT_ANSWER}, {SAFE: {}}).id == "reject"
    assert app.decide({}, {SAFE: {}}).id == "other"


def test_only_its_own_part_of_another_answer_counts() -> None:
    assert process().decide({"labelAnnotations": []}, {SAFE: PET}).id == "other"


def test_an_answer_that_nobody_asks_for_is_refused() -> None:
    with pytest.raises(AnswerError, match=r"does not read an answer of google\.vision\.text"):
        process().decide(PET, {TEXT: {}})


def test_each_api_stands_once() -> None:
    with pytest.raises(RecordError, match="two answers of one API"):
        process(beside=(USUAL, USUAL))
    with pytest.raises(RecordError, match="two answers of one API"):
        process(beside=(d.Beside(LABELS, d.Span("app.py", 1)),))


def test_the_record_keeps_it() -> None:
    app = process()
    again = d.DecisionProcess.from_json(app.to_json())
    assert again == app
    assert again.beside[0].answer == USUAL.answer
    assert again.digest == app.digest
    assert app.digest != app.with_(beside=()).digest
    wrong = app.to_json()
    wrong["beside"][0]["api"] = "nobody.knows"
    with pytest.raises(RecordError, match=r"unknown API 'nobody\.knows'"):
        d.DecisionProcess.from_json(wrong)


def test_alone_it_decides_as_with_the_usual_answer() -> None:
    alone = process().alone()
    assert not alone.beside
    assert [one.id for one in alone.atoms] == ["dog"]
    assert alone.rules == d.Cases((d.Case(d.Exists("dog"), "pet"),), "other")
    for answer in (PET, {"labelAnnotations": []}):
        assert alone.decide(answer).id == process().decide(answer).id
    assert process().alone({SAFE: ADULT_ANSWER}).rules == d.Cases((), "reject")


def test_alone_reduces_and_or_and_not() -> None:
    mixed = process(
        d.Case(d.And((d.Not(d.Exists("adult")), d.Exists("dog"))), "pet"),
        d.Case(d.Or((d.Exists("adult"), d.Not(d.Exists("dog")))), "none"),
    )
    assert mixed.alone().rules == d.Cases(
        (d.Case(d.Exists("dog"), "pet"), d.Case(d.Not(d.Exists("dog")), "none")), "other"
    )
    assert mixed.alone({SAFE: ADULT_ANSWER}).rules == d.Cases((), "none")


def test_alone_refuses_one_number_of_both_answers() -> None:
    both = d.Arithmetic(
        "+", d.Aggregate("count", "labelAnnotations"), d.Aggregate("count", "safeSearchAnnotation")
    )
    joined = process(d.Case(d.Compare(both, d.IntervalSet.at_least(2.0)), "many"))
    assert joined.decide(PET).id == "many"
    with pytest.raises(UnsupportedError, match="several calls"):
        joined.alone()


def test_what_is_right_may_depend_on_what_is_true_of_both() -> None:
    app = process()
    assert app.acceptable(d.Truth.of(["Dog"])) == {"pet"}
    nude = d.TrueElement("safeSearchAnnotation", (("adult", "VERY_LIKELY"),))
    assert app.acceptable(d.Truth(("Dog",), elements=(nude,))) == {"reject"}


def test_answers_stand_side_by_side_unless_they_share_a_key() -> None:
    specs = [get_api(one) for one in (LABELS, SAFE, TEXT)]
    assert are_separate(specs)
    assert not are_separate([specs[0], specs[0]])
    joint = joint_spec(specs[0], specs[1:])
    assert joint.id == LABELS
    assert joint.main.path == "labelAnnotations"
    assert joint.collection("safeSearchAnnotation") is not None
    assert own_part(specs[1], {**PET, **ADULT_ANSWER}) == ADULT_ANSWER


@pytest.mark.parametrize("spec", list(iter_apis()), ids=lambda one: one.id)
def test_every_api_has_keys_of_its_own(spec: object) -> None:
    keys = answer_keys(spec)  # type: ignore[arg-type]
    assert keys
    assert not any("." in one or not one for one in keys)
