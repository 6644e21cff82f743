"""A list that is joined shows its constants, and not how much of the answer is in it."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image={}).label_annotations
tags = ["#" + one.description for one in labels]
"""
ECHOES = [
    "print(' '.join(tags))",
    "print('#' + ' #'.join(one.description for one in labels))",
    "print(' '.join('#' + one.description.replace(' ', '').lower() for one in labels[:5]))",
    "print('Tags: {}'.format(''.join(f'#{one.description} ' for one in labels)))",
]


def report_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + body, encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=200))


@pytest.mark.parametrize("body", ECHOES)
def test_tags_of_all_labels_are_no_decision(body, tmp_path):
    report = report_of(tmp_path, body)
    assert (report.processes, len(report.calls_without_decision)) == ((), 1)


def test_a_tag_that_is_put_beside_those_of_a_label_is_one(tmp_path):
    body = "if '#Cat' in tags:\n    tags.append('#catsofinstagram')\nprint(' '.join(tags))\n"
    (process,) = report_of(tmp_path, body).processes
    assert (process.kind, process.status) == (Kind.TRUE_FALSE, Status.COMPLETE)

    def outcome(*names):
        return process.decide(
            {"labelAnnotations": [{"description": one, "score": 0.9} for one in names]}
        ).id

    assert outcome("Cat") == outcome("Dog", "Cat") != outcome("Dog") == outcome("Dog", "Tree")


FACES = """
import boto3

def lambda_handler(event, context):
    faces = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])["FaceDetails"]
    told = []
    for face in faces:
        age = str(face["AgeRange"]["Low"])
BODY
    boto3.client("sns").publish(Message="Faces: " + "\\n\\n".join(told))
"""
OF_EACH_FACE = [
    """
        lines = ["Smiling" if face["Smile"]["Value"] else "Not Smiling"]
        lines.append(age)
        told.append("\\n".join(lines))
    """,
    """
        mood = "Smiling" if face["Smile"]["Value"] else "Not Smiling"
        told.append(f"{mood}, aged {age}")
    """,
]


@pytest.mark.parametrize("body", OF_EACH_FACE)
def test_what_is_said_of_each_element_is_told_by_its_constants(body, tmp_path):
    source = FACES.replace("BODY", body.strip("\n").rstrip())
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert (process.kind, process.status) == (Kind.MULTI_SELECT, Status.COMPLETE)

    def outcome(*smiles):
        faces = [{"Smile": {"Value": one}, "AgeRange": {"Low": 20}} for one in smiles]
        return process.decide({"FaceDetails": faces}).id

    assert len({outcome(), outcome(True), outcome(False), outcome(True, False)}) == 4
    assert outcome(True, False) == outcome(False, True) == outcome(False, True, True)


def test_one_of_two_words_beside_each_name_is_no_echo(tmp_path):
    body = "print(', '.join(f'{x.description}: {\"sure\" if x.score > 0.9 else \"unsure\"}' for x in labels))"
    (process,) = report_of(tmp_path, body).processes
    assert (process.kind, process.status) == (Kind.MULTI_SELECT, Status.COMPLETE)
