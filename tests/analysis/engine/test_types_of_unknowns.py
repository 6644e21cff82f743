"""What a method makes has a type, also where its value is not known."""

import pytest

from chameleonapi.analysis import analyze
from chameleonapi.decision import Status

SOURCE = """
import boto3
from datetime import datetime

def handler(event, context):
    found = boto3.client("rekognition").detect_labels(Image={{"Bytes": event}})["Labels"]
    if isinstance({made}, (float, list, dict)):
        return "data"
    return "dog" if any(one["Name"] == "Dog" for one in found) else "none"
"""


def report_of(tmp_path, made):
    (tmp_path / "app.py").write_text(SOURCE.format(made=made))
    return analyze(tmp_path)


@pytest.mark.parametrize(
    "made", ["datetime.now().isoformat()", "event['key'].split('/')[-1]", "event['key'].lower()"]
)
def test_a_text_that_is_not_known_is_no_number_and_no_list(tmp_path, made):
    report = report_of(tmp_path, made)
    [process] = report.processes
    assert [one.id for one in process.outcomes] == ["dog", "none-found"]
    assert process.status is Status.COMPLETE


@pytest.mark.parametrize("made", ["event['key']", "event['key'].split('/')"])
def test_what_may_be_a_list_is_taken_for_one_or_said_to_be_open(tmp_path, made):
    report = report_of(tmp_path, made)
    assert report.status is not Status.COMPLETE or not report.processes
