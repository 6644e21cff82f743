"""Whether something that was sent has arrived is no matter of what was in it."""

import pytest

from chameleonapi.analysis import analyze
from chameleonapi.analysis.engine.delivery import is_about_delivery, is_delivery
from chameleonapi.decision import Status

HEAD = """
import logging
import boto3
import requests
from google.cloud import bigquery
table = boto3.resource("dynamodb").Table("seen")
def handler(event, context):
    labels = boto3.client("rekognition").detect_labels(Image=event["image"])["Labels"]
    rows = [{"name": one["Name"]} for one in labels]
"""
STORED = {
    "a status": """
    reply = requests.post("https://example.org/seen", json=rows)
    if reply.status_code != 200:
        return "failed"
    return "stored"
""",
    "the status of a service": """
    reply = table.put_item(Item={"rows": rows})
    if reply["ResponseMetadata"]["HTTPStatusCode"] == 200:
        print("stored")
    return rows
""",
    "errors of rows": """
    errors = bigquery.Client().insert_rows_json("seen", rows)
    if errors:
        logging.error("not stored: %s", errors)
    else:
        logging.info("stored")
""",
}


@pytest.mark.parametrize("what", STORED)
def test_whether_it_was_stored_is_no_decision_on_labels(tmp_path, what):
    (tmp_path / "app.py").write_text(HEAD + STORED[what], encoding="utf-8")
    report = analyze(tmp_path)
    assert report.status is Status.COMPLETE
    assert not report.processes
    assert [one.api for one in report.calls_without_decision] == ["aws.rekognition.detect_labels"]


def test_what_another_service_says_about_it_may_be_one(tmp_path):
    source = f"""{HEAD}
    reply = requests.post("https://example.org/menu", json=rows).json()
    if reply["vegan"]:
        return "green plate"
    return "red plate"
"""
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path)
    assert report.status is Status.UNSUPPORTED
    assert "tainted-unknown" in {one.code for one in report.gaps}


@pytest.mark.parametrize(
    ("path", "is_about"),
    [
        ("requests.post().status_code", True),
        ("sns.publish()['ResponseMetadata']", True),
        ("requests.post().json()['ok']", False),
        ("reply.okay", False),
        ("reply.status", False),
    ],
)
def test_names_that_are_about_delivery(path, is_about):
    assert is_about_delivery(path) is is_about


def test_functions_that_return_what_went_wrong():
    assert is_delivery("google.cloud.bigquery.Client().insert_rows_json")
    assert not is_delivery("table.put_item")
