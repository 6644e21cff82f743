"""Flags written as numbers decide, also beside data of the answer; numbers of elements do not."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """
import json
from google.cloud import storage, vision
client = vision.ImageAnnotatorClient()
blob = storage.Client().bucket("b").blob("faces")
def save(data):
    image = vision.Image(content=data)
    faces = client.face_detection(image=image).face_annotations
    sure = faces[0].detection_confidence if faces else 0.0
"""
BUDGET = Budget(verification_answers=100)


def written(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.indent(textwrap.dedent(body), "    "))
    return analyze(tmp_path, budget=BUDGET)


@pytest.mark.parametrize(
    "row",
    [
        "{'alone': float(len(faces) == 1), 'many': float(len(faces) > 2), 'sure': sure}",
        "{'alone': int(len(faces) == 1), 'many': int(len(faces) > 2), 'sure': sure}",
    ],
)
@pytest.mark.parametrize("shown", ["json.dumps({row})", "{row}", "str({row})"])
def test_flags_as_numbers_beside_data_of_the_answer_are_outcomes(tmp_path, row, shown):
    [process] = written(tmp_path, f"blob.upload_from_string({shown.format(row=row)})").processes
    decided = [process.decide({"faceAnnotations": [{}] * count}).id for count in range(1, 5)]
    assert len(set(decided)) == 3
    assert decided[2] == decided[3]


@pytest.mark.parametrize("number", ["len(faces)", "float(len(faces))", "len(faces) - 1"])
def test_how_many_elements_there_are_is_no_outcome(tmp_path, number):
    report = written(tmp_path, f"blob.upload_from_string(str({{'faces': {number}, 'sure': sure}}))")
    assert not report.processes
    assert len(report.calls_without_decision) == 1


def test_the_number_of_each_of_the_first_two_elements_is_no_outcome(tmp_path):
    body = """
        for number, face in enumerate(faces[:2]):
            print(number, face.detection_confidence)
    """
    report = written(tmp_path, body)
    assert not report.processes
    assert len(report.calls_without_decision) == 1


def test_a_number_chosen_for_each_element_is_an_outcome_beside_its_data(tmp_path):
    body = """
        import cv2
        for face in faces:
            left = int(face.bounding_poly.vertices[0].x * data.width)
            smiles = face.joy_likelihood >= 4
            cv2.rectangle(data, (left, 1), (20, 20), (0, 255, 0) if smiles else (0, 0, 255))
    """
    (process,) = written(tmp_path, body).processes
    happy, sad = {"joyLikelihood": "VERY_LIKELY"}, {"joyLikelihood": "UNLIKELY"}
    rows = ([], [happy], [sad], [happy, sad])
    assert len({process.decide({"faceAnnotations": one}).id for one in rows}) == len(rows)
