"""An answer that is shown whole says nothing of its own, whether or not there is anything in it."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

SOURCE = """
import boto3, json
def handler(event, context):
    answer = boto3.client("rekognition").detect_labels(Image={{"Bytes": event["image"]}})
    print({shown})
    for label in answer["Labels"]:
        if label["Name"] == "Person" and label["Confidence"] > 90:
            boto3.client("s3").put_object(Key="person")
            return
"""


@pytest.mark.parametrize(
    "shown",
    [
        '"Rekognition: " + str(answer)',
        'f"Rekognition: {answer}"',
        '"Rekognition: %s" % answer',
        '"Rekognition: " + json.dumps(answer)',
        "json.dumps(answer, indent=2)",
        "answer",
    ],
)
def test_no_person_and_nothing_at_all_are_one_outcome(shown, tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE.format(shown=shown), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE, process.gaps
    assert len(process.outcomes) == 2
    nothing, tree, person = (
        process.decide({"Labels": labels}).id
        for labels in (
            [],
            [{"Name": "Tree", "Confidence": 99.0}],
            [{"Name": "Person", "Confidence": 99.0}],
        )
    )
    assert nothing == tree != person
