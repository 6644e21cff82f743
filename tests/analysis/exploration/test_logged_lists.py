"""A list that is logged and handed on is decided by what is in it, not by the line of the log."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

SOURCE = """
import boto3
import logging
logger = logging.getLogger(__name__)
rekognition = boto3.client("rekognition")
def pets(image):
    found = rekognition.detect_labels(Image={{"Bytes": image}})["Labels"]
    if not found:
        return []
    names = []
    for label in found:
        if {condition}:
            names.append({{"name": label["Name"], "sure": label["Confidence"]}})
    logger.info(f"Pets: {{names}}")
    return names
"""


@pytest.mark.parametrize(
    "condition",
    ['label["Name"] in ("Dog", "Cat")', 'any(one["Name"] == "Pet" for one in label["Parents"])'],
)
def test_no_pets_and_no_labels_are_one_outcome(condition, tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE.format(condition=condition), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE, process.gaps
    assert process.kind is Kind.TRUE_FALSE
    assert len(process.outcomes) == 2
    nothing, other, dog = (
        process.decide({"Labels": labels}).id
        for labels in (
            [],
            [{"Name": "Tree", "Confidence": 90.0, "Parents": [{"Name": "Plant"}]}],
            [{"Name": "Dog", "Confidence": 90.0, "Parents": [{"Name": "Pet"}]}],
        )
    )
    assert nothing == other != dog


def test_a_filter_by_score_that_is_logged_and_handed_on_decides_nothing(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE.format(condition='label["Confidence"] > 80'), encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=200))
    assert not report.processes
    assert len(report.calls_without_decision) == 1
