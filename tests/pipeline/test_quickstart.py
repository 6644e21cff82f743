"""The whole path on few scenes: every step, the real client in a process of its own, the records."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chameleonapi.cli.main import main
from chameleonapi.decision import load_process
from chameleonapi.errors import DataError, UnknownNameError, UsageError
from chameleonapi.evaluation import Evaluation
from chameleonapi.models import ModelRegistry
from chameleonapi.pipeline import RunRecord, customize, evaluate, load_predictor
from chameleonapi.pipeline import quickstart as module
from chameleonapi.pipeline.live_run import run_live
from chameleonapi.pipeline.quickstart import example_application

COUNTS = {"train": 120, "validation": 60, "test": 60}
PROVIDER = {"train": 100, "validation": 40}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Run the quickstart once, as the command does, on few scenes."""
    root = tmp_path_factory.mktemp("quickstart")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_APPLICATION_SCENES", COUNTS)
        patch.setattr(module, "_PROVIDER_SCENES", PROVIDER)
        patch.setattr(module, "_LIVE_PICTURES", 4)
        assert main(["quickstart", "--folder", str(root / "out"), "--json"]) == 0
    return root / "out"


def test_every_step_leaves_its_record(folder):
    process = load_process(folder / "decision.json")
    assert process.kind.name == "MULTI_CHOICE"
    assert process.order.name == "API"
    assert {one.id for one in process.outcomes} == {"compost", "recycle", "donate", "trash"}
    evaluation = Evaluation.load(folder / "evaluation.json")
    names = [one.name for one in evaluation.methods]
    heard = "no-opinion" in names  # told where a second opinion is heard
    assert names == ["generic", "tuned", "basic", "paper", *["no-opinion"] * heard, "ours"]
    assert ("opinion" in {one.cause for one in evaluation.shares}) == heard
    assert evaluation.data.examples == COUNTS["test"]
    assert evaluation.process_digest == process.digest
    run = RunRecord.load(folder / "run.json")
    assert len(run.rows) == 4
    assert run.transport == "gRPC"
    page = (folder / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_live_run_agrees_with_the_evaluation(folder):
    evaluation = Evaluation.load(folder / "evaluation.json")
    decided = {one.id: one.decided for one in evaluation.examples}
    for row in RunRecord.load(folder / "run.json").rows:
        assert row.generic_output == row.generic_outcome == decided[row.picture]["generic"]
        assert row.customised_output == row.customised_outcome == decided[row.picture]["ours"]


def test_the_registry_holds_both_models_with_their_history(folder):
    registry = ModelRegistry(folder / "models")
    assert registry.names() == ("generic", "smart_bin")
    ours, generic = registry.manifest("smart_bin"), registry.manifest("generic")
    assert ours.base == registry.resolve("generic").digest
    assert ours.process_digest == load_process(folder / "decision.json").digest
    assert len({ours.data_digest, generic.data_digest, ""}) == 3
    assert ours.versions["torch"].startswith("2.13.0")


def test_a_second_run_takes_what_is_there(folder, monkeypatch, capsys):
    before = ModelRegistry(folder / "models").resolve("smart_bin")
    monkeypatch.setattr(module, "_APPLICATION_SCENES", COUNTS)
    monkeypatch.setattr(module, "_PROVIDER_SCENES", PROVIDER)
    monkeypatch.setattr(module, "_LIVE_PICTURES", 2)
    assert main(["quickstart", "--folder", str(folder), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert len(result["run"]["rows"]) == 2
    published = ModelRegistry(folder / "models").resolve("smart_bin")
    assert published.name == before.name
    head_before = ModelRegistry(folder / "models").load(f"smart_bin@{before.digest}")[0]
    assert (
        ModelRegistry(folder / "models").load("smart_bin")[0].to_bytes() == head_before.to_bytes()
    )


def test_models_are_listed_shown_and_reported_again(folder, capsys):
    models = ["--models", str(folder / "models")]
    assert main(["models", *models, "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == ["generic", "smart_bin"]
    assert main(["models", "show", "smart_bin", *models]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "customized"
    assert main(["models", "show", "nobody", *models]) == 2
    assert "Known: generic, smart_bin" in capsys.readouterr().err
    (folder / "report.html").unlink()
    assert main(["report", str(folder)]) == 0
    assert "data:image" in (folder / "report.html").read_text("utf-8")


def test_a_record_does_not_choose_which_folder_pictures_come_from(
    folder, tmp_path, monkeypatch, capsys
):
    for name in ("decision.json", "evaluation.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert main(["report", "."]) == 0
    assert "--pictures DIR" in capsys.readouterr().err
    assert "data:image" not in (tmp_path / "report.html").read_text("utf-8")
    assert main(["report", ".", "--pictures", str(folder / "data")]) == 0
    assert "--pictures" not in capsys.readouterr().err
    assert "data:image" in (tmp_path / "report.html").read_text("utf-8")


def test_run_starts_a_server_of_its_own(folder):
    picture = min((folder / "data").rglob("*.jpg"))
    command = ["run", "--app", "smart_bin", "--models", str(folder / "models"), "--"]
    application = [sys.executable, str(example_application()), str(picture)]
    done = subprocess.run(
        [sys.executable, "-m", "chameleonapi", *command, *application],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(": ")[1].strip() in {"compost", "recycle", "donate", "trash"}


def test_customize_on_a_folder_of_pictures(folder, tmp_path, capsys):
    """One folder for each label, as people have it; the generic model of the quickstart."""
    evaluation = Evaluation.load(folder / "evaluation.json")
    data = tmp_path / "pictures"
    for one in evaluation.examples:
        for label in {"Food", "Paper", "Clothing"} & set(one.present):
            (data / label).mkdir(parents=True, exist_ok=True)
            shutil.copy(one.file, data / label / Path(one.file).name)
            break
    process = load_process(folder / "decision.json")
    made = customize(process, data, models=folder / "models", name="mine", seed=3)
    assert made.name == "mine"
    assert ModelRegistry(folder / "models").manifest("mine").process == process.id
    again = evaluate(process, data, models=folder / "models", names=["mine"], seed=3)
    assert [one.name for one in again.methods] == ["generic", "mine"]
    assert again.method("mine").balanced.rate == made.evaluation.method("ours").balanced.rate


def test_an_unknown_model_and_the_generic_name_are_refused(folder, tmp_path):
    process = load_process(folder / "decision.json")
    with pytest.raises(UnknownNameError, match="'nobody'"):
        load_predictor(folder / "models", ["nobody"])
    with pytest.raises(UsageError, match="is the name of the generic model"):
        customize(process, tmp_path, models=folder / "models", name="generic")
    with pytest.raises(DataError, match="is empty"):
        customize(process, tmp_path, models=folder / "models", name="x")


def test_an_application_that_fails_is_one_error(tmp_path):
    application = tmp_path / "app.py"
    application.write_text("raise SystemExit('no camera')")
    from chameleonapi.errors import ServingError

    with pytest.raises(ServingError, match=r"no server|ended with exit code"):
        run_live(application, [tmp_path / "a.jpg"], ports=(1, 1), model="")
