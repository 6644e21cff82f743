"""An exception that the application raises of itself is an outcome; an accident is none."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

HEAD = """
import boto3
from fastapi import HTTPException
client = boto3.client("rekognition")
class NoFace(Exception): ...
"""


def report_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=200))


@pytest.mark.parametrize(
    "refusal", ["ValueError('no face')", "NoFace()", "HTTPException(400, detail='no face')"]
)
def test_to_refuse_a_picture_without_faces_is_a_decision(tmp_path, refusal):
    (process,) = report_of(
        tmp_path,
        f"""
        def crop(picture):
            faces = client.detect_faces(Image={{"Bytes": picture}})["FaceDetails"]
            if not faces:
                raise {refusal}
            return faces[0]["BoundingBox"]
        """,
    ).processes
    assert process.kind is Kind.TRUE_FALSE
    box = {"Width": 0.5, "Height": 0.5, "Left": 0.1, "Top": 0.1}
    with_face = process.decide({"FaceDetails": [{"BoundingBox": box, "Confidence": 99.0}]})
    assert with_face.id != process.decide({"FaceDetails": []}).id


@pytest.mark.parametrize(
    "again", ["raise error", "raise", "raise HTTPException(500, str(error)) from error"]
)
def test_a_refusal_stays_one_when_a_handler_raises_again(tmp_path, again):
    (process,) = report_of(
        tmp_path,
        f"""
        def upload(picture):
            try:
                faces = client.detect_faces(Image={{"Bytes": picture}})["FaceDetails"]
                if len(faces) > 1:
                    raise HTTPException(422, detail="one face, please")
                return {{"message": "thank you"}}
            except Exception as error:
                {again}
        """,
    ).processes
    assert process.decide({"FaceDetails": [{}, {}]}).id != process.decide({"FaceDetails": [{}]}).id


@pytest.mark.parametrize(
    "body",
    [
        """
        def tags(picture):
            labels = client.detect_labels(Image={"Bytes": picture})["Labels"]
            return {"tags": [labels[0]["Name"], labels[1]["Name"], labels[2]["Name"]]}
        """,
        """
        def tags(picture):
            answer = client.detect_labels(Image={"Bytes": picture})
            for place in range(4):
                print(answer["Labels"][place]["Name"])
        """,
        """
        def tags(picture):
            try:
                return client.detect_labels(Image={"Bytes": picture})["Labels"][0]["Name"]
            except Exception as error:
                print(error)
                raise error
        """,
    ],
)
def test_too_few_elements_are_an_accident(tmp_path, body):
    report = report_of(tmp_path, body)
    assert not report.processes
    assert not report.calls_not_understood


def test_a_refusal_is_one_outcome_among_others(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        def animal(picture):
            for label in client.detect_labels(Image={"Bytes": picture})["Labels"]:
                if label["Name"] == "Dog":
                    return "dog"
                if label["Name"] == "Cat":
                    return "cat"
            raise ValueError("no animal")
        """,
    ).processes
    assert process.kind is Kind.MULTI_CHOICE
    assert len(process.outcomes) == 3


def test_a_name_that_only_makes_the_application_fail_decides_nothing(tmp_path):
    report = report_of(
        tmp_path,
        """
        def tags(picture):
            found = []
            for one in client.detect_labels(Image={"Bytes": picture})["Labels"]:
                first, second = one["Name"].split(" ")
                found.append(second)
            print("Found:", ", ".join(found))
        """,
    )
    assert not report.processes
    assert [one.line for one in report.calls_without_decision] == [9]


def test_an_assertion_is_a_refusal(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        def check(picture):
            names = [one["Name"] for one in client.detect_labels(Image=picture)["Labels"]]
            assert "Dog" in names, "no dog"
            print(names)
        """,
    ).processes
    assert process.kind is Kind.TRUE_FALSE


def test_what_is_done_before_every_run_fails_is_a_decision(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        def tell(picture):
            names = [one["Name"] for one in client.detect_labels(Image=picture)["Labels"]]
            found = "Dog" in names
            print("dog" if found else "no dog")
            return "dog" if found else None

        def save(picture):
            name, translation = tell(picture)
        """,
    ).processes
    assert process.kind is Kind.TRUE_FALSE


def test_what_a_handler_raises_again_is_told_apart_by_where_it_was_raised(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        from rest_framework import serializers
        def check(picture):
            try:
                faces = client.detect_faces(Image={"Bytes": picture})["FaceDetails"]
                if not faces:
                    raise serializers.ValidationError("There is no face in this picture at all.")
                if len(faces) > 1:
                    raise serializers.ValidationError("There is more than one face in it.")
                return True
            except serializers.ValidationError:
                raise
            except Exception:
                raise serializers.ValidationError("The picture cannot be read.")
        """,
    ).processes
    assert len({process.decide({"FaceDetails": [{}] * count}).id for count in range(3)}) == 3


def test_refusals_at_one_place_are_told_apart_by_what_they_say(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        def refuse(why):
            raise HTTPException(422, detail=why)
        def check(picture):
            faces = client.detect_faces(Image={"Bytes": picture})["FaceDetails"]
            if not faces:
                refuse("There is no face in this picture, as far as can be seen.")
            if len(faces) > 1:
                refuse("There is more than one face in this picture, which will not do.")
            return True
        """,
    ).processes
    assert len({process.decide({"FaceDetails": [{}] * count}).id for count in range(3)}) == 3
