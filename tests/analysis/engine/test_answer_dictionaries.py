"""Dictionaries of an answer are made as far as they are looked at."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.stubs import answers
from chameleonapi.analysis.trace import Fact
from chameleonapi.apis import api_ids

LABELS = """
import boto3
answer = boto3.client("rekognition").detect_labels(Image={})
for one in answer["Labels"]:
    if one["Confidence"] > 80:
        print(one["Name"] == "Cat", len(one["Instances"]))
"""
ANSWER = {
    "Labels": [
        {"Name": "Cat", "Confidence": 90.0, "Instances": [{"Confidence": 80.0}]},
        {"Name": "Dog", "Confidence": 70.0, "Instances": []},
    ]
}


@pytest.fixture
def filled(monkeypatch):
    """The names of what was filled with all that it holds."""
    seen = []
    real = answers._filled

    def fill(machine, message, **named):
        seen.append(message.name)
        return real(machine, message, **named)

    monkeypatch.setattr(answers, "_filled", fill)
    return seen


def run(tmp_path, source):
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    program = load_program(tmp_path)
    default = {api: {} for api in api_ids()} | {"aws.rekognition.detect_labels": ANSWER}
    return program.run(program.entries[0], {}, {}, default=default)


def test_lists_that_are_always_there_are_read_without_what_stands_beside_them(tmp_path, filled):
    trace = run(tmp_path, LABELS)
    assert filled == []
    facts = {(one.place.index, one.key): one.value for one in trace.steps if isinstance(one, Fact)}
    assert facts[-1, "Labels"] == 2
    assert facts[0, "Instances"] == 1


def test_what_was_read_before_stays_the_same_object_when_all_is_looked_at(tmp_path, filled):
    source = LABELS.replace("for one", "before = answer['Labels']\nkeys = list(answer)\nfor one")
    trace = run(tmp_path, f"{source}print(answer['Labels'] is before, 'Labels' in keys)\n")
    assert filled
    assert any(one.concrete == "print True True" for one in trace.effects), trace.effects


def test_how_many_keys_an_answer_of_amazon_has_is_not_known(tmp_path):
    source = """
import boto3

def handler(event, context):
    answer = boto3.client("rekognition").detect_labels(Image={})
    if len(answer) < 3:
        return
    if answer["Labels"]:
        print("labels")
"""
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    assert len(process.outcomes) == 2
    assert {gap.code for gap in process.gaps} <= {"unknown-value"}
