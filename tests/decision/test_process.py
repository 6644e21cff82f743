"""The record as a whole: references, files, what is derived."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chameleonapi import decision as d
from chameleonapi.errors import RecordError, UnknownNameError

SPAN = d.Span("a.py", 1)
DOG = d.Atom("a1", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("Dog")),))
SURE = d.Atom(
    "a2", "labelAnnotations", (d.NumberTest(d.Field("score"), d.IntervalSet.at_least(0.5)),)
)
MACHINE = d.Automaton(
    "m1", "labelAnnotations", ("a1",), ((False,), (True,)), ((0, 1), (1, 1)), ("no", "yes")
)


def make(
    predicate: d.Predicate = d.Exists("a1"),  # noqa: B008 - a frozen record
    *,
    atoms: tuple[d.Atom, ...] = (DOG, SURE),
    automata: tuple[d.Automaton, ...] = (MACHINE,),
    rules: d.Rules | None = None,
    outcomes: tuple[str, ...] = ("yes", "no"),
    **more: object,
) -> d.DecisionProcess:
    return d.DecisionProcess(
        id="p",
        api="google.vision.label_detection",
        call=SPAN,
        kind=d.Kind.TRUE_FALSE,
        rules=rules or d.Cases((d.Case(predicate, "yes"),), "no"),
        outcomes=tuple(d.Outcome(one) for one in outcomes),
        atoms=atoms,
        automata=automata,
        **more,  # type: ignore[arg-type]
    )


def machine(**changes: object) -> tuple[d.Automaton, ...]:
    from dataclasses import replace

    return (replace(MACHINE, **changes),)  # type: ignore[arg-type]


def number(term: d.Number) -> d.Predicate:
    return d.Compare(term, d.IntervalSet.at_least(1.0))


FLAG = d.Flag(d.Exists("a1"), "yes")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"atoms": (DOG, DOG)}, "the atom 'a1' is defined twice"),
        ({"automata": (MACHINE, MACHINE)}, "the automaton 'm1' is defined twice"),
        ({"outcomes": ("yes", "no", "no")}, "the outcome 'no' is defined twice"),
        ({"outcomes": ("yes", "no", "a+b")}, "'a.b' is no name for an outcome"),
        ({"outcomes": ("yes", "no", "")}, "'' is no name for an outcome"),
        ({"predicate": d.Exists("a9")}, "names the atom 'a9', which is not defined"),
        ({"predicate": d.Not(d.CountAtLeast("a9", 1))}, "names the atom 'a9'"),
        ({"predicate": d.And((d.ElementAt(0, "a9"),))}, "names the atom 'a9'"),
        ({"predicate": d.Or((d.ExistsInTop(1, "a1", None, "a9"),))}, "names the atom 'a9'"),
        ({"predicate": d.FirstAmong("a1", ("a2",))}, "'a1' of a first match is not among"),
        ({"predicate": d.AutomatonGives("m9", "yes")}, "names the automaton 'm9'"),
        (
            {"predicate": number(d.Arithmetic("&", d.Constant(1.0), d.Constant(1.0)))},
            "unknown operator '&'; known are",
        ),
        ({"predicate": number(d.Function("sin", ()))}, "unknown function 'sin'; known are"),
        (
            {"predicate": number(d.Aggregate("median", "labelAnnotations"))},
            "unknown aggregate 'median'",
        ),
        (
            {"predicate": number(d.Aggregate("max", "labelAnnotations"))},
            "the aggregate 'max' needs a value",
        ),
        (
            {"predicate": number(d.Aggregate("count", "labelAnnotations", None, "a9"))},
            "names the atom 'a9'",
        ),
        ({"automata": machine(transitions=())}, "needs one output for each of its states"),
        ({"automata": machine(classes=())}, "has no letters"),
        ({"automata": machine(transitions=((0, 7), (1, 1)))}, "has a transition to nowhere"),
        ({"automata": machine(transitions=((0,), (1, 1)))}, "has a transition to nowhere"),
        ({"automata": machine(atoms=("a9",))}, "the automaton 'm1' names the atom 'a9'"),
        (
            {"automata": machine(classes=((False, True), (True,)))},
            "a class that does not fit its atoms",
        ),
        ({"rules": d.Cases((), "maybe")}, "leads to the outcome 'maybe'"),
        ({"rules": d.Flags((FLAG, FLAG))}, "two flags have the same outcome"),
        (
            {"rules": d.Flags((d.Flag(d.Exists("a1"), "none"),)), "outcomes": ("none",)},
            "'none' is the name of the joint outcome",
        ),
        (
            {"atoms": (DOG, d.Atom("a2", "other")), "predicate": d.FirstAmong("a1", ("a1", "a2"))},
            "joins atoms of different collections",
        ),
        (
            {
                "atoms": (
                    DOG,
                    d.Atom(
                        "a2",
                        "labelAnnotations",
                        (d.NumberTest(d.Function("sin", ()), d.IntervalSet(())),),
                    ),
                )
            },
            "unknown function 'sin'",
        ),
    ],
)
def test_references_are_checked(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        make(**arguments)  # type: ignore[arg-type]


def test_an_aggregate_names_its_atom() -> None:
    term = d.Aggregate("count", "labelAnnotations", None, "a9")
    test = d.NumberTest(term, d.IntervalSet.at_least(1.0))
    with pytest.raises(RecordError, match="an aggregate names the atom 'a9'"):
        make(atoms=(DOG, d.Atom("a2", "labelAnnotations", (test,))))


def test_flags_make_joint_outcomes() -> None:
    rules = d.Flags((FLAG, d.Flag(d.Exists("a2"), "no")))
    process = make(rules=rules)
    both = process.decide({"labelAnnotations": [{"description": "Dog", "score": 0.9}]})
    assert both.id == "yes+no"
    assert both.members == ("yes", "no")
    assert process.decide({}).members == ()
    assert process.decide({}).id == process.default == "none"
    with pytest.raises(RecordError, match=r"no outcome 'yes.maybe'; known are yes, no"):
        process.outcome("yes+maybe")


def test_an_unknown_outcome_is_named() -> None:
    with pytest.raises(RecordError, match="no outcome 'maybe'; known are yes, no"):
        make().outcome("maybe")


def test_what_is_derived() -> None:
    process = make()
    assert process.default == "no"
    assert process.shown_score == 0.5
    assert process.max_results == 10
    asked = make(request=d.RequestShape(max_results=3, min_score=0.8))
    assert (asked.max_results, asked.shown_score) == (3, 0.8)
    assert process.atom("a1") is DOG
    assert process.automaton("m1") is MACHINE
    assert process.labels_read() == ("Dog",)
    assert process.labels_read(("Cat", "Dog")) == ("Dog",)
    assert process.reads_numbers
    assert not make(atoms=(DOG,), automata=()).reads_numbers
    assert list(process.predicates()) == [d.Exists("a1")]
    assert str(process.call) == "a.py:1"


def test_the_digest_is_about_what_decides() -> None:
    same = make(entry="other", gaps=(d.Gap("x", "y", SPAN),))
    assert same.digest == make().digest
    assert make(d.Not(d.Exists("a1"))).digest != make().digest
    assert make(request=d.RequestShape(max_results=3)).digest != make().digest


def test_an_unknown_api_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown API 'acme.see'"):
        _ = make().with_(api="acme.see").spec


def test_saved_and_loaded(tmp_path: Path) -> None:
    file = tmp_path / "decision.json"
    make().save(file)
    assert d.load_process(file) == make()
    assert [one.name for one in tmp_path.iterdir()] == ["decision.json"]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '"\ud800"'])
def test_a_file_that_is_no_json(tmp_path: Path, text: str) -> None:
    file = tmp_path / "decision.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(RecordError, match="is no JSON"):
        d.load_process(file)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot read the decision process"):
        d.load_process(tmp_path / "nothing.json")


def test_a_saved_process_is_readable_text(tmp_path: Path) -> None:
    file = tmp_path / "decision.json"
    make().save(file)
    assert json.loads(file.read_text("utf-8"))["kind"] == "TRUE_FALSE"


def test_reading_beyond_the_known_classes_reads_letter_zero() -> None:
    assert MACHINE.letter((True,)) == 1
    assert MACHINE.letter((False, False)) == 0
