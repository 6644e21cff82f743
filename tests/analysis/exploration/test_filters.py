"""Handing on only some elements: by label that is a decision, by score or of all it is none."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind

HEAD = """
from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
def entities(text):
    return client.analyze_entities(document={"content": text}).entities
"""


def report_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(file, budget=Budget(verification_answers=300))


@pytest.mark.parametrize(
    "body",
    [
        """
        def people(text):
            return [one.name for one in entities(text) if one.type_.name == "PERSON"]
        """,
        """
        def people(text):
            found = []
            for one in entities(text):
                if one.type_ == language_v1.Entity.Type.PERSON:
                    found.append(one.name)
            return {"people": found, "text": text}
        """,
    ],
)
def test_a_filter_by_type_decides(tmp_path, body):
    (process,) = report_of(tmp_path, body).processes
    assert process.kind is Kind.TRUE_FALSE
    person = {"entities": [{"name": "Ada", "type": "PERSON"}]}
    town = {"entities": [{"name": "Bath", "type": "LOCATION"}]}
    assert process.decide(person).id != process.decide(town).id
    assert process.decide({}).id == process.decide(town).id


@pytest.mark.parametrize("test", ["True", "one.salience > 0.1"])
def test_a_filter_by_score_or_none_does_not(tmp_path, test):
    report = report_of(
        tmp_path,
        f"""
        def names(text):
            return [one.name for one in entities(text) if {test}]
        """,
    )
    assert report.processes == ()
    assert len(report.calls_without_decision) == 1


READ = """
import boto3
client = boto3.client("rekognition")
def texts(image):
    return [one["DetectedText"] for one in client.detect_text(Image=image)["TextDetections"]]
"""


@pytest.mark.parametrize(
    ("test", "is_decision"),
    [
        ("'SKU' in one", True),
        ("one.lower().startswith('total')", True),
        ("one.strip()", False),
        ("len(one) > 3", False),
        ("one not in found", False),
    ],
)
def test_a_filter_by_a_word_of_a_free_text_decides(tmp_path, test, is_decision):
    body = f"""
    def read(image):
        found = []
        for one in texts(image):
            if {test}:
                found.append(one)
        return found
    """
    file = tmp_path / "app.py"
    file.write_text(READ + textwrap.dedent(body), encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=300))
    assert bool(report.processes) == is_decision
    assert bool(report.calls_without_decision) != is_decision
