"""Iterators over iterators end a run before they use up the stack of the process."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

CALL = "labels = client.label_detection(image=vision.Image()).label_annotations\n"
DECIDE = """
print("open" if "Dog" in [one.description for one in labels] else "shut")
"""
WRAPS = [
    "map(lambda y: y, x)",
    "filter(None, x)",
    "zip(x)",
    "enumerate(x)",
    "(y for y in x)",
    "itertools.chain(x)",
    "itertools.islice(x, 1)",
    "itertools.takewhile(bool, x)",
]


def report_of(tmp_path, wrap, count):
    source = (
        "import itertools\nfrom google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n"
        f"{CALL}x = iter([1])\nfor i in range({count}):\n    x = {wrap}\nz = list(x)\n{DECIDE}"
    )
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=100))


@pytest.mark.parametrize("wrap", WRAPS)
def test_a_long_chain_ends_with_a_status(tmp_path, wrap):
    report = report_of(tmp_path, wrap, 5_000)
    assert report.status is Status.UNSUPPORTED
    assert "budget-depth" in {gap.code for gap in report.every_gap}


def test_a_short_chain_is_followed(tmp_path):
    report = report_of(tmp_path, "map(lambda y: y, x)", 50)
    assert report.status is Status.COMPLETE
    assert len(report.processes) == 1
