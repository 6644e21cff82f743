"""Which emotion of a face comes first: taken from the service, and said."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
import boto3
def handler(event, context):
    answer = boto3.client('rekognition').detect_faces(Image=event['image'], Attributes=['ALL'])
    for face in answer['FaceDetails']:
"""
# what -> (how the emotion is chosen, whether the record needs their order)
CHOICES = {
    "the strongest": ("max(face['Emotions'], key=lambda one: one['Confidence'])", True),
    "the first": ("face['Emotions'][0]", False),
}


@pytest.mark.parametrize("what", CHOICES)
def test_a_record_that_needs_an_order_says_so(tmp_path, what):
    chosen, needs_order = CHOICES[what]
    source = f"{HEAD}        if {chosen}['Type'] == 'HAPPY':\n            return 'smile'\n    return 'no'\n"
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert ("inner-order" in {one.code for one in process.gaps}) == needs_order
    assert process.status is (Status.PARTIAL if needs_order else Status.COMPLETE)
