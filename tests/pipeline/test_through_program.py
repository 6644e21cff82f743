"""From an application that is run, and not understood, to a published model."""

import json
from dataclasses import replace

import pytest

from chameleonapi.cli.main import main
from chameleonapi.decision import DecisionProcess, Status
from chameleonapi.errors import UnsupportedError
from chameleonapi.models import ModelRegistry
from chameleonapi.pipeline import customize
from chameleonapi.pipeline.asking import Program
from pipeline.test_customization import CHOICE, folder, stand_in  # noqa: F401 - a fixture

APP = """
import sys
import zlib

from google.cloud import vision


def main(path):
    client = vision.ImageAnnotatorClient()
    found = client.label_detection(image=vision.Image(content=path)).label_annotations
    names = sorted(one.description for one in found if one.score > 0.6)
    print("bin", zlib.crc32(" ".join(names).encode()) % 3)


if __name__ == "__main__":
    main(sys.argv[1])
"""
# The record knows where the call is, and nothing of what is decided.
OPEN = replace(CHOICE, id="open", status=Status.PARTIAL)


@pytest.fixture(autouse=True)
def _tints(monkeypatch):
    stand_in(monkeypatch)


def first_of(answers):
    """What a program might do that goes by its own list, and by how sure the answer is."""
    slots = {"Lime": "left", "Brick": "right"}
    made = []
    for one in answers:
        rows = one.get("labelAnnotations", [])
        names = [row["description"] for row in rows if row["score"] > 0.7]
        made.append(next((slots[name] for name in names if name in slots), "nowhere"))
    return made


def test_a_model_is_made_for_what_a_program_does(folder, tmp_path):  # noqa: F811
    made = customize(
        OPEN, folder, models=tmp_path, name="asked", program=Program(first_of, "one source")
    )
    assert set(made.process.labels_read()) == {"Lime", "Brick", "Sky"}  # the record reads Sky
    assert made.process.lines[1:] == (0.7,)
    assert {one.id for one in made.process.outcomes} == {"left", "right", "nowhere", "(other)"}
    assert {one.name for one in made.evaluation.methods} == {"generic", "tuned", "basic", "ours"}
    assert made.evaluation.method("ours").balanced.rate < 0.6
    registry = ModelRegistry(tmp_path)
    manifest = registry.manifest("asked")
    assert manifest.loss == "perturbation.v1"
    assert manifest.process_digest == made.process.digest
    # What is published tells nobody to run anything.
    published = registry.decision("asked")
    assert type(published) is DecisionProcess
    assert published == OPEN


def test_what_cannot_be_asked_is_refused_before_anything_is_computed(folder, tmp_path):  # noqa: F811
    program = Program(first_of, "")
    with pytest.raises(UnsupportedError, match="--level full"):
        customize(OPEN, folder, models=tmp_path, level="full", program=program)
    texts = replace(
        OPEN, api="google.language.analyze_sentiment", atoms=(), rules=replace(OPEN.rules, cases=())
    )
    with pytest.raises(UnsupportedError, match="something else"):
        customize(texts, folder, models=tmp_path, program=program)
    assert not list(tmp_path.iterdir())


def test_the_command_runs_the_application(folder, tmp_path, capsys):  # noqa: F811
    app = tmp_path / "app.py"
    app.write_text(APP.replace('"bin"', '"bin", "of", "Lime"'))
    options = ["--data", str(folder), "--models", str(tmp_path / "models")]
    assert main(["customize", str(app), *options, "--through-program", "--name", "bins"]) == 0
    told = capsys.readouterr()
    assert "was run on" in told.err
    assert "all labels, and their number" in told.err
    assert "Published as 'bins'" in told.err
    record = tmp_path / "decision.json"
    record.write_text(json.dumps(OPEN.to_json()))
    assert main(["customize", str(record), *options, "--through-program"]) == 2
    assert "runs the application itself" in capsys.readouterr().err
