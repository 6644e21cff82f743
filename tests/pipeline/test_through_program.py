"""From an application that is run, and not understood, to a published model."""

import json
from dataclasses import replace
from functools import partial

import pytest

from chameleonapi.analysis.replay import without_rules
from chameleonapi.cli.main import main
from chameleonapi.decision import DecisionProcess, Status
from chameleonapi.errors import UnsupportedError
from chameleonapi.evaluation import Evaluation, certify
from chameleonapi.models import ModelRegistry
from chameleonapi.pipeline import customize, evaluate, load_predictor
from chameleonapi.pipeline.asking import Program
from chameleonapi.pipeline.deployment import RegistryDeployment
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.pipeline.registry_models import RegistryModels
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
# What is decided hangs on a package that is not here.
FOREIGN = """
import sys

from google.cloud import vision
from nobody.rules import Shelf


def main(path):
    client = vision.ImageAnnotatorClient()
    found = client.label_detection(image=vision.Image(content=path)).label_annotations
    names = [one.description for one in found]
    print("full" if Shelf(names).is_full else "open")


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


def test_a_published_model_is_measured_by_what_the_program_does(folder, tmp_path):  # noqa: F811
    program = Program(first_of, "one source")
    made = customize(OPEN, folder, models=tmp_path, name="asked", program=program)
    customize(CHOICE, folder, models=tmp_path, name="ruled")
    found = evaluate(
        OPEN, folder, models=tmp_path, names=["asked", "ruled"], methods=["basic"], program=program
    )
    assert found.through_program
    assert found.process_digest == made.process.digest
    assert found.method("asked").balanced.rate == made.evaluation.method("ours").balanced.rate
    assert "(made" not in found.method("asked").title
    assert found.method("ruled").title.endswith(" (made by the record)")
    assert found.examples[0].acceptable == made.evaluation.examples[0].acceptable
    assert certify(found, "asked").through_program
    assert Evaluation.from_json(found.to_json()) == found


def test_a_model_made_through_a_program_says_so_where_a_record_decides(folder, tmp_path):  # noqa: F811
    customize(OPEN, folder, models=tmp_path, name="asked", program=Program(first_of, ""))
    told = []
    shown = SilentProgress()
    shown.note = told.append
    found = evaluate(OPEN, folder, models=tmp_path, names=["asked"], progress=shown)
    assert not found.through_program
    assert found.method("asked").title.endswith(" (made through the program)")
    assert "--through-program measures what the application does" in told[-1]


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


def test_a_record_without_rules_decides_nothing_by_itself(folder, tmp_path, capsys):  # noqa: F811
    bare = without_rules(OPEN)
    made = customize(bare, folder, models=tmp_path, name="asked", program=Program(first_of, ""))
    assert made.evaluation.method("ours").balanced.rate < 0.6
    # Every answer would lead to the one outcome that it has, and nothing would seem to be wrong.
    for work in (customize, partial(evaluate, names=["asked"])):
        with pytest.raises(UnsupportedError, match="holds the call and no rules"):
            work(bare, folder, models=tmp_path)
    bare.save(tmp_path / "decision.json")
    options = ["--data", str(folder), "--models", str(tmp_path), "--name", "asked"]
    assert main(["evaluate", str(tmp_path / "decision.json"), *options]) == 4
    assert "--through-program" in capsys.readouterr().err
    # What a server would count is not known either.
    registry = ModelRegistry(tmp_path)
    deployment = RegistryDeployment(
        registry, load_predictor(tmp_path, ["asked"])[0], models=RegistryModels(registry, ["asked"])
    )
    assert [one.process for one in deployment.models() if one.application] == [None]


def test_the_command_runs_the_application(folder, tmp_path, capsys):  # noqa: F811
    app = tmp_path / "app.py"
    app.write_text(APP.replace('"bin"', '"bin", "of", "Lime"'))
    options = ["--data", str(folder), "--models", str(tmp_path / "models")]
    assert main(["customize", str(app), *options, "--through-program", "--name", "bins"]) == 0
    told = capsys.readouterr()
    assert "was run on" in told.err
    assert "all labels, and their number" in told.err
    assert "Published as 'bins'" in told.err
    saved = tmp_path / "shown" / "evaluation.json"
    again = ["evaluate", str(app), *options, "--through-program", "--name", "bins"]
    assert main([*again, "--output", str(saved)]) == 0
    assert "Decided by the application itself" in _in_one_line(capsys.readouterr().out)
    assert main(["models", "--models", str(tmp_path / "models")]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows if "made through the program" in row] == ["bins"]
    assert main(["certify", str(saved), "--method", "bins"]) == 0
    assert "Decided by the application itself" in _in_one_line(capsys.readouterr().out)
    record = tmp_path / "decision.json"
    record.write_text(json.dumps(OPEN.to_json()))
    assert main(["customize", str(record), *options, "--through-program"]) == 2
    assert "runs the application itself" in capsys.readouterr().err


def _in_one_line(text):
    return " ".join(text.split())


def test_a_page_drawn_again_shows_no_rules_where_a_program_decided(folder, tmp_path):  # noqa: F811
    made = customize(
        OPEN, folder, models=tmp_path, name="asked", program=Program(first_of, "one source")
    )
    made.process.save(tmp_path / "decision.json")
    made.evaluation.save(tmp_path / "evaluation.json")
    assert main(["report", str(tmp_path), "--pictures", str(folder)]) == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Its rules are not taken from the source" in page
    assert "Decided by the application itself" in page
    assert "Every rule in words" not in page
    assert "another version of the decision process" not in page


def test_an_application_that_cannot_be_run_is_refused_at_once(folder, tmp_path, capsys):  # noqa: F811
    app = tmp_path / "app.py"
    app.write_text(
        APP.replace("import zlib", "import os\nimport zlib").replace(
            "client =", "os.kill(1, 9)\n    client ="
        )
    )
    options = ["--data", str(folder), "--models", str(tmp_path / "models"), "--name", "bins"]
    for command in ("customize", "evaluate"):
        assert main([command, str(app), *options, "--through-program"]) == 4
        assert "cannot be run: it tries to do what no replay may" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_a_call_that_is_not_understood_is_no_call_that_decides_nothing(folder, tmp_path, capsys):  # noqa: F811
    app = tmp_path / "app.py"
    app.write_text(FOREIGN)
    options = ["--data", str(folder), "--models", str(tmp_path / "models"), "--name", "shelf"]
    assert main(["evaluate", str(app), *options]) == 4
    told = _in_one_line(capsys.readouterr().err)
    assert "app.py:10, and what it decides on the answer was not understood" in told
    assert "--through-program runs it" in told


def test_what_a_package_that_is_not_here_says_is_remarked_on(folder, tmp_path, capsys):  # noqa: F811
    app = tmp_path / "app.py"
    app.write_text(
        FOREIGN.replace("print(", "if names and names[0] == 'Lime': print('lime')\n    print(")
    )
    options = ["--data", str(folder), "--models", str(tmp_path / "models"), "--name", "shelf"]
    assert main(["customize", str(app), *options, "--through-program"]) == 0
    told = _in_one_line(capsys.readouterr().err)
    assert "something that is not here makes of the answer" in told
    assert "nobody.rules.Shelf().is_full" in told
