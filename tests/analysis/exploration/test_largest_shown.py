"""Showing the element with the highest score decides nothing, however it is found."""

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image=vision.Image()).label_annotations
"""
WAYS = {
    "by its place": (
        "scores = [one.score for one in labels]\n"
        "best = labels[scores.index(max(scores))].description\n"
    ),
    "by key": "best = max(labels, key=lambda one: one.score).description\n",
    "by sorting": "best = sorted(labels, key=lambda one: -one.score)[0].description\n",
}


@pytest.mark.parametrize("how", WAYS)
def test_it_is_no_decision(tmp_path, how):
    (tmp_path / "app.py").write_text(f"{HEAD}{WAYS[how]}print('a ' + best)\n", encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert report.processes == ()
    assert len(report.calls_without_decision) == 1
    assert report.gaps == ()
