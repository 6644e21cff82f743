"""What chooses, on the way to a call or after it, which answers matter, is said to be open."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

CALL = """
    client = vision.ImageAnnotatorClient()
    image = vision.Image(content=open(path, "rb").read())
    labels = client.label_detection(image=image).label_annotations
"""
CHOICE = """
    if mode == "cats":
        wanted = ["cat", "kitten"]
    else:
        wanted = ["dog", "puppy"]
"""
LOOP = """
    for label in labels:
        if label.description.lower() in wanted:
            return "found"
    return "missing"
"""


def process_of(tmp_path, *parts, head="def look(path, mode):"):
    source = "from google.cloud import vision\n" + head + "".join(parts)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    return process


@pytest.mark.parametrize("parts", [(CHOICE, CALL, LOOP), (CALL, CHOICE, LOOP)])
def test_an_argument_that_chooses_the_labels_is_a_gap(tmp_path, parts):
    process = process_of(tmp_path, *parts)
    assert process.kind is Kind.TRUE_FALSE
    assert process.status is Status.PARTIAL
    (gap,) = process.gaps
    assert gap.code == "unknown-value"
    assert "mode == 'cats'" in gap.message


def test_an_argument_that_changes_what_else_is_done_is_none(tmp_path):
    choice = """
    if mode == "loud":
        print("looking at", path)
        prefix = "!"
    else:
        prefix = ""
    wanted = ["cat", "kitten"]
"""
    assert process_of(tmp_path, choice, CALL, LOOP).status is Status.COMPLETE


def test_a_way_around_the_call_is_none(tmp_path):
    choice = """
    if mode == "skip":
        return "skipped"
    wanted = ["cat", "kitten"]
"""
    assert process_of(tmp_path, choice, CALL, LOOP).status is Status.COMPLETE


def test_a_label_in_a_list_from_elsewhere_is_no_echo(tmp_path):
    source = textwrap.dedent("""
        import sqlite3
        from google.cloud import vision

        def tags(path):
            cursor = sqlite3.connect("shop.db").cursor()
            cursor.execute("SELECT name FROM kinds")
            kinds = [row[0] for row in cursor.fetchall()]
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            labels = client.label_detection(image=image).label_annotations
            return [one.description for one in labels if one.description in kinds]
    """)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert report.status is not Status.COMPLETE
    assert not report.calls_without_decision
    assert any(one.code == "tainted-unknown" and "in [" in one.message for one in report.gaps)


def test_what_a_loop_over_names_has_to_find_is_found(tmp_path):
    source = textwrap.dedent("""
        import glob
        from google.cloud import vision

        CLASSES = ["bicycle", "bench", "lantern", "tree", "house"]
        hits = 0
        for path in glob.glob("*.png"):
            for name in CLASSES:
                if name in path:
                    wanted = name
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            for label in client.label_detection(image=image).label_annotations:
                if label.description.lower() == wanted:
                    hits += 1
                    print("hit")
    """)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert process.status is Status.PARTIAL
    assert not any("Unbound" in one.message for one in process.gaps)
    assert not any("error" in one.id for one in process.outcomes)


@pytest.mark.parametrize("least", [0.15, 0.35])
def test_keywords_that_add_up_before_the_call_are_a_gap(tmp_path, least):
    """One of them is too little to matter, and all of them leave nothing to decide."""
    source = """
import boto3

comprehend = boto3.client("comprehend")
WORDS = ["secret", "or else", "hurt", "must"]

def handler(event, context):
    text = event["text"].lower()
    score = sum(0.2 for word in WORDS if word in text)
    answer = comprehend.detect_sentiment(Text=text, LanguageCode="en")
    if answer["Sentiment"] == "NEGATIVE":
        score += answer["SentimentScore"]["Negative"] * 0.2
    if score > 0.{}:
        print("alarm")
    elif answer["Sentiment"] == "POSITIVE":
        print("thanks")
    else:
        print("fine")
""".replace("0.{}", str(0.4 + least))
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.PARTIAL
    assert "unknown-value" in {gap.code for gap in process.gaps}
