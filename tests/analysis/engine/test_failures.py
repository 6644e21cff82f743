"""What is called where something fails that nobody knows of is looked at, too."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

FALLBACK = """
import boto3
import chatter

comprehend = boto3.client("comprehend")

def mood(text):
    try:
        return chatter.ask(text)["mood"]
    except Exception as error:
        print("falling back", error)
        found = comprehend.detect_sentiment(Text=text, LanguageCode="en")
        return "bad" if found["Sentiment"] == "NEGATIVE" else "good"

print(mood(input()))
"""

FLAG = """
import boto3

client = boto3.client("rekognition")

def describe(image):
    found = client.detect_labels(Image={"Bytes": image})
    if found["Labels"][0]["Name"] != "Person":
        return "thing"
    known = client.recognize_celebrities(Image={"Bytes": image})
    is_known = True
    try:
        known["CelebrityFaces"][0]["Name"]
    except IndexError:
        is_known = False
    if is_known:
        return "somebody"
    faces = client.detect_faces(Image={"Bytes": image}, Attributes=["ALL"])
    if len(faces["FaceDetails"]) > 1:
        return "people"
    return "stranger"

print(describe(open("a.jpg", "rb").read()))
"""

RETRY = """
import time
import boto3

BAD = ["damn", "crap"]

def has_bad_word(client, key):
    picture = {"S3Object": {"Bucket": "pictures", "Name": key}}
    try:
        found = client.detect_text(Image=picture)
        return any(one["DetectedText"].lower() in BAD for one in found["TextDetections"])
    except Exception:
        time.sleep(2)
        labels = client.detect_moderation_labels(Image=picture)["ModerationLabels"]
        return len(labels) > 0

def handler(event, context):
    return {"statusCode": 403 if has_bad_word(boto3.client("rekognition"), event["key"]) else 200}
"""


@pytest.mark.parametrize(
    ("source", "api", "apart"),
    [
        (
            FALLBACK,
            "aws.comprehend.detect_sentiment",
            ({"Sentiment": "NEGATIVE"}, {"Sentiment": "POSITIVE"}),
        ),
        (
            FLAG,
            "aws.rekognition.detect_faces",
            ({"FaceDetails": [{}, {}]}, {"FaceDetails": [{}]}),
        ),
        (
            RETRY,
            "aws.rekognition.detect_moderation_labels",
            ({"ModerationLabels": [{"Name": "Violence"}]}, {"ModerationLabels": []}),
        ),
    ],
)
def test_a_call_behind_a_failure_is_reached(tmp_path, source, api, apart):
    file = tmp_path / "app.py"
    file.write_text(source, encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=200))
    assert not any(one.code == "not-reached" for one in report.gaps)
    (process,) = (one for one in report.processes if one.api == api)
    assert process.status in (Status.COMPLETE, Status.PARTIAL)
    one, other = (process.decide(answer).id for answer in apart)
    assert one != other


def test_a_call_that_is_tried_itself_is_asked_no_more(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
import boto3
client = boto3.client("comprehend")
try:
    mood = client.detect_sentiment(Text=input(), LanguageCode="en")["Sentiment"]
    is_there = True
except Exception:
    is_there = False
if is_there and mood == "NEGATIVE":
    print("sorry")
""",
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE


def test_what_is_called_when_a_call_fails_leaves_the_first_one_whole(tmp_path):
    (tmp_path / "app.py").write_text(RETRY, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert [one.status for one in report.processes] == [Status.COMPLETE] * 2
    assert report.gaps == ()


UNREACHED = """
from google.cloud import vision

class Finder:
    def __init__(self):
        self.size = {size}
        self.client = vision.ImageAnnotatorClient()

    def look(self, path):
        name = {name}
        found = self.client.label_detection(image=path).label_annotations
        return "dog" if any(one.description == "Dog" for one in found) else name
"""


@pytest.mark.parametrize(
    ("size", "name", "line", "error"),
    [
        ("1", "camera", 10, "NameError: name 'camera' is not defined."),
        ("{}['small']", "'none'", 6, "KeyError: 'small'."),
    ],
)
def test_what_ends_the_run_before_a_call_is_told(tmp_path, size, name, line, error):
    file = tmp_path / "app.py"
    file.write_text(UNREACHED.format(size=size, name=name), encoding="utf-8")
    (gap,) = analyze(file, budget=Budget(verification_answers=200)).gaps
    assert gap.code == "not-reached"
    assert gap.message.endswith(f"the run from Finder.look ended at app.py:{line} with {error}")
