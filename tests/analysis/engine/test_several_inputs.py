"""A helper that is called for one input and then for another."""

import textwrap

from chameleonapi.analysis import analyze
from chameleonapi.analysis.engine import load_program

HEAD = """
import boto3
client = boto3.client("rekognition")
def moderated(name):
    found = client.detect_moderation_labels(Image={"S3Object": {"Bucket": "b", "Name": name}})
    return [one["Name"] for one in found["ModerationLabels"]]
"""
ANSWER = {"ModerationLabels": [{"Name": "Violence", "Confidence": 90.0, "ParentName": ""}]}


def trace_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    program = load_program(tmp_path)
    entry = next(one for one in program.entries if one.name == "handler")
    return program.run(entry, {}, {}, default={"aws.rekognition.detect_moderation_labels": ANSWER})


def shown(trace):
    return [one.key for one in trace.effects if one.kind in ("print", "return") and not one.level]


def test_what_is_made_of_two_inputs_together_is_seen_with_a_gap(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        def handler(event, context):
            front = moderated("front")
            back = moderated("back")
            return {"ok": "Violence" not in front + back}
        """,
    )
    assert shown(trace) == ["handler answers {'ok': False}"]
    assert {gap.code for gap in trace.gaps} == {"several-inputs"}


def test_the_second_input_is_left_out_once_the_first_has_been_decided_upon(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        def look(name):
            print("bad" if "Violence" in moderated(name) else "good")
        def handler(event, context):
            look("front")
            look("back")
            print("done")
        """,
    )
    assert shown(trace) == ["print 'bad'"]
    assert not trace.gaps


def test_a_loop_over_inputs_still_follows_one_of_them(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        def handler(event, context):
            found = []
            for name in ("front", "back"):
                found += moderated(name)
            return len(found)
        """,
    )
    assert shown(trace) == ["handler answers 1"]


def test_a_count_over_several_texts_is_not_called_no_decision(tmp_path):
    (tmp_path / "app.py").write_text(
        """
import boto3
def handler(event, context):
    comprehend = boto3.client('comprehend')
    answer = comprehend.batch_detect_sentiment(TextList=event['texts'], LanguageCode='en')
    bad = sum(one['Sentiment'] == 'NEGATIVE' for one in answer['ResultList'])
    return 'bad' if bad > 3 else 'good'
""",
        encoding="utf-8",
    )
    report = analyze(tmp_path)
    assert not report.processes
    assert not report.calls_without_decision
    (call,) = report.calls_not_understood
    assert [gap.code for gap in call.gaps] == ["several-inputs"]
