"""A record of a class that is not there is read back as it was made."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

SOURCE = """
import boto3
from shared_records import Signals

def look(image):
    found = boto3.client("rekognition").detect_moderation_labels(Image={"Bytes": image})
    worst = 0.0
    for one in found["ModerationLabels"]:
        if "Nudity" in one["Name"]:
            worst = max(worst, one["Confidence"] / 100)
    return Signals(worst=worst, provider="aws")

def decide(image):
    signals = look(image)
    if signals.worst > 0.8:
        return "block"
    return "allow"

print(decide(open("a.jpg", "rb").read()))
"""


def test_what_is_given_by_name_is_kept(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE

    def outcome(name, confidence):
        row = {"Name": name, "Confidence": confidence, "ParentName": ""}
        return process.decide({"ModerationLabels": [row]}).id

    assert outcome("Nudity", 90.0) != outcome("Nudity", 50.0) == outcome("Violence", 90.0)
