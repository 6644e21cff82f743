"""A call that is made only when a loop has gone round often: batches of texts, every 30th frame."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.trace import ROUNDS, rounds_among
from chameleonapi.decision import Status

FRAMES = """
import boto3
import cv2
from cameras import frames_of
rekognition = boto3.client("rekognition")
count = 0
"""
CASES = {
    "every 30th of unknown frames": """
    for frame in frames_of("door"):
        count += 1
        if count % 30 != 0:
            continue
        found = rekognition.detect_labels(Image={"Bytes": frame})["Labels"]
        if any(one["Name"] == "Person" for one in found):
            print("visitor")
    """,
    "every 30th while a camera is open": """
    camera = cv2.VideoCapture(0)
    while camera.isOpened():
        is_read, frame = camera.read()
        if not is_read:
            break
        count += 1
        if count % 30 == 0:
            found = rekognition.detect_labels(Image={"Bytes": frame})["Labels"]
            if any(one["Name"] == "Person" for one in found):
                print("visitor")
    """,
    "after 200 frames": """
    for frame in frames_of("door"):
        count = count + 1
        if count >= 200:
            found = rekognition.detect_labels(Image={"Bytes": frame})["Labels"]
            if "Person" in [one["Name"] for one in found]:
                print("visitor")
            count = 0
    """,
}


@pytest.mark.parametrize("name", CASES)
def test_the_call_is_reached_and_decides(name, tmp_path):
    source = FRAMES + textwrap.dedent(CASES[name])
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert process.status is Status.COMPLETE

    def outcome(*names):
        return process.decide({"Labels": [{"Name": one, "Confidence": 90.0} for one in names]}).id

    assert outcome("Dog", "Person") == outcome("Person") != outcome("Dog") == outcome()


BATCHES = """
import boto3
import tweepy

comprehend = boto3.client("comprehend")
texts = []
for tweet in tweepy.Cursor(tweepy.API().search, q="trains").items():
    texts.append(tweet.text)
    if len(texts) == 25:
        mood = comprehend.detect_sentiment(Text=" ".join(texts), LanguageCode="en")
        if mood["Sentiment"] == "NEGATIVE":
            print("delays")
        texts = []
"""


def test_a_batch_that_fills_up_is_asked_about(tmp_path):
    (tmp_path / "app.py").write_text(BATCHES, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    outcomes = {one: process.decide({"Sentiment": one}).id for one in ("NEGATIVE", "POSITIVE")}
    assert len({*outcomes.values()}) == 2


COUNTED = """
    seen = 0
    for frame in frames_of("door"):
        count += 1
        if count % 30 == 0:
            found = rekognition.detect_labels(Image={"Bytes": frame})["Labels"]
            if any(one["Name"] == "Person" for one in found):
                seen += 1
            if seen > 2:
                print("a crowd")
"""


def test_what_is_counted_over_such_calls_is_not_passed_over(tmp_path):
    (tmp_path / "app.py").write_text(FRAMES + textwrap.dedent(COUNTED), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    (process,) = report.processes
    assert process.status is Status.PARTIAL
    assert "several-inputs" in {one.code for one in process.gaps}


def test_the_most_rounds_among_assumptions_count():
    assert rounds_among({}) == 1
    assert rounds_among({f"{ROUNDS}32": True, f"{ROUNDS}320": True, "app.py:3:0": False}) == 320
