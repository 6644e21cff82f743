"""``chameleon analyze --replay``: only on request, for people and for programs."""

import json

import pytest

from chameleonapi.cli.main import main

SOURCE = """
from google.cloud import vision

client = vision.ImageAnnotatorClient()
for label in client.label_detection(image=None).label_annotations:
    if label.description == "Dog":
        print("dog")
"""


@pytest.fixture
def ask(tmp_path, capsys):
    (tmp_path / "app.py").write_text(SOURCE, "utf-8")

    def run(*options):
        code = main(["analyze", str(tmp_path), "--no-cache", *options])
        shown = capsys.readouterr()
        return code, " ".join(shown.out.split()), shown.err

    return run


def test_for_people(ask):
    code, out, _ = ask("--replay", "--replay-answers", "20")
    assert code == 0
    assert "what the record says on 20 of 20 answers (100.0%)" in out


def test_for_programs(ask):
    _, out, _ = ask("--replay", "--replay-answers", "20", "--json")
    (process,) = json.loads(out)["processes"]
    assert process["replay"] == {
        "answers": 20,
        "agreed": 20,
        "rate": 1.0,
        "reason": None,
        "disagreements": [],
    }


def test_never_unasked(ask, monkeypatch):
    monkeypatch.setattr("chameleonapi.analysis.replay.replay_report", None)
    _, out, _ = ask("--json")
    assert "replay" not in json.loads(out)["processes"][0]


def test_wrong_numbers_and_forms(ask):
    assert ask("--replay", "--replay-answers", "0")[0] == 2
    assert ask("--replay", "--format", "sarif")[0] == 2
