"""Numbers that go out: points that tests add up to are no mere count of elements."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
from google.cloud import vision
answer = vision.ImageAnnotatorClient().label_detection(image=vision.Image(content=b"x"))
labels = answer.label_annotations
"""


def process_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=300)).processes
    return process


POINTS = """
if not labels:
    print("nothing")
else:
    first, points = labels[0], 0
    if first.description == "Dog":
        points += 32
    if first.score > 0.9:
        points += 16
    if first.score > 0.7:
        points += 8
    if first.score > 0.5:
        points += 4
    if first.topicality > 0.5:
        points += 2
    if first.topicality > 0.2:
        points += 1
    print(f"points: {points}")
"""
COUNTED = """
if not labels:
    print("nothing")
elif any(one.description == "Dog" for one in labels):
    print(f"a dog among {len(labels)}")
else:
    print(f"{len(labels)} other things")
"""


@pytest.mark.parametrize(("body", "is_told"), [(POINTS, False), (COUNTED, True)])
def test_points_with_many_values_leave_a_gap(tmp_path, body, is_told):
    process = process_of(tmp_path, body)
    codes = [one.code for one in process.gaps]
    assert codes == ([] if is_told else ["printed-number"])
    assert process.status is (Status.COMPLETE if is_told else Status.PARTIAL)


def test_points_with_few_values_are_outcomes(tmp_path):
    process = process_of(
        tmp_path,
        """
        points = 0
        if labels and labels[0].description == "Dog":
            points += 2
        if labels and labels[0].score > 0.5:
            points += 1
        print(f"points: {points}")
        """,
    )
    assert process.status is Status.COMPLETE
    assert len(process.outcomes) == 4
