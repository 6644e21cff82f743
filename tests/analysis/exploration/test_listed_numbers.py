"""Likelihoods that are added up: their numbers decide together, none of them alone."""

import itertools
import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.apis import get_api
from chameleonapi.decision import Kind, Status

HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def entry(address):
    image = vision.Image()
    image.source.image_uri = address
"""
NAMES = ("UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY")


def record_of(tmp_path, body):
    source = HEAD + textwrap.indent(textwrap.dedent(body), "    ")
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=300, seconds=120))
    (process,) = report.processes
    return process


def effect(outcome):
    return outcome.effects[0].text


def test_names_are_in_the_order_of_their_numbers():
    spec = get_api("google.vision.safe_search_detection")
    assert spec.main.field("adult").values == NAMES


@pytest.mark.parametrize(
    ("test", "is_refused"),
    [
        ("safe.adult + safe.racy > 8", lambda adult, racy, _: adult + racy > 8),
        ("safe.adult - safe.racy >= 2", lambda adult, racy, _: adult - racy >= 2),
        (
            "(safe.adult + safe.racy + safe.violence) / 3 > 3",
            lambda adult, racy, violence: adult + racy + violence > 9,
        ),
        (
            "max(safe.adult, safe.racy) + safe.violence > 7",
            lambda adult, racy, violence: max(adult, racy) + violence > 7,
        ),
    ],
)
def test_a_sum_of_likelihoods_decides(tmp_path, test, is_refused):
    process = record_of(
        tmp_path,
        f"""
        safe = client.safe_search_detection(image=image).safe_search_annotation
        if {test}:
            return "refused"
        return "taken"
        """,
    )
    assert (process.kind, process.status) == (Kind.VALUE_RANGES, Status.COMPLETE)
    for adult, racy, violence in itertools.product(range(6), repeat=3):
        answer = {
            "safeSearchAnnotation": {
                "adult": NAMES[adult],
                "racy": NAMES[racy],
                "violence": NAMES[violence],
            }
        }
        wanted = "refused" if is_refused(adult, racy, violence) else "taken"
        assert wanted in effect(process.decide(answer))


def test_two_sums_over_five_likelihoods_are_two_numbers(tmp_path):
    process = record_of(
        tmp_path,
        """
        safe = client.safe_search_detection(image=image).safe_search_annotation
        if safe.adult + safe.violence + safe.racy > 9:
            return "refused"
        if safe.medical + safe.spoof >= 7:
            return "shown to a person"
        return "taken"
        """,
    )
    assert process.status is Status.COMPLETE
    assert len(process.outcomes) == 3


def test_likelihoods_are_added_up_over_faces(tmp_path):
    process = record_of(
        tmp_path,
        """
        faces = client.face_detection(image=image).face_annotations
        joy = anger = 0
        for face in faces:
            joy += face.joy_likelihood
            anger += face.anger_likelihood
        if joy > anger:
            return "glad"
        return "not glad"
        """,
    )
    assert process.status is Status.COMPLETE

    def decided(*faces):
        rows = [{"joyLikelihood": NAMES[a], "angerLikelihood": NAMES[b]} for a, b in faces]
        return effect(process.decide({"faceAnnotations": rows}))

    assert "'glad'" in decided((5, 1), (1, 4))
    assert "'not glad'" in decided((5, 1), (1, 5))
    assert "'glad'" in decided((2, 1), (2, 2), (3, 3), (4, 4), (5, 5))
    assert "not glad" in decided()
