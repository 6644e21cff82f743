"""Counting the items of a list inside an element, round by round, is as good as its length."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
import boto3
def handler(event, context):
    n = 0
    for label in boto3.client("rekognition").detect_labels(Image=event["image"])["Labels"]:
"""
TAIL = """
    return "crowd" if n > 2 else "few"
"""
LOOPS = {
    "added": """
        if label["Name"] == "Person":
            for box in label["Instances"]:
                n += 1
    """,
    "assigned": """
        if label["Name"] == "Person":
            for box in label["Instances"]:
                n = n + 1
    """,
    "asked within": """
        for box in label.get("Instances", []):
            if label["Name"] == "Person":
                n += 1
    """,
}


def label(name, instances):
    box = {"Width": 0.1, "Height": 0.1, "Left": 0.1, "Top": 0.1}
    shown = [{"BoundingBox": box, "Confidence": 90.0}] * instances
    return {"Name": name, "Confidence": 90.0, "Parents": [], "Instances": shown}


@pytest.mark.parametrize("how", LOOPS)
def test_all_items_of_all_elements_count(tmp_path, how):
    body = textwrap.indent(textwrap.dedent(LOOPS[how]), "        ")
    (tmp_path / "app.py").write_text(f"{HEAD}{body}{TAIL}", encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE

    def decided(*found):
        return process.decide({"Labels": list(found)}).id

    crowd, few = decided(label("Person", 3)), decided()
    assert crowd != few
    assert decided(label("Person", 1), label("Person", 2)) == crowd
    assert decided(*[label("Person", 0)] * 4) == few
    assert decided(label("Dog", 5), label("Person", 2)) == few


def test_what_ends_a_loop_early_is_followed_item_by_item(tmp_path):
    body = """
        for box in label["Instances"]:
            if box["Confidence"] < 50:
                break
            n += 1
    """
    body = textwrap.indent(textwrap.dedent(body), "        ")
    (tmp_path / "app.py").write_text(f"{HEAD}{body}{TAIL}", encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.PARTIAL
