"""Dictionaries whose keys are members of an enumeration: the client library's, or the application's."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

_HEAD = """
import enum
from google.cloud import vision
from google.cloud.vision import Likelihood
class Level(enum.IntEnum):
    UNKNOWN = 0
    VERY_UNLIKELY = 1
    UNLIKELY = 2
    POSSIBLE = 3
    LIKELY = 4
    VERY_LIKELY = 5
def look(name):
    safe = vision.ImageAnnotatorClient().safe_search_detection(image=name).safe_search_annotation
    return safe
"""
STYLES = {
    "scores by the library's members": """
        SCORES = {vision.Likelihood.UNKNOWN: 0.0, vision.Likelihood.VERY_UNLIKELY: 0.1,
                  vision.Likelihood.UNLIKELY: 0.3, vision.Likelihood.POSSIBLE: 0.5,
                  vision.Likelihood.LIKELY: 0.7, vision.Likelihood.VERY_LIKELY: 0.9}
        def upload(name):
            return "refused" if SCORES[getattr(look(name), "adult")] >= 0.6 else "stored"
        """,
    "some of the library's members": """
        def upload(name):
            return {Likelihood.LIKELY: "refused", Likelihood.VERY_LIKELY: "refused"}.get(
                look(name).adult, "stored")
        """,
    "membership": """
        def upload(name):
            return "refused" if look(name).adult in {Likelihood.LIKELY: 1, 5: 2} else "stored"
        """,
    "the application's own members": """
        RANKS = {Level.LIKELY: 2, Level.VERY_LIKELY: 3}
        def upload(name):
            return "refused" if RANKS.get(look(name).adult, 0) > 1 else "stored"
        """,
}


@pytest.mark.parametrize("style", STYLES)
def test_a_likelihood_looks_a_value_up(tmp_path, style):
    source = _HEAD + textwrap.dedent(STYLES[style])
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert report.gaps == ()
    (process,) = report.processes
    assert process.kind is Kind.VALUE_RANGES
    for name in ("UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE"):
        assert process.decide({"safeSearchAnnotation": {"adult": name}}).id == "stored"
    for name in ("LIKELY", "VERY_LIKELY"):
        assert process.decide({"safeSearchAnnotation": {"adult": name}}).id == "refused"
