"""Drawing on a picture once for each element is one thing to do, however often."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

APP = """
import cv2
from google.cloud import vision

def mark(path):
    client = vision.ImageAnnotatorClient()
    found = client.object_localization(image=path).localized_object_annotations
    boats = [one for one in found if one.name == "Boat"]
    picture = cv2.imread(path)
    for boat in boats:
        corner = boat.bounding_poly.normalized_vertices[0]
        picture = cv2.circle(picture, (corner.x, corner.y), 3)
    cv2.imwrite("marked.png", picture)
    if boats:
        print("ahoy")
"""


def test_the_second_round_is_no_other_outcome(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(APP, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert (process.kind, process.status) == (Kind.TRUE_FALSE, Status.COMPLETE)
    assert len(process.outcomes) == 2
