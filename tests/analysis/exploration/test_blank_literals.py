"""Blanks that a source joins and splits with are no labels that an answer could hold."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

SOURCE = """
from google.cloud import vision
def tags(data):
    client = vision.ImageAnnotatorClient()
    labels = client.label_detection(image=vision.Image(content=data)).label_annotations
    out = []
    for label in labels:
        out.append("#" + "".join(label.description.title().split()))
    if "#Dog" in out:
        return "dog"
    return " ".join(out)
"""


def test_what_a_blank_label_would_leave_of_a_text_is_no_outcome(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE, process.gaps
    assert process.kind is Kind.TRUE_FALSE
    assert len(process.outcomes) == 2
