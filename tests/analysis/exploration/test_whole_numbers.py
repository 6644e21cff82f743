"""Numbers that the provider always writes without a fraction, such as ages."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.cuts import find_cuts
from chameleonapi.analysis.exploration.dimensions import NumberDimension
from chameleonapi.apis import get_api
from chameleonapi.decision import Status

HEAD = """
import boto3

def lambda_handler(event, context):
    faces = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])["FaceDetails"]
    for face in faces:
        age = face["AgeRange"]
"""
TESTS = [
    "int(str(age['High'])) <= 18",
    "str(age['High']).isdigit() and age['High'] <= 18",
    "(age['Low'] + age['High']) // 2 <= 18",
]


@pytest.mark.parametrize("test", TESTS)
def test_an_age_has_no_fraction(test, tmp_path):
    body = f"        if {test}:\n            return 'minor'\n    return 'adult'\n"
    (tmp_path / "app.py").write_text(HEAD + body, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    assert (process.status, len(process.outcomes)) == (Status.COMPLETE, 2)

    def outcome(*ages):
        faces = [{"AgeRange": {"Low": age, "High": age}} for age in ages]
        return process.decide({"FaceDetails": faces}).id

    assert outcome(18) == outcome(30, 10) != outcome(19) == outcome()


def test_a_number_of_a_whole_field_is_rounded():
    (faces,) = get_api("aws.rekognition.detect_faces").collections
    assert repr(faces.field("AgeRange.Low").fitting(20.4)) == "20"
    assert repr(faces.field("Confidence").fitting(20.4)) == "20.4"


def test_an_end_is_the_number_that_the_source_writes():
    def told(age):
        return (age <= 18, age < 30, age > 65)

    assert find_cuts(told, 0, 100, (18.0, 30.0, 65.0), is_whole=True) == (
        (18.0, True),
        (30.0, False),
        (65.0, True),
    )


def test_after_eighteen_is_before_nineteen():
    (faces,) = get_api("aws.rekognition.detect_faces").collections
    dimension = NumberDimension(faces.field("AgeRange.High"))
    assert dimension.refine(((18.0, True),))
    assert not dimension.refine(((19.0, False),))
    assert dimension.count == 2
