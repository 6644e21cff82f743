"""Parts of an answer that are lists and texts are false where nothing is set, as in proto-plus."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

APP = """
from google.cloud import vision

def look(path):
    client = vision.ImageAnnotatorClient()
    answer = client.{method}(image=path)
    if answer.{part}:
        return "something"
    return "nothing"
"""
BUDGET = Budget(verification_answers=200)


@pytest.mark.parametrize(
    ("method", "part", "full"),
    [
        (
            "web_detection",
            "web_detection",
            {"webDetection": {"visuallySimilarImages": [{"url": "a"}]}},
        ),
        (
            "image_properties",
            "image_properties_annotation",
            {"imagePropertiesAnnotation": {"dominantColors": {"colors": [{"score": 0.5}]}}},
        ),
        (
            "document_text_detection",
            "full_text_annotation",
            {"fullTextAnnotation": {"text": "hello"}},
        ),
    ],
)
def test_a_part_without_anything_is_false(tmp_path, method, part, full):
    file = tmp_path / "app.py"
    file.write_text(APP.format(method=method, part=part), encoding="utf-8")
    report = analyze(file, budget=BUDGET)
    assert report.status is Status.COMPLETE
    (process,) = report.processes
    assert process.decide(full).id == "something"
    assert process.decide({}).id == "nothing"


def test_likelihoods_that_were_asked_for_are_set(tmp_path):
    file = tmp_path / "app.py"
    body = APP.format(method="safe_search_detection", part="safe_search_annotation")
    file.write_text(body, encoding="utf-8")
    report = analyze(file, budget=BUDGET)
    assert not report.processes
    assert len(report.calls_without_decision) == 1


def test_an_empty_list_of_features_asks_for_all_of_them(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
from google.cloud import vision

def look(path):
    client = vision.ImageAnnotatorClient()
    answer = client.annotate_image({"image": {"source": {"image_uri": path}}, "features": []})
    if answer.landmark_annotations:
        return "place"
    elif answer.web_detection:
        return "guess " + answer.web_detection.best_guess_labels[0].label
    return "unknown"
""",
        encoding="utf-8",
    )
    report = analyze(file, budget=BUDGET)
    assert {one.api for one in report.processes} == {
        "google.vision.landmark_detection",
        "google.vision.web_detection",
    }
    for process in report.processes:
        assert {"place", "guess", "unknown"} <= {one.id for one in process.outcomes}
