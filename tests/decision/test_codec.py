"""JSON in and out: nothing is lost, and nothing malformed is half understood."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi import decision as d
from chameleonapi.decision.codec import decode, encode
from chameleonapi.errors import RecordError
from strategies import processes


@settings(max_examples=100)
@given(processes())
def test_round_trip(process: d.DecisionProcess) -> None:
    text = json.dumps(process.to_json())
    again = d.DecisionProcess.from_json(json.loads(text))
    assert again == process
    assert again.digest == process.digest


def paths(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here]
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in items:
        found += paths(value, (*here, key))
    return found


def change(data: Any, path: tuple[Any, ...], how: str, junk: Any) -> Any:
    made = copy.deepcopy(data)
    if not path:
        return junk
    here = made
    for key in path[:-1]:
        here = here[key]
    if how == "replace":
        here[path[-1]] = junk
    elif how == "remove":
        del here[path[-1]]
    elif isinstance(here, dict):
        here["surprise"] = junk
    else:
        here.append(junk)
    return made


JUNK = st.sampled_from(
    [
        None,
        True,
        -1,
        10**30,
        0.5,
        float("nan"),
        float("inf"),
        "",
        "x",
        "a1",
        [],
        [[]],
        {},
        {"op": "exists"},
        {"op": 3},
    ]
)


@settings(max_examples=150)
@given(processes(), st.data())
def test_malformed_json_is_a_record_error_or_a_record(
    process: d.DecisionProcess, data: st.DataObject
) -> None:
    good = json.loads(json.dumps(process.to_json()))
    path = data.draw(st.sampled_from(paths(good)))
    how = data.draw(st.sampled_from(("replace", "remove", "add")))
    bad = change(good, path, how, data.draw(JUNK))
    try:
        made = d.DecisionProcess.from_json(bad)
    except RecordError:
        return
    assert d.DecisionProcess.from_json(json.loads(json.dumps(made.to_json()))) is not None
    made.decide({"labelAnnotations": [{"description": "Dog", "score": 0.5}]})


def good() -> dict[str, Any]:
    atom = d.Atom("a1", "labelAnnotations", (d.LabelTest("description", d.LabelSet.of("Dog")),))
    return d.DecisionProcess(
        "p",
        "google.vision.label_detection",
        d.Span("a.py", 1),
        d.Kind.TRUE_FALSE,
        d.Cases((d.Case(d.Exists("a1"), "yes"),), "no"),
        (d.Outcome("yes"), d.Outcome("no")),
        (atom,),
    ).to_json()


@pytest.mark.parametrize(
    ("path", "junk", "message"),
    [
        (
            ("kind",),
            "SOMETIMES",
            r"decision.kind: expected one of 'TRUE_FALSE', .* 'SOMETIMES' came",
        ),
        (("call", "line"), "3", "decision.call.line: expected a whole number, but a string came"),
        (
            ("call", "line"),
            True,
            "decision.call.line: expected a whole number, but true or false came",
        ),
        (
            ("atoms", 0, "tests", 0, "op"),
            "regex",
            "decision.atoms.0..tests.0.: unknown op 'regex'; known are inner, label, number",
        ),
        (
            ("atoms", 0, "tests", 0, "accepts", "complement"),
            1,
            "expected true or false, but a whole number came",
        ),
        (("rules", "cases", 0, "predicate"), [], "expected an object, but an array came"),
        (("rules", "default"), "maybe", "leads to the outcome 'maybe', which is not defined"),
        (("api",), None, "decision.api: expected a string, but null came"),
        (("api",), "acme.see", "decision.api: unknown API 'acme.see'"),
        (("atoms", 0, "tests", 0, "op"), [], "unknown op"),
        (("surprise",), 1, "decision: unknown key 'surprise'"),
    ],
)
def test_an_error_names_the_place(path: tuple[Any, ...], junk: Any, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        d.DecisionProcess.from_json(change(good(), path, "replace", junk))


def test_a_missing_key_is_named() -> None:
    with pytest.raises(RecordError, match=r"decision.call: the key 'line' is missing"):
        d.DecisionProcess.from_json(change(good(), ("call", "line"), "remove", None))


@pytest.mark.parametrize("data", [None, [], "x"])
def test_a_process_is_an_object(data: object) -> None:
    with pytest.raises(RecordError, match="must be a JSON object"):
        d.DecisionProcess.from_json(data)


def test_another_schema_is_refused() -> None:
    with pytest.raises(
        RecordError, match=r"expected the schema 'chameleonapi.decision/1', but 'other/9' came"
    ):
        d.DecisionProcess.from_json({**good(), "schema": "other/9"})


def test_depth_is_bounded() -> None:
    deep: Any = {"op": "always"}
    for _ in range(300):
        deep = {"op": "not", "operand": deep}
    with pytest.raises(RecordError, match="nested more than 200 levels"):
        d.DecisionProcess.from_json(
            change(good(), ("rules", "cases", 0, "predicate"), "replace", deep)
        )


def test_an_operation_that_does_not_fit_its_record() -> None:
    with pytest.raises(RecordError, match="expected op 'label', but 'number' came"):
        decode(d.LabelTest, {"op": "number", "field": "x", "accepts": {"labels": []}})


def test_pairs_have_two_items() -> None:
    data = encode(d.Truth(fields=(("a", 1.0),)))
    assert decode(d.Truth, data) == d.Truth(fields=(("a", 1.0),))
    data["fields"][0].append(3)
    with pytest.raises(RecordError, match=r"fields\[0\]: expected 2 items, but 3 came"):
        decode(d.Truth, data)


def test_a_value_that_fits_no_alternative() -> None:
    with pytest.raises(RecordError, match="expected"):
        decode(d.Truth, {"fields": [["a", {}]]})
    assert decode(d.TrueElement, {"collection": "c", "values": [["f", ["x", "y"]]]}).values == (
        ("f", ("x", "y")),
    )


def test_plain_values_stay() -> None:
    assert encode({1: (d.Kind.NONE, frozenset({"b", "a"}))}) == {"1": ["NONE", ["a", "b"]]}
