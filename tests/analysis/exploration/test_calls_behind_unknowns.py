"""A call that follows only where something computed from another answer and unknown is true."""

from chameleonapi.analysis import analyze

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
