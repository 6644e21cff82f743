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


def test_a_list_of_which_the_first_item_decides_needs_no_more_items(tmp_path):
    source = f"""{HEAD}        first = sorted(face['Emotions'], key=lambda one: -one['Confidence'])
        store.put({{'mood': first[0]['Type']}})
        return 'stored'
    return 'nobody'
"""
    (tmp_path / "app.py").write_text(f"import store\n{source}", encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert "nested-list" not in {one.code for one in process.gaps}


def test_a_list_of_which_any_of_the_first_items_decides_says_how_many_were_told_apart(tmp_path):
    source = f"""{HEAD}        second = face['Emotions'][1]['Type']
        if second == 'SAD' and face['Emotions'][0]['Type'] == 'CALM':
            return 'mixed'
    return 'no'
"""
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert "nested-list" in {one.code for one in process.gaps}
