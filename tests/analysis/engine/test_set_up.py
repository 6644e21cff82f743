"""What one method leaves on its object is there when another one is looked at."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

SOURCE = """
import os
import boto3

class Detector:
    def __init__(self):
        self.name = "rekognition"

    def connect(self, region):
        self.client = boto3.client("rekognition", region_name=region)
        self.wanted = {"Person": "person", "Car": "car"}

    def _known(self, name):
        return name in self.wanted

    def detect(self, image):
        found = self.client.detect_labels(Image={"Bytes": image})
        for label in found["Labels"]:
            if self._known(label["Name"]):
                return self.wanted[label["Name"]]
        return None
"""


def test_a_client_that_another_method_makes(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE

    def outcome(*names):
        labels = [{"Name": one, "Confidence": 90.0} for one in names]
        return process.decide({"Labels": labels}).id

    assert len({outcome("Person"), outcome("Car"), outcome("Tree")}) == 3
    assert outcome("Tree", "Car", "Person") == outcome("Car")


GLOBAL = """
from google.cloud import language_v1
CLIENT = None
MARGIN = None

def initialize_resources():
    global CLIENT, MARGIN
    MARGIN = 0.7
    {name} = language_v1.LanguageServiceClient()

def tone(text):
    if not CLIENT:
        return None
    features = language_v1.AnnotateTextRequest.Features(
        extract_entities=True, extract_document_sentiment=True
    )
    found = CLIENT.annotate_text(document={{"content": text}}, features=features)
    return "strong" if abs(found.document_sentiment.score) > MARGIN else "weak"
"""


def test_a_client_that_a_function_leaves_in_a_global(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(GLOBAL.format(name="CLIENT"), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE, process.gaps
    scores = (0.9, -0.9, 0.7, 0.1)
    found = [process.decide({"documentSentiment": {"score": one}}).id for one in scores]
    assert found == ["strong", "strong", "weak", "weak"]


def test_a_call_for_features_that_no_run_reaches_is_said(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(GLOBAL.format(name="OTHER"), encoding="utf-8")
    report = analyze(file)
    assert not report.processes
    assert [one.code for one in report.gaps] == ["not-reached", "not-reached"]
    said = " ".join(one.message for one in report.gaps)
    assert "google.language.analyze_entities" in said
    assert "google.language.analyze_sentiment" in said


def test_a_function_that_asks_the_api_makes_nothing_ready(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        """
import boto3
LAST = None
client = boto3.client("rekognition")

def detect(image):
    global LAST
    LAST = client.detect_labels(Image={"Bytes": image})["Labels"]
    return LAST[0]["Name"] == "Cat" if LAST else False

def is_known():
    return "yes" if LAST is not None else "no"

def main(image):
    if is_known() == "no" and detect(image):
        print("the first cat")
""",
        encoding="utf-8",
    )
    report = analyze(file, budget=Budget(verification_answers=100))
    assert any("the first cat" in str(one.outcomes) for one in report.processes)
