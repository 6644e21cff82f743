"""Of a large project, what names an API is read first."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine import reading
from chameleonapi.decision import Status

APP = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def handler(event, context):
    labels = client.label_detection(image=event).label_annotations
    return any(one.description == "Dog" for one in labels)
"""


@pytest.fixture
def project(tmp_path):
    for number in range(reading._SMALL_PROJECT + 20):
        (tmp_path / f"a{number}.py").write_text("language = 'en'\n", encoding="utf-8")
    (tmp_path / "zoo.py").write_text(APP, encoding="utf-8")
    return tmp_path


def test_files_that_only_may_speak_of_an_api_are_left_out_for_lack_of_time(project, monkeypatch):
    monkeypatch.setattr(reading, "_READING_SECONDS", 0.0)
    report = analyze(project, budget=Budget(verification_answers=50))
    (process,) = report.processes
    assert process.call.file == "zoo.py"
    assert report.status is Status.PARTIAL
    (gap,) = [one for one in report.gaps if one.code == "budget"]
    assert "421 files were not looked at" in gap.message


def test_they_are_read_where_there_is_time(project):
    report = analyze(project, budget=Budget(verification_answers=50))
    assert report.status is Status.COMPLETE
    assert len(report.processes) == 1
