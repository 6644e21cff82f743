"""Records of the answer that go out one after the other, numbered or filtered, decide nothing."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """
import json
import boto3
client = boto3.client("rekognition")
s3 = boto3.client("s3")
def handler(event, context):
    faces = client.detect_faces(Image={"Bytes": event["picture"]})["FaceDetails"]
"""


@pytest.mark.parametrize("start", [0, 1])
def test_the_number_of_an_element_is_no_outcome(tmp_path, start):
    body = f"""
        rows = []
        for number, face in enumerate(faces, {start}):
            rows.append({{"number": number, "sure": face["Confidence"]}})
        s3.put_object(Bucket="b", Key="k", Body=json.dumps({{"faces": rows}}))
    """
    (tmp_path / "app.py").write_text(HEAD + textwrap.indent(textwrap.dedent(body), "    "))
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert not report.processes
    assert len(report.calls_without_decision) == 1


def test_records_that_are_left_out_by_their_score_are_no_outcome(tmp_path):
    body = """
        rows = [{"sure": one["Confidence"]} for one in faces if one["Confidence"] > 80]
        s3.put_object(Bucket="b", Key="k", Body=json.dumps({"faces": rows}))
    """
    (tmp_path / "app.py").write_text(HEAD + textwrap.indent(textwrap.dedent(body), "    "))
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert not report.processes
    assert len(report.calls_without_decision) == 1


@pytest.mark.parametrize("start", [0, 1])
def test_the_number_in_the_name_of_an_element_is_no_outcome(tmp_path, start):
    body = f"""
        rows = {{}}
        for number, face in enumerate(faces):
            rows[f"face_{{number + {start}}}"] = {{"sure": face["Confidence"]}}
        s3.put_object(Bucket="b", Key="k", Body=json.dumps(rows))
    """
    (tmp_path / "app.py").write_text(HEAD + textwrap.indent(textwrap.dedent(body), "    "))
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert not report.processes
    assert len(report.calls_without_decision) == 1
