"""Sources drawn from Python's own grammar: each ends in a status, with and without a call."""

import sys
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from chameleonapi.analysis import Budget, analyze
from chameleonapi.errors import ChameleonError

hypothesmith = pytest.importorskip("hypothesmith")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:hypothesmith"),
    pytest.mark.seconds,
]

BUDGET = Budget(verification_answers=10, seconds=1.0, total_seconds=1.0, verification_seconds=0.2)
CALL = """\
from google.cloud import vision
labels = vision.ImageAnnotatorClient().label_detection(image=vision.Image()).label_annotations
"""
DECIDE = """
if any(one.description == "Dog" for one in labels):
    print("open")
"""
CHECKS = list(HealthCheck)


def fuzzed(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=CHECKS,
    )


def ends_in_a_status(source):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "alone.py").write_text(source, encoding="utf-8", errors="surrogatepass")
        (folder / "main.py").write_text(
            CALL + source + DECIDE, encoding="utf-8", errors="surrogatepass"
        )
        try:
            report = analyze(folder, budget=BUDGET)
        except ChameleonError as error:
            assert str(error)  # noqa: PT017 - either end is right
            return
    assert report.status.name in {"COMPLETE", "PARTIAL", "UNSUPPORTED"}
    assert not [one for one in report.gaps if one.code == "engine-failure"], report.gaps
    parsed = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(CALL + source + DECIDE, "main.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        parsed = False
    # a file that Python takes is read: it ends in a decision, in none, or in a gap, not in silence
    if parsed and sys.version_info >= (3, 11):
        told = [*report.processes, *report.calls_without_decision, *report.gaps]
        assert told, source


@fuzzed(15)
@given(hypothesmith.from_grammar())
def test_any_source_of_the_grammar_ends_in_a_status(source):
    ends_in_a_status(source)


@pytest.mark.slow
@fuzzed(600)
@given(hypothesmith.from_grammar())
def test_many_sources_of_the_grammar_end_in_a_status(source):
    ends_in_a_status(source)


@pytest.mark.slow
@fuzzed(300)
@given(hypothesmith.from_node())
def test_many_trees_end_in_a_status(source):
    ends_in_a_status(source)
