"""Parameters that are false by default: what they lead to is found where nothing else decides."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze

HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def adult(path):
    answer = client.safe_search_detection(image=vision.Image(content=path))
    return answer.safe_search_annotation.adult
"""
OPTIONS = {
    "by name": "def check(path, *, strict=False):",
    "by place": "def check(path, strict=False):",
}


def report_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(file, budget=Budget(verification_answers=60))


@pytest.mark.parametrize("how", OPTIONS)
def test_an_option_that_decides_is_named(tmp_path, how):
    body = f"""
        {OPTIONS[how]}
            ok = adult(path) < vision.Likelihood.LIKELY
            if strict and not ok:
                raise ValueError("unsafe")
            return path
        """
    (process,) = report_of(tmp_path, body).processes
    (gap,) = process.gaps
    assert gap.code == "unknown-value"
    assert "parameter strict" in gap.message
    assert len(process.outcomes) == 2


def test_an_option_that_changes_no_decision_leaves_nothing_open(tmp_path):
    body = """
        def check(path, verbose=False):
            ok = adult(path) < vision.Likelihood.LIKELY
            if verbose:
                print("looked at", path)
            return "fine" if ok else "unsafe"
        """
    (process,) = report_of(tmp_path, body).processes
    assert process.gaps == ()


def test_what_the_application_itself_passes_counts(tmp_path):
    body = """
        def check(path, strict=False):
            ok = adult(path) < vision.Likelihood.LIKELY
            if strict and not ok:
                raise ValueError("unsafe")
            return path
        print(check("a.jpg"))
        """
    report = report_of(tmp_path, body)
    assert report.processes == ()
    assert report.gaps == ()
