"""What is said for each element that nothing else is said for: it is there, not the lack of it."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

SOURCE = """
import boto3
client = boto3.client("rekognition")
REPLIES = {"Dog": "good boy", "Guitar": "play something"}

for label in client.detect_labels(Image={"Bytes": open("a.jpg", "rb").read()})["Labels"]:
    if label["Name"] in REPLIES:
        print(REPLIES[label["Name"]])
    else:
        print("nothing new")
"""


def test_a_flag_is_up_where_its_effect_is_seen(tmp_path):
    (tmp_path / "app.py").write_text(textwrap.dedent(SOURCE), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=500)).processes
    assert (process.kind, process.status) == (Kind.MULTI_SELECT, Status.COMPLETE)

    def said(*names):
        rows = [{"Name": one, "Confidence": 99.0} for one in names]
        return process.decide({"Labels": rows}).id

    assert said() == "none"
    assert said("Table") == "nothing-new"
    assert said("Dog") == "good-boy"
    assert said("Table", "Dog") == "good-boy+nothing-new"
