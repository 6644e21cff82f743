"""Tests on any item of a list inside an element."""

import dataclasses
import json

import pytest

from chameleonapi.decision import (
    Arithmetic,
    Atom,
    Case,
    Cases,
    DecisionProcess,
    Exists,
    Field,
    InnerTest,
    IntervalSet,
    Kind,
    LabelSet,
    LabelTest,
    NumberTest,
    Outcome,
    Span,
)
from chameleonapi.decision.description import describe
from chameleonapi.errors import RecordError, UnsupportedError
from chameleonapi.losses import compile_labels
from chameleonapi.report.atom_reader import AtomReader
from chameleonapi.report.number_words import atom_words

PERSON = LabelTest("Name", LabelSet.of("Person"))
WIDE = NumberTest(Field("BoundingBox.Width"), IntervalSet.at_least(0.5))
SURE = NumberTest(Field("Confidence"), IntervalSet.at_least(90))
NEAR = InnerTest("Instances", ((WIDE, SURE),))


def process_of(*tests):
    return DecisionProcess(
        id="app",
        api="aws.rekognition.detect_labels",
        call=Span("app.py", 1),
        kind=Kind.TRUE_FALSE,
        rules=Cases((Case(Exists("a"), "yes"),), "no"),
        outcomes=(Outcome("yes"), Outcome("no")),
        atoms=(Atom("a", "Labels", tests),),
    )


def decided(process, *instances, name="Person"):
    items = [{"BoundingBox": {"Width": width}, "Confidence": sure} for width, sure in instances]
    return process.decide({"Labels": [{"Name": name, "Instances": items}]}).id


@pytest.mark.parametrize(
    ("instances", "some", "none"),
    [
        ([], "no", "yes"),
        ([(0.6, 95)], "yes", "no"),
        ([(0.6, 80), (0.4, 95)], "no", "yes"),  # each in part, none as a whole
        ([(0.1, 10)] * 8 + [(0.5, 90)], "yes", "no"),
    ],
)
def test_one_item_has_to_be_all_that_is_asked(instances, some, none):
    assert decided(process_of(PERSON, NEAR), *instances) == some
    lacking = dataclasses.replace(NEAR, lacks=True)
    assert decided(process_of(PERSON, lacking), *instances) == none
    assert decided(process_of(PERSON, lacking), *instances, name="Dog") == "no"


def test_ways_to_be_as_asked_are_alternatives():
    either = InnerTest("Instances", ((WIDE,), (SURE,)))
    assert decided(process_of(either), (0.6, 1), (0.1, 1)) == "yes"
    assert decided(process_of(either), (0.1, 95)) == "yes"
    assert decided(process_of(either), (0.1, 1)) == "no"


@pytest.mark.parametrize("label", [{}, {"Instances": None}, {"Instances": "many"}])
def test_a_list_that_is_not_there_is_empty(label):
    assert process_of(NEAR).decide({"Labels": [{"Name": "Person", **label}]}).id == "no"


def test_fields_of_items_have_the_defaults_of_the_service():
    test = InnerTest("mentions", ((LabelTest("type", LabelSet.of("TYPE_UNKNOWN")),),))
    process = dataclasses.replace(
        process_of(test),
        api="google.language.analyze_entities",
        atoms=(Atom("a", "entities", (test,)),),
    )
    assert process.decide({"entities": [{"mentions": [{}]}]}).id == "yes"
    assert process.decide({"entities": [{"mentions": [{"type": 1}]}]}).id == "no"
    assert process.decide({"entities": [{"mentions": []}]}).id == "no"


def test_it_is_read_back_as_it_was_written():
    process = process_of(PERSON, NEAR, dataclasses.replace(NEAR, lacks=True))
    data = json.loads(json.dumps(process.to_json()))
    assert DecisionProcess.from_json(data) == process
    assert data["atoms"][0]["tests"][1]["op"] == "inner"


def test_order_does_not_matter_to_the_digest_and_what_is_asked_does():
    one = process_of(InnerTest("Instances", ((WIDE, SURE), (WIDE,)))).digest
    assert process_of(InnerTest("Instances", ((WIDE,), (SURE, WIDE)))).digest == one
    assert process_of(InnerTest("Instances", ((WIDE,), (SURE,)))).digest != one
    lacking = InnerTest("Instances", ((WIDE, SURE), (WIDE,)), lacks=True)
    assert process_of(lacking).digest != one
    assert process_of(InnerTest("Parents", ((WIDE, SURE), (WIDE,)))).digest != one


def test_a_test_of_nothing_is_an_error():
    with pytest.raises(RecordError, match="asks nothing of the items of 'Instances'"):
        process_of(InnerTest("Instances", ()))
    bad = NumberTest(
        Arithmetic("??", Field("Confidence"), Field("Confidence")), IntervalSet.at_least(1)
    )
    with pytest.raises(RecordError, match="unknown operator"):
        process_of(InnerTest("Instances", ((bad,),)))


def test_it_is_said_in_words():
    process = process_of(PERSON, NEAR)
    reader = AtomReader(process, process.atoms[0])
    some = "some item of Instances with BoundingBox.Width >= 0.5 and Confidence >= 90"
    assert reader.conditions() == ("Name is Person", some)
    lacking = process_of(dataclasses.replace(NEAR, lacks=True))
    assert AtomReader(lacking, lacking.atoms[0]).conditions() == (some.replace("some", "no", 1),)
    assert "some item of Instances" in atom_words(process, process.atoms[0])
    assert "some item of Instances that is BoundingBox.Width >= 0.5" in describe(process)[0].when


def test_no_loss_trains_for_it_and_that_is_said():
    with pytest.raises(UnsupportedError, match="items of the list 'Instances' inside an element"):
        compile_labels(process_of(PERSON, NEAR), ["Person", "Dog"])
    assert process_of(NEAR).reads_numbers
