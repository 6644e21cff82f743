"""Many words that are looked for in a text that is not known."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

APPLICATION = """
import boto3
BAD = ["spam", "scam", "fraud", "cheat", "steal", "hack", "abuse", "insult"]
rekognition = boto3.client("rekognition")

def handler(event, context):
    reasons = []
    answer = rekognition.detect_moderation_labels(Image={"Bytes": event["picture"]})
    if any(one["Confidence"] >= 60 for one in answer["ModerationLabels"]):
        reasons.append("bad picture")
    description = event["description"].lower()
    for word in BAD:
        if word in description:
            reasons.append("bad word " + word)
    if reasons:
        return {"status": "rejected"}
    return {"status": "accepted"}
"""


def process_of(tmp_path, source):
    (tmp_path / "app.py").write_text(textwrap.dedent(source), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    return process


def test_none_of_them_is_taken_to_be_there(tmp_path):
    process = process_of(tmp_path, APPLICATION)
    texts = [effect.text for one in process.outcomes for effect in one.effects]
    assert any("accepted" in one for one in texts)
    assert process.kind in (Kind.TRUE_FALSE, Kind.VALUE_RANGES)
    assert len(process.outcomes) == 2


def test_one_gap_speaks_of_all_of_them(tmp_path):
    process = process_of(tmp_path, APPLICATION)
    (gap,) = [one for one in process.gaps if one.code == "unknown-value"]
    assert "7 more questions like it" in gap.message
    assert gap.span.line == 13
