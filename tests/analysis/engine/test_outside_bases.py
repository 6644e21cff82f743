"""Instances of classes whose base is a library's: what they were given is what they give back."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

_HEAD = """
from google.cloud import vision
from pydantic import BaseModel, Field
class Moderation(BaseModel):
    adult: str
    racy: str = "UNKNOWN"
    names: list = Field(default_factory=list)
def moderate(content):
    client = vision.ImageAnnotatorClient()
    safe = client.safe_search_detection(image=vision.Image(content=content)).safe_search_annotation
    return Moderation(adult=safe.adult.name, racy=vision.Likelihood(safe.racy).name)
"""


def process_of(tmp_path, body):
    (tmp_path / "app.py").write_text(_HEAD + textwrap.dedent(body), encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert report.gaps == ()
    (process,) = report.processes
    return process


@pytest.mark.parametrize(
    "read",
    [
        "found.adult",
        "found.dict()['adult']",
        "found.model_dump()['adult']",
        "json.loads(found.json())['adult']",
        "getattr(found, 'adult')",
    ],
)
def test_a_field_of_a_model_reads_as_what_was_passed_for_it(tmp_path, read):
    process = process_of(
        tmp_path,
        f"""
        import json
        def upload(content):
            found = moderate(content)
            if {read} in ("LIKELY", "VERY_LIKELY"):
                return "refused"
            return "stored"
        """,
    )
    assert process.kind is Kind.VALUE_RANGES
    for name, outcome in [
        ("UNLIKELY", "stored"),
        ("LIKELY", "refused"),
        ("VERY_LIKELY", "refused"),
    ]:
        assert process.decide({"safeSearchAnnotation": {"adult": name}}).id == outcome


def test_what_an_outside_base_makes_of_the_answer_is_not_silent(tmp_path):
    (tmp_path / "app.py").write_text(
        _HEAD
        + textwrap.dedent(
            """
            def upload(content):
                if moderate(content).is_unsafe:
                    return "refused"
                return "stored"
            """
        ),
        encoding="utf-8",
    )
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert report.calls_without_decision == ()
    (one,) = report.calls_not_understood
    assert (one.api, one.line) == ("google.vision.safe_search_detection", 10)
    assert {gap.code for gap in one.gaps} == {"tainted-unknown"}
    assert {gap.code for gap in report.gaps} == {"not-understood", "tainted-unknown"}
