"""Items of a list inside an element, and the length of that list, agree in every answer."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

SOURCE = """
import boto3
faces = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])["FaceDetails"]
tunes = {"HAPPY": "party", "SAD": "blues"}
print(tunes.get(faces[0]["Emotions"][0]["Type"], "radio"))
"""


def answer(*emotions):
    return {"FaceDetails": [{"Emotions": [{"Type": one} for one in emotions]}]}


def test_the_first_item_of_an_inner_list_decides(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    happy, sad, other = (
        process.decide(answer(*one)).id for one in (["HAPPY"], ["SAD", "HAPPY"], ["FEAR"])
    )
    assert len({happy, sad, other}) == 3


def test_a_face_without_an_emotion_is_no_outcome(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
import boto3
faces = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])["FaceDetails"]
if faces:
    print("found")
    for face in faces:
        print(face["Emotions"][0]["Type"])
else:
    print("nobody")
""",
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE
    assert process.kind is Kind.TRUE_FALSE
    assert {one.id for one in process.outcomes} == {"found", "nobody"}


INSTANCES = """
import boto3
found = boto3.client("rekognition").detect_labels(Image={})
for label in found["Labels"]:
    for seen in label["Instances"]:
        if label["Name"] == "Person" and %s:
            print("near")
"""


@pytest.mark.parametrize(
    ("test", "near", "far"),
    [
        (
            'seen["BoundingBox"]["Width"] > 0.5',
            {"BoundingBox": {"Width": 0.7}},
            {"BoundingBox": {"Width": 0.2}},
        ),
        ('seen["Confidence"] > 90', {"Confidence": 95.0}, {"Confidence": 60.0}),
        (
            'seen["BoundingBox"]["Width"] * seen["BoundingBox"]["Height"] > 0.2',
            {"BoundingBox": {"Width": 0.7, "Height": 0.6}},
            {"BoundingBox": {"Width": 0.3, "Height": 0.1}},
        ),
    ],
)
def test_instances_come_in_any_order(tmp_path, test, near, far):
    file = tmp_path / "app.py"
    file.write_text(INSTANCES % test, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes

    def outcome(*instances):
        label = {"Name": "Person", "Confidence": 99.0, "Instances": list(instances)}
        return process.decide({"Labels": [label]}).id

    assert outcome(far, near) == outcome(far, far, near) == outcome(near)
    assert outcome(far, far) == outcome(far) == outcome() != outcome(near)
    assert outcome(*[far] * 7, near) == outcome(near)
    assert process.status is Status.COMPLETE
    assert not process.gaps


CORNER = """
from google.cloud import vision
found = vision.ImageAnnotatorClient().object_localization(image=0)
for thing in found.localized_object_annotations:
    if thing.name == "Bag" and thing.bounding_poly.normalized_vertices[2].y > 0.8:
        print("on the floor")
"""


def test_a_box_has_no_more_corners_than_are_documented(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(CORNER, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE
    assert not process.gaps
