"""Decisions on the element that is the largest by a term of several numbers."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
import boto3
client = boto3.client("rekognition")
faces = client.detect_faces(Image={"Bytes": open("a.jpg", "rb").read()})["FaceDetails"]
def area(face):
    return face["BoundingBox"]["Width"] * face["BoundingBox"]["Height"]
"""
LOOP = """
best, most = None, 0
for face in faces:
    if area(face) > most:
        best, most = face, area(face)
if best is None:
    print("nobody")
elif best["Smile"]["Value"]:
    print("smile")
else:
    print("no smile")
"""
MAXIMUM = """
if not faces:
    print("nobody")
elif max(faces, key=area)["Smile"]["Value"]:
    print("smile")
else:
    print("no smile")
"""
SORTED = """
faces = sorted(faces, key=area, reverse=True)
if not faces:
    print("nobody")
elif faces[0]["Smile"]["Value"]:
    print("smile")
else:
    print("no smile")
"""


def face(width, height, *, smiles):
    box = {"Width": width, "Height": height, "Left": 0.0, "Top": 0.0}
    return {"BoundingBox": box, "Smile": {"Value": smiles, "Confidence": 99.0}}


@pytest.mark.parametrize("body", [LOOP, MAXIMUM, pytest.param(SORTED, marks=pytest.mark.slow)])
def test_the_largest_face_decides(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=400)).processes
    assert process.status is Status.COMPLETE
    wide, high, small = (0.9, 0.2), (0.3, 0.7), (0.3, 0.3)

    def outcome(*rows):
        made = [face(*size, smiles=smiles) for size, smiles in rows]
        return process.decide({"FaceDetails": made}).id

    smile, none = outcome((small, True)), outcome((small, False))
    assert len({smile, none, outcome()}) == 3
    assert outcome((wide, False), (high, True), (small, False)) == smile
    assert outcome((high, False), (wide, True)) == none
    assert outcome((small, True), (small, True), (wide, False)) == none
