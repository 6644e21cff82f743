"""A filter by an age is a decision where it says to whom something is done; by a score it is not."""

from chameleonapi.analysis import Budget, analyze

SOURCE = """
import boto3
from PIL import Image

def blur(name, is_strict):
    image = Image.open(name)
    found = boto3.client("rekognition").detect_faces(Image={"Bytes": b""}, Attributes=["ALL"])
    for face in found["FaceDetails"]:
        if is_strict and %s:
            image.paste(face["BoundingBox"]["Left"], face["BoundingBox"]["Top"])
        if not is_strict:
            image.paste(face["BoundingBox"]["Left"], 0)
    image.save(name)
"""


def analysed(tmp_path, test):
    file = tmp_path / "app.py"
    file.write_text(SOURCE % test, encoding="utf-8")
    return analyze(file, budget=Budget(verification_answers=200))


def test_an_age_decides(tmp_path):
    (process,) = analysed(tmp_path, 'face["AgeRange"]["Low"] < 18').processes

    def outcome(*ages):
        box = {"Left": 0.1, "Top": 0.1}
        faces = [{"AgeRange": {"Low": one}, "BoundingBox": box} for one in ages]
        return process.decide({"FaceDetails": faces}).id

    assert outcome(10.0) == outcome(40.0, 10.0) != outcome(40.0) == outcome()


PRINTED = """
import boto3
found = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])
for face in found["FaceDetails"]:
    if %s:
        print(face["BoundingBox"]["Left"])
"""


def test_what_is_printed_of_sure_faces_is_an_echo(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(PRINTED % 'face["Confidence"] > 90', encoding="utf-8")
    assert not analyze(file, budget=Budget(verification_answers=200)).processes
    file.write_text(PRINTED % 'face["AgeRange"]["High"] < 18', encoding="utf-8")
    assert analyze(file, budget=Budget(verification_answers=200)).processes
