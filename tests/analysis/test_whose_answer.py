"""What was computed from the answer of another call is no reason to doubt what this one does."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.whose_answer import is_of_another


@pytest.mark.parametrize(
    ("api", "provenance", "is_another"),
    [
        ("google.vision.safe_search_detection", "faceAnnotations.landmarks", True),
        ("google.vision.face_detection", "faceAnnotations.landmarks", False),
        ("google.vision.face_detection", "model.predict()", False),
        ("google.vision.face_detection", "f(faceAnnotations.x, labelAnnotations.y)", False),
        ("aws.rekognition.detect_labels", "FaceDetails[0].Landmarks", True),
    ],
)
def test_parts_of_answers_are_known_by_their_names(api, provenance, is_another):
    assert is_of_another(api, provenance) is is_another


def test_a_call_whose_answer_nobody_reads_decides_nothing(tmp_path):
    source = textwrap.dedent("""
        from google.cloud import vision

        def look(path):
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            faces = client.face_detection(image=image).face_annotations
            client.safe_search_detection(image=image)
            if faces and faces[0].landmarks[3].position.z > 2:
                return "near"
            return "far"
    """)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    (idle,) = report.calls_without_decision
    assert idle.api == "google.vision.safe_search_detection"
    assert not any(one.span.line == idle.line for one in report.gaps)
