"""From a folder of pictures to a published model and its evaluation, with a backbone of colours."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image

from chameleonapi.cli.main import main
from chameleonapi.errors import DataError, UnknownNameError, UsageError
from chameleonapi.models import ModelRegistry, backbones, register_backbone
from chameleonapi.pipeline import customize, evaluate, foundations, learning_curve, modelling
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.training import TrainSettings, train_methods
from evaluation.worlds import process

NAME = "test:tints"
TINTS = {"Lime": (60, 200, 60), "Sky": (80, 80, 220), "Brick": (200, 60, 60)}
CHOICE = process({"lime": ["Lime"], "sky": ["Sky"]})


class Tints:
    name, sha256, dimension, side = f"{NAME}@16", "1" * 64, 12, 16

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)

    def features(self, pixels):
        return torch.nn.functional.adaptive_avg_pool2d(pixels, 2).flatten(1)


FEW = TrainSettings(epochs=3, least_steps=4, folds=1)


def stand_in(patch):
    """Put in the backbone of colours, and a training that takes no time."""
    backbones.backbone_names()
    patch.setattr(backbones, "_LOADERS", dict(backbones._LOADERS))
    register_backbone(NAME)(lambda side, *, device: Tints())
    patch.setattr(foundations, "load_backbone", lambda name="", **options: Tints())
    for module in (modelling, learning_curve):
        patch.setattr(module, "train_methods", partial(train_methods, settings=FEW))


@pytest.fixture(autouse=True)
def _tints(monkeypatch):
    stand_in(monkeypatch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("tints")
    generator = np.random.default_rng(3)
    for label, colour in TINTS.items():
        (root / label).mkdir()
        for number in range(80):
            pixels = np.clip(generator.normal(colour, 110, (2, 2, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).resize((16, 16)).save(root / label / f"{number}.png")
    return root


@pytest.fixture(scope="module")
def decision(tmp_path_factory):
    path = tmp_path_factory.mktemp("decision") / "decision.json"
    CHOICE.save(path)
    return path


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def made(folder, models):
    """Customise once; the tests look at what it left."""
    with pytest.MonkeyPatch.context() as patch:
        stand_in(patch)
        return customize(CHOICE, folder, models=models, name="mine", methods=["asymmetric"])


def test_more_baselines_are_compared_on_the_same_examples(made):
    names = [one.name for one in made.evaluation.methods]
    assert names == ["generic", "tuned", "basic", "asymmetric", "paper", "ours"]
    assert made.evaluation.comparison("ours", "asymmetric").difference
    assert all(one.peak_bytes > 0 for one in made.evaluation.methods)


def test_published_models_are_compared_with_baselines_trained_on_the_same_data(
    made, folder, models
):
    found = evaluate(
        CHOICE, folder, models=models, names=["mine"], methods=["weighted", "categorised"]
    )
    assert [one.name for one in found.methods] == ["generic", "mine", "categorised", "weighted"]
    assert found.comparison("mine", "categorised").method == "mine"
    mine = made.evaluation.method("ours")
    # Intervals are drawn anew: they depend on which methods are compared.
    assert found.method("mine").balanced.rate == mine.balanced.rate
    assert found.method("mine").natural.rate == mine.natural.rate


def test_a_name_that_means_two_things_is_refused(made, folder, models):
    with pytest.raises(UnknownNameError, match="magic"):
        evaluate(CHOICE, folder, models=models, names=["mine"], methods=["magic"])
    customize(CHOICE, folder, models=models, name="paper")
    with pytest.raises(UsageError, match="'paper' is the name of a method and of a published"):
        evaluate(CHOICE, folder, models=models, names=["paper"], methods=["paper"])


def test_the_command_takes_methods(made, folder, models, decision, tmp_path, capsys):
    out = tmp_path / "evaluation.json"
    command = ["evaluate", str(decision), "--data", str(folder), "--name", "mine"]
    command += ["--models", str(models), "--methods", "tuned,basic", "--output", str(out)]
    table = tmp_path / "evaluation.csv"
    assert main([*command, "--learning-curve", "4,12", "--csv", str(table)]) == 0
    printed = capsys.readouterr().out
    assert "Ordinary loss" in printed
    assert "due to: thresholds" in printed
    assert "Calibration error of its margins" in printed
    assert "12 for each outcome (36 in all)" in printed
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    whole = json.loads(out.read_text("utf-8"))
    assert [row["method"] for row in rows[:4]] == ["generic", "mine", "tuned", "basic"]
    assert float(rows[0]["balanced"]) == pytest.approx(
        whole["methods"][0]["balanced"]["rate"], abs=1e-6
    )
    assert rows[1]["ours_minus_this"] == ""
    assert float(rows[2]["ours_minus_this_low"]) <= float(rows[2]["ours_minus_this_high"])
    assert [(row["shots"], row["method"]) for row in rows[4:]] == [
        (shots, one)
        for shots in ("4", "12")
        for one in ("generic", "tuned", "basic", "paper", "ours")
    ]
    for point in whole["curve"]:
        assert point["examples"] == 3 * point["shots"]
        assert point["balanced"]["low"] <= point["balanced"]["rate"] <= point["balanced"]["high"]
    names = [one["name"] for one in json.loads(out.read_text("utf-8"))["methods"]]
    assert names == ["generic", "mine", "tuned", "basic"]


def test_a_curve_ends_where_there_are_no_more_examples(folder, models, made):
    notes = []

    class Noted(SilentProgress):
        def note(self, text):
            notes.append(text)

    found = evaluate(
        CHOICE, folder, models=models, names=["mine"], curve=(2, 500, 900), progress=Noted()
    )
    assert {one.shots for one in found.curve} == {2, 500}
    assert notes == ["No point of the curve at 900: there are no more examples."]
    many = [one for one in found.curve if one.shots == 500]
    splits = 240 - found.data.examples
    assert {one.examples for one in many} == {splits}


def test_the_curve_does_not_judge_a_generic_model_by_what_it_has_learnt(
    made, models, folder, monkeypatch
):
    seen = []

    def spy(process, generic, train, validation, **options):
        seen.extend([(generic, train), (generic, validation)])
        return train_methods(process, generic, train, validation, settings=FEW, **options)

    monkeypatch.setattr(learning_curve, "train_methods", spy)
    evaluate(CHOICE, folder, models=models, names=["mine"], curve=(4,))
    differ = [
        bool((some.held_out - generic.logits(some.features)).abs().max() > 1e-3)
        for generic, some in seen
    ]
    assert len(differ) == 6
    assert all(differ[::2])  # some of the examples that teach it are among each training draw


def too_few(*_, **__):
    raise DataError("too few.", hint="Bring more.")


def test_examples_that_the_generic_model_has_learnt_do_not_judge_it(
    made, models, folder, tmp_path, monkeypatch
):
    seen = []

    def spy(process, generic, train, validation, **options):
        seen.append((train.held_out, validation.held_out, options["folds"]))
        return train_methods(
            process, generic, train, validation, settings=replace(FEW, folds=0), **options
        )

    monkeypatch.setattr(modelling, "train_methods", spy)
    customize(CHOICE, folder, models=models, name="again")
    train, validation, folds = seen.pop()
    assert train.shape[1] == validation.shape[1] == len(TINTS)
    assert folds is None
    # a generic model of other data: every example may judge as it is
    other = ModelRegistry(models).load("generic")
    changed = replace(other.manifest, data="elsewhere", data_digest="0" * 64)
    ModelRegistry(tmp_path).publish("generic", other.head, changed)
    customize(CHOICE, folder, models=tmp_path, name="mine")
    assert seen.pop() == (None, None, None)
    assert ModelRegistry(tmp_path).load("mine").manifest.configuration["folds"] == 4
    # examples so few that no model can lack some of them: the split that came
    monkeypatch.setattr(modelling, "hold_out", too_few)
    customize(CHOICE, folder, models=models, name="again")
    assert seen.pop() == (None, None, 1)
