"""Random answers tell no more outcomes apart than short ones do."""

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def tags(data):
    kept = []
    for label in client.label_detection(image=vision.Image(content=data)).label_annotations:
        if label.score > 0.5:
            kept.append(label.description)
"""


@pytest.mark.parametrize("shown", ["', '.join(kept)", "'Found: ' + ','.join(kept)"])
@pytest.mark.parametrize("way", ["return {shown}", "print({shown})"])
def test_labels_that_are_kept_by_their_score_and_put_into_one_text_decide_nothing(
    tmp_path, way, shown
):
    (tmp_path / "app.py").write_text(HEAD + "    " + way.format(shown=shown) + "\n")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert not report.processes
    assert not report.calls_not_understood
    assert len(report.calls_without_decision) == 1


def test_a_score_that_chooses_what_is_said_is_still_found(tmp_path):
    (tmp_path / "app.py").write_text(
        HEAD + "    return ', '.join(kept) if len(kept) > 1 else 'too few'\n"
    )
    [process] = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert len(process.outcomes) == 2
