"""A worker that does not come to its end leaves what it had found by then."""

import signal

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.confinement import Limits, analyze_confined, confined
from chameleonapi.decision import Status
from chameleonapi.decision.codec import encode

TWO_CALLS = """
import boto3
client = boto3.client("rekognition")
def spin(depth):
    return 0 if depth == 0 else spin(depth - 1) + spin(depth - 1)
def first(event, context):
    for label in client.detect_labels(Image=event)["Labels"]:
        spin(6)
        if label["Name"] == "Cat":
            return "cat"
    return "none"
def second(event, context):
    for face in client.detect_faces(Image=event)["FaceDetails"]:
        spin(12)
        if face["Smile"]["Value"]:
            return "smile"
    return "none"
"""


def test_the_last_whole_line_counts():
    assert confined._said(b'{"so_far": 1}\n{"report": 2}\n') == {"report": 2}
    assert confined._said(b'{"so_far": 1}\n{"so_far": 2}\n{"repo') == {"so_far": 2}
    assert confined._said(b"") == confined._said(b"[1]\nnoise\n") == {}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGXCPU"), reason="no limits of processor time here")
def test_what_was_found_before_the_limit_is_reported(tmp_path):
    (tmp_path / "app.py").write_text(TWO_CALLS, encoding="utf-8")
    budget = Budget(total_seconds=600.0, seconds=400.0, verification_seconds=300.0)
    report = analyze_confined(tmp_path, budget=budget, limits=Limits(cpu_seconds=9))
    assert report.status is not Status.COMPLETE
    (gap,) = [one for one in report.gaps if one.code == "limits"]
    assert "9 seconds of the processor" in gap.message
    if not report.processes:  # a slow machine was ended before it had anything to say
        assert "nothing of it is known" in gap.message
        return
    assert "what was known by then is reported" in gap.message
    assert report.processes[0].decide({"Labels": [{"Name": "Cat", "Confidence": 90}]}).id == "cat"
    assert [one.line for one in report.calls_not_understood] == [13]


def test_a_worker_that_dies_leaves_its_last_line(tmp_path, monkeypatch):
    source = TWO_CALLS.replace("spin(12)", "pass").replace("spin(6)", "pass")
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    known = analyze(tmp_path, budget=Budget(verification_answers=100))
    ended = confined._Ended("The analysis process ended by signal 11 (stack)", encode(known))
    monkeypatch.setattr(confined, "_ask", lambda *_: ended)
    report = analyze_confined(tmp_path)
    assert report.processes == known.processes
    assert report.status is Status.PARTIAL
    assert report.gaps[0].code == "limits"
    assert "signal 11" in report.gaps[0].message
