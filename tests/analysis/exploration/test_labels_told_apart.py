"""Labels that all tests take alike may still be two labels to the application."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
from google.cloud import vision
WANTED = {"beach", "sand", "wave"}
def names(path):
    client = vision.ImageAnnotatorClient()
    found = client.label_detection(image=path).label_annotations
    return [one.description.lower() for one in found]
"""


def process_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=400)).processes
    return process


def outcome(process, *labels):
    rows = [{"description": one, "score": 0.9} for one in labels]
    return process.decide({"labelAnnotations": rows}).id


@pytest.mark.parametrize(
    "test",
    [
        "len(set(names(path)) & WANTED) >= 2",
        "len({one for one in names(path) if one in WANTED}) >= 2",
        "sum(1 for one in WANTED if one in names(path)) > 1",
    ],
)
def test_two_different_labels_are_not_one_label_twice(tmp_path, test):
    process = process_of(tmp_path, f"def f(path):\n    return 'sea' if {test} else 'land'\n")
    assert (process.kind, process.status) == (Kind.COUNT, Status.COMPLETE)
    none = outcome(process)
    assert outcome(process, "Beach", "Beach", "beach") == none
    assert outcome(process, "Beach", "Tree", "Wave") != none
    assert outcome(process, "Sand", "Beach", "Wave") == outcome(process, "Beach", "Wave")


def test_labels_that_are_counted_each_time_stay_together(tmp_path):
    body = """
    def f(path):
        return "sea" if len([one for one in names(path) if one in WANTED]) >= 2 else "land"
    """
    process = process_of(tmp_path, body)
    assert (process.kind, process.status) == (Kind.COUNT, Status.COMPLETE)
    assert outcome(process, "Beach", "Beach") != outcome(process, "Beach")
    assert len(process.atoms) == 1
