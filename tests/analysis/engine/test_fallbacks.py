"""A fallback that says what a value says already is no branch; any other one is."""

import pytest

from chameleonapi.analysis import analyze

VISION = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
answer = client.{method}(image=vision.Image(content=open("a.jpg", "rb").read()))
"""


def record(tmp_path, method, body):
    (tmp_path / "app.py").write_text(VISION.format(method=method) + body, encoding="utf-8")
    (process,) = analyze(tmp_path).processes
    return process


def safe(**likelihoods):
    return {"safeSearchAnnotation": likelihoods}


def test_the_name_of_a_likelihood_is_shown_whether_or_not_it_is_unknown(tmp_path):
    process = record(
        tmp_path,
        "safe_search_detection",
        'ss = answer.safe_search_annotation\nadult = ss.adult.name if ss.adult else "UNKNOWN"\n'
        'print("blocked" if adult == "VERY_LIKELY" else "fine", adult)\n',
    )
    assert len(process.outcomes) == 2
    assert process.decide(safe(adult="UNKNOWN")).id == process.decide(safe(adult="POSSIBLE")).id


def test_another_word_for_an_unknown_likelihood_is_an_outcome(tmp_path):
    process = record(
        tmp_path,
        "safe_search_detection",
        'ss = answer.safe_search_annotation\nadult = ss.adult.name if ss.adult else "no idea"\n'
        'print("adult:", adult)\n',
    )
    assert process.decide(safe(adult="UNKNOWN")).id != process.decide(safe(adult="POSSIBLE")).id


@pytest.mark.parametrize("fallback", ["0.0", "0"])
def test_zero_instead_of_zero_is_no_outcome(tmp_path, fallback):
    process = record(
        tmp_path,
        "face_detection",
        f"for face in answer.face_annotations:\n"
        f"    sure = float(face.detection_confidence or {fallback})\n"
        f'    print("seen" if sure >= 0.6 else "blurred", sure)\n    break\n'
        f'else:\n    print("nobody")\n',
    )
    assert len(process.outcomes) == 3
    faces = [{"detectionConfidence": one} for one in (0.0, 0.3, 0.9)]
    zero, low, high = (process.decide({"faceAnnotations": [one]}).id for one in faces)
    assert zero == low != high


def test_one_instead_of_zero_is_what_is_compared(tmp_path):
    process = record(
        tmp_path,
        "face_detection",
        "for face in answer.face_annotations:\n"
        "    sure = face.detection_confidence or 1.0\n"
        '    print("seen" if sure >= 0.6 else "blurred")\n    break\n',
    )
    faces = [{"detectionConfidence": one} for one in (0.0, 0.3, 0.9)]
    zero, low, high = (process.decide({"faceAnnotations": [one]}).id for one in faces)
    assert zero == high != low
