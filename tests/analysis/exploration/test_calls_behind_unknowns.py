"""A call that follows only where something computed from another answer and unknown is true."""

from chameleonapi.analysis import analyze
from chameleonapi.analysis.exploration.runner import full_answer
from chameleonapi.apis import get_api

SOURCE = """
from PIL import Image
from google.cloud import vision
client = vision.ImageAnnotatorClient()
width, height = Image.open("a.jpg").size
image = vision.Image(content=open("a.jpg", "rb").read())
is_near = False
for face in client.face_detection(image=image).face_annotations:
    corners = face.bounding_poly.vertices
    area = (corners[2].x - corners[0].x) * (corners[2].y - corners[0].y)
    if face.detection_confidence > 0.75 and area / (width * height) > 0.05:
        is_near = True
if not is_near:
    print("nobody near")
elif client.safe_search_detection(image=image).safe_search_annotation.adult >= 4:
    print("blocked")
else:
    print("welcome")
"""


def test_both_calls_are_reached_and_say_what_is_not_known(tmp_path):
    (tmp_path / "app.py").write_text(SOURCE, encoding="utf-8")
    report = analyze(tmp_path)
    found = {one.api: one for one in report.processes}
    assert found.keys() == {"google.vision.face_detection", "google.vision.safe_search_detection"}
    assert all("tainted-unknown" in {gap.code for gap in one.gaps} for one in found.values())
    safe = found["google.vision.safe_search_detection"]
    levels = [{"safeSearchAnnotation": {"adult": one}} for one in ("UNLIKELY", "LIKELY")]
    assert safe.decide(levels[0]).id != safe.decide(levels[1]).id


def test_a_call_that_matters_only_beside_a_large_object_is_no_call_without_a_decision(tmp_path):
    (tmp_path / "app.py").write_text(
        """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
image = vision.Image(content=open("a.jpg", "rb").read())
words = [one.description for one in client.label_detection(image=image).label_annotations]
for thing in client.object_localization(image=image).localized_object_annotations:
    corners = thing.bounding_poly.normalized_vertices
    wide = max(one.x for one in corners) - min(one.x for one in corners)
    if thing.score > 0.5 and wide * 1440 > 100:
        print("table" if "Table" in words else "picture")
        break
""",
        encoding="utf-8",
    )
    found = {one.api: one for one in analyze(tmp_path).processes}
    assert "google.vision.label_detection" in found


def test_corners_of_a_full_answer_span_a_box():
    answer = full_answer(get_api("google.vision.object_localization"), ["Cat"])
    (box,) = [one["boundingPoly"] for one in answer["localizedObjectAnnotations"]][:1]
    corners = [(one["x"], one["y"]) for one in box["normalizedVertices"]]
    assert corners == [(0, 0), (1, 0), (1, 1), (0, 1)]
