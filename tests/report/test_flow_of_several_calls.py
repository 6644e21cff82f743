"""The drawing of a decision on the answers of several calls."""

import re

import pytest

from chameleonapi.decision import And, Atom, Beside, Case, Cases, Exists, LabelSet, LabelTest, Span
from chameleonapi.report import decision_diagram
from chameleonapi.report.conditions import rule_rows
from chameleonapi.report.drawing.flow import flow_svg
from report import samples

OBJECTS = "google.vision.object_localization"
FACES = "google.vision.face_detection"


def process(*apis):
    dog = Atom("dog", "localizedObjectAnnotations", (LabelTest("name", LabelSet.of("Dog")),))
    return samples.smart_bin(
        atoms=(*samples.smart_bin().atoms, dog),
        rules=Cases((Case(And((Exists("compost"), Exists("dog"))), "compost"),), "trash"),
        beside=tuple(Beside(one, Span("smart_bin.py", 20)) for one in apis),
        witnesses=(),
    )


def test_each_question_says_which_answer_it_looks_at():
    first, second = rule_rows(process(OBJECTS))[0].clauses
    assert first.phrase == "label_detection: any of"
    assert (second.lead, second.phrase, second.labels) == (
        "and",
        "object_localization: any of",
        ("Dog",),
    )


@pytest.mark.parametrize("is_narrow", [False, True])
def test_all_calls_are_drawn(is_narrow):
    texts = re.findall(r">([^<>]+)</text>", flow_svg(process(OBJECTS, FACES), is_narrow=is_narrow))
    if is_narrow:
        (head,) = [one for one in texts if one.startswith("google.vision")]
        assert head.startswith("google.vision.label_detection + object_loca")
    else:
        at = texts.index("answers of")
        assert " ".join(texts[at + 1 : at + 6]).startswith(
            "label detection object localization face detection"
        )


def test_the_diagram_names_all_calls():
    head = decision_diagram(process(OBJECTS, FACES)).splitlines()[1]
    assert "and google.vision.object_localization, smart_bin.py:20" in head
    assert "and google.vision.face_detection" in head


def test_nothing_is_drawn_outside_of_the_picture():
    for apis in [(), (OBJECTS,), (OBJECTS, FACES)]:
        svg = flow_svg(process(*apis))
        assert min(float(one) for one in re.findall(r'<rect[^>]* y="([-\d.]+)"', svg)) >= 0
