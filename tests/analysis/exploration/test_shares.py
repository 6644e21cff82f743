"""What one call costs keeps neither its own record nor the other calls from being made."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.budget import Meter
from chameleonapi.decision import Kind

HEAD = """
import boto3
client = boto3.client("rekognition")
"""


def report_of(tmp_path, body, **limits):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=200, **limits))


def test_a_share_of_the_runs_is_kept():
    meter = Meter(10, 1000.0)
    for _ in range(5):
        meter.spend()
    assert meter.is_past(0.5)
    assert not meter.is_past(0.6)
    assert not meter.is_exhausted


def test_many_conditions_on_one_element_are_followed_to_the_innermost(tmp_path):
    flags = ("Smile", "Beard", "Eyeglasses", "Sunglasses", "MouthOpen", "EyesOpen", "Mustache")
    tests = " and ".join(
        f"face['{one}']['Value'] and face['{one}']['Confidence'] > 80" for one in flags
    )
    report = report_of(
        tmp_path,
        f"""
        def handler(event, context):
            found = client.detect_faces(Image=event["image"], Attributes=["ALL"])
            for face in found["FaceDetails"]:
                if {tests}:
                    return "clown"
            return "nobody"
        """,
    )
    (process,) = report.processes
    assert {gap.code for gap in process.gaps} >= {"budget"}
    face = {one: {"Value": True, "Confidence": 90.0} for one in flags}
    assert process.decide({"FaceDetails": [face]}).id == "clown"
    for one in flags:
        other = {**face, one: {"Value": False, "Confidence": 90.0}}
        assert process.decide({"FaceDetails": [other]}).id == "nobody"


def test_a_call_beside_another_one_is_named_by_what_it_tells_apart_itself(tmp_path):
    report = report_of(
        tmp_path,
        """
        def handler(event, context):
            labels = client.detect_labels(Image=event["image"])["Labels"]
            faces = client.detect_faces(Image=event["image"])["FaceDetails"]
            second = labels[1]["Name"]
            return {"second": second, "people": "yes" if faces else "no"}
        """,
    )
    kinds = {one.api.rpartition(".")[2]: one.kind for one in report.processes}
    assert kinds["detect_faces"] is Kind.TRUE_FALSE


def test_a_call_that_follows_on_one_answer_of_another_call_is_reached(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent(
            """
            import boto3
            client = boto3.client("comprehend")
            def handler(event, context):
                found = client.detect_dominant_language(Text=event["text"])["Languages"]
                if found[0]["LanguageCode"] not in ("de", "fr"):
                    return "skipped"
                mood = client.detect_sentiment(Text=event["text"], LanguageCode="de")
                return "call" if mood["Sentiment"] == "NEGATIVE" else "fine"
            """
        ),
        encoding="utf-8",
    )
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    apis = {one.api.rpartition(".")[2] for one in report.processes}
    assert apis == {"detect_dominant_language", "detect_sentiment"}
    assert not [gap for gap in report.gaps if gap.code == "not-reached"]
