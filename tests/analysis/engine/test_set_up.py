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
