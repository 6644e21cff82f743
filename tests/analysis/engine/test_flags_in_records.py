"""Flags in a dictionary that has flags of its own, and counts in long texts."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine.rendering import flag_members, render
from chameleonapi.decision import Kind, Status


def test_inner_flags_are_members_of_their_own():
    members = flag_members({"found": {"dog": True, "cat": False}, "safe": True, "text": "x"})
    assert members is not None
    assert [one[:2] for one in members] == [
        ("['found']['dog']", "True"),
        ("['found']['cat']", "False"),
        ("['safe']", "True"),
        ("['text']", "'x'"),
    ]
    assert flag_members({"found": {"dog": True, "cat": False}, "text": "x"}) is None
    assert flag_members({"a": {"x": 1}, "safe": True}) is None


def test_a_summary_of_inner_flags_leaves_them_independent(tmp_path):
    words = ["violence", "nudity", "drug", "alcohol", "gambling"]
    tests = "".join(
        f"""
        if {word!r} in name:
            flags[{word!r}] = True
            flags["bad"] = True"""
        for word in words
    )
    file = tmp_path / "app.py"
    file.write_text(
        f"""
import boto3
def check(data):
    client = boto3.client("rekognition")
    found = client.detect_moderation_labels(Image={{"Bytes": data}})["ModerationLabels"]
    flags = {dict.fromkeys(["bad", *words], False)}
    top = 0.0
    for label in found:
        name = label["Name"].lower()
        top = max(top, label["Confidence"]){tests}
    return {{"flags": flags, "top": top, "is_bad": flags["bad"], "many": len(found)}}
""",
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.kind is Kind.MULTI_SELECT, process.kind
    assert process.status is Status.COMPLETE, process.gaps
    answer = {"ModerationLabels": [{"Name": "Gambling", "Confidence": 90.0, "ParentName": ""}]}
    none = {"ModerationLabels": []}
    assert process.decide(answer).id != process.decide(none).id


def test_numbers_of_a_long_text_stay_with_it():
    text = "a word " * 60
    assert render(f"{text}(3)") != render(f"{text}(4)")
    assert render(f"{text}(3)").replace("3", "4") == render(f"{text}(4)")
    assert render(f"{text}(3) x") != render(f"{text}(3) y")


def test_a_count_in_a_long_message_is_no_outcome(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        f"""
import boto3
def handler(event, context):
    client = boto3.client("rekognition")
    found = client.detect_text(Image={{"Bytes": event["image"]}})["TextDetections"]
    lines = [one for one in found if one["Type"] == "LINE"]
    summary = f"{{len(lines)}} lines" if lines else "nothing"
    boto3.client("sns").publish(TopicArn="a", Message=f"{"We have looked. " * 30} {{event['key']}}: {{summary}}!")
""",
        encoding="utf-8",
    )
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    assert process.status is Status.COMPLETE, process.gaps
    assert len(process.outcomes) == 2
