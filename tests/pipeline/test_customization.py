"""From a folder of pictures to a published model and its evaluation, with a backbone of colours."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image

from chameleonapi.cli.main import main
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.models import backbones, register_backbone
from chameleonapi.pipeline import customization, customize, evaluate
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


@pytest.fixture(autouse=True)
def _tints(monkeypatch):
    backbones.backbone_names()
    monkeypatch.setattr(backbones, "_LOADERS", dict(backbones._LOADERS))
    register_backbone(NAME)(lambda side, *, device: Tints())
    monkeypatch.setattr(customization, "load_backbone", lambda name="": Tints())
    for command in ("customize", "evaluate"):
        monkeypatch.setattr(f"chameleonapi.cli.{command}.restart_tuned", lambda arguments: None)


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
        backbones.backbone_names()
        patch.setattr(backbones, "_LOADERS", dict(backbones._LOADERS))
        register_backbone(NAME)(lambda side, *, device: Tints())
        patch.setattr(customization, "load_backbone", lambda name="": Tints())
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
    assert found.method("mine").balanced == mine.balanced


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
    assert main(command) == 0
    assert "Ordinary loss" in capsys.readouterr().out
    names = [one["name"] for one in json.loads(out.read_text("utf-8"))["methods"]]
    assert names == ["generic", "mine", "tuned", "basic"]
