"""A record that does not say what the application does is found out."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.replay import replay_report
from chameleonapi.decision import DecisionProcess

START = """
from google.cloud import vision

client = vision.ImageAnnotatorClient()
names = [one.description for one in client.label_detection(image=None).label_annotations]
"""
PRINTED = START + 'if "Dog" in names:\n    print("dog")\nelse:\n    print("other")\n'
SHARED = START + 'print("dog" if "Dog" in names else "other")\n'


@pytest.fixture
def application(tmp_path):
    def made(source):
        (tmp_path / "app.py").write_text(source, "utf-8")
        return tmp_path, analyze(tmp_path, budget=Budget(verification_answers=100))

    return made


def changed(report, change):
    data = report.processes[0].to_json()
    change(data)
    return type(report)((DecisionProcess.from_json(data),))


def other_label(data):
    """The label is another one."""
    labels = data["atoms"][0]["tests"][0]["accepts"]
    labels["labels"] = ["Cat" if one == "Dog" else one for one in labels["labels"]]


def swapped(data):
    """The outcomes are each other's."""
    rows = data["rules"]
    case = rows["cases"][0]
    case["outcome"], rows["default"] = rows["default"], case["outcome"]


def one_outcome(data):
    """Nothing is decided."""
    data["rules"]["cases"] = []


@pytest.mark.parametrize("source", [PRINTED, SHARED])
def test_a_right_record_agrees(application, source):
    path, report = application(source)
    (found,) = replay_report(path, report, answers=60)
    assert (found.agreed, found.reason) == (60, "")


@pytest.mark.parametrize("change", [other_label, one_outcome])
@pytest.mark.parametrize("source", [PRINTED, SHARED])
def test_a_wrong_record_disagrees(application, source, change):
    path, report = application(source)
    (found,) = replay_report(path, changed(report, change), answers=60)
    assert not found.reason
    assert found.agreed < 60
    wrong = found.disagreements[0]
    assert wrong.outcome in ("dog", "other")
    assert wrong.did


def test_swapped_outcomes_disagree_by_their_places(application):
    path, report = application(PRINTED)
    (found,) = replay_report(path, changed(report, swapped), answers=40)
    assert found.agreed == 0


def test_the_form_for_programs(application):
    path, report = application(PRINTED)
    (found,) = replay_report(path, changed(report, other_label), answers=60)
    data = found.to_json()
    assert data["answers"] == 60
    assert data["rate"] == found.agreed / 60
    assert data["reason"] is None
    assert set(data["disagreements"][0]) == {"answer", "outcome", "expected", "did"}


def test_what_a_missing_package_makes_of_the_answer_is_not_judged(application):
    path, report = application(PRINTED)
    text = START + (
        "import pandas\n"
        'frame = pandas.DataFrame({"name": names})\n'
        'if (frame["name"] == "Dog").any():\n    print("dog")\nelse:\n    print("other")\n'
    )
    (path / "app.py").write_text(text, "utf-8")
    (found,) = replay_report(path, report, answers=30)
    assert "pandas" in found.reason
    assert found.rate is None
