"""One request for several APIs, whose lists may be empty in what is handed on."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

APP = """
from google.cloud import vision

def look(content):
    client = vision.ImageAnnotatorClient()
    kinds = (vision.Feature.Type.IMAGE_PROPERTIES, vision.Feature.Type.LOGO_DETECTION)
    request = vision.AnnotateImageRequest(
        image=vision.Image(content=content), features=[vision.Feature(type_=one) for one in kinds]
    )
    answer = client.annotate_image(request)
    found = {"colors": [], "has_logo": False}
    colors = answer.image_properties_annotation.dominant_colors.colors
    if colors:
        best = sorted(colors, key=lambda one: one.score, reverse=True)
        found["colors"] = [f"{int(one.color.red)} {one.score:.2f}" for one in best[:2]]
    if answer.logo_annotations:
        found["has_logo"] = True
    return found

def f(content):
    return "branded" if look(content)["has_logo"] else "plain"
"""


def test_each_api_is_judged(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(APP, encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=100))
    logo = next(one for one in report.processes if one.api == "google.vision.logo_detection")
    assert logo.kind is Kind.TRUE_FALSE
    assert not report.calls_not_understood
