"""Texts side by side in a row are told by their places, and flags beside an early end are flags."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
import csv
import boto3
client = boto3.client("rekognition")
def faces(image):
    return client.detect_faces(Image={"Bytes": image}, Attributes=["ALL"])["FaceDetails"]
"""


def process_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    return process


def face(**values):
    return {name: {"Value": value} for name, value in values.items()}


@pytest.mark.parametrize("row", ["writer.writerow([smile, lenses])", "return [smile, lenses]"])
def test_the_same_texts_in_another_order_are_something_else(tmp_path, row):
    process = process_of(
        tmp_path,
        f"""
        writer = csv.writer(open("out.csv", "w"))
        def handler(event, context):
            face = faces(event["image"])[0]
            smile = "yes" if face["Smile"]["Value"] else "no"
            lenses = "yes" if face["Eyeglasses"]["Value"] else "no"
            {row}
        """,
    )
    assert (process.kind, process.status) == (Kind.MULTI_SELECT, Status.COMPLETE)
    said = {
        process.decide({"FaceDetails": [face(Smile=one, Eyeglasses=two)]}).id
        for one in (True, False)
        for two in (True, False)
    }
    assert len(said) == 4
    texts = [effect.text for one in process.outcomes for effect in one.effects]
    assert any(one.endswith("with [0] = 'yes'") for one in texts)


def test_flags_beside_what_is_said_instead_of_them_are_flags(tmp_path):
    process = process_of(
        tmp_path,
        """
        def handler(event, context):
            found = faces(event["image"])
            if len(found) != 1:
                problem = "nobody" if not found else "several"
                return {"status": "bad", "issues": [problem]}
            face = found[0]
            checks = {
                "smiling": face["Smile"]["Value"],
                "awake": face["EyesOpen"]["Value"],
                "sharp": face["Quality"]["Sharpness"] > 70,
            }
            issues = [name for name, passed in checks.items() if not passed]
            return {"status": "good" if all(checks.values()) else "bad", "issues": issues}
        """,
    )
    assert (process.kind, process.status) == (Kind.MULTI_SELECT, Status.COMPLETE)
    names = {one.id for one in process.outcomes}
    assert names == {"nobody", "several", "smiling", "awake", "sharp"}
    assert process.decide({"FaceDetails": []}).id == "nobody"
    blurred = {**face(Smile=False, EyesOpen=True), "Quality": {"Sharpness": 20.0}}
    assert process.decide({"FaceDetails": [blurred]}).id == "sharp+smiling"


def test_names_that_are_listed_beside_data_are_flags(tmp_path):
    process = process_of(
        tmp_path,
        """
        def handler(event, context):
            face = faces(event["image"])[0]
            table = boto3.resource("dynamodb").Table("faces")
            checks = {"smile": face["Smile"]["Value"], "eyes": face["EyesOpen"]["Value"]}
            issues = [name for name, passed in checks.items() if not passed]
            issues += [f"box {face['BoundingBox']['Left']}"]
            table.put_item(Item={"issues": issues, "scores": {"smile": face["Confidence"]}})
        """,
    )
    assert (process.kind, process.status) == (Kind.MULTI_SELECT, Status.COMPLETE)
    assert {"smile", "eyes"} <= {one.id for one in process.outcomes}
    assert process.decide({"FaceDetails": [face(Smile=True, EyesOpen=False)]}).id == "eyes"


def test_many_flags_are_looked_at_in_all_their_mixtures(tmp_path):
    names = ["Smile", "EyesOpen", "MouthOpen", "Beard", "Mustache", "Eyeglasses", "Sunglasses"]
    process = process_of(
        tmp_path,
        f"""
        def handler(event, context):
            face = faces(event["image"])[0]
            issues = []
            for name in {names!r}:
                if face[name]["Value"]:
                    issues.append(name)
            if face["Confidence"] < 90:
                issues.append("unsure")
            if face["Quality"]["Sharpness"] < 50:
                issues.append("blurred")
            return {{"status": "bad" if issues else "good", "issues": issues}}
        """,
    )
    assert process.kind is Kind.MULTI_SELECT
    assert {one.lower() for one in names} | {"unsure", "blurred"} <= {
        one.id for one in process.outcomes
    }


def test_texts_written_side_by_side_are_still_counted(tmp_path):
    process = process_of(
        tmp_path,
        """
        def handler(event, context):
            face = faces(event["image"])[0]
            smile = "yes" if face["Smile"]["Value"] else "no"
            lenses = "yes" if face["Eyeglasses"]["Value"] else "no"
            return "both" if [smile, lenses].count("yes") == 2 else "other"
        """,
    )
    assert (process.kind, process.status) == (Kind.VALUE_RANGES, Status.COMPLETE)
    assert process.decide({"FaceDetails": [face(Smile=True, Eyeglasses=True)]}).id == "both"


def test_flags_go_by_what_tells_answers_apart_by_itself(tmp_path):
    process = process_of(
        tmp_path,
        """
        def handler(event, context):
            found = faces(event["image"])
            issues = []
            if len(found) != 1:
                issues.append("not one face")
            else:
                face = found[0]
                if face["MouthOpen"]["Value"] and face["MouthOpen"]["Confidence"] >= 90:
                    issues.append("mouth")
                if face["Sunglasses"]["Value"] and face["Sunglasses"]["Confidence"] >= 90:
                    issues.append("lenses")
                if not face["EyesOpen"]["Value"] and face["EyesOpen"]["Confidence"] >= 90:
                    issues.append("eyes")
                if face["AgeRange"]["High"] <= 18:
                    issues.append("minor")
                pose = face["Pose"]
                if not all(-20 < pose[name] < 20 for name in ("Pitch", "Roll", "Yaw")):
                    issues.append("turned")
            return {"passed": not issues, "issues": issues}
        """,
    )
    assert process.kind is Kind.MULTI_SELECT
    assert process.verification.disagreements == 0
    for one in process.atoms:
        fields = [getattr(test, "field", None) or test.value.path for test in one.tests]
        assert len({field.split(".")[0] for field in fields}) <= 1
