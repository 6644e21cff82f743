"""A provider's own pictures, shown again beside those of an application."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image

from chameleonapi.cli.main import main
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.models import ModelRegistry, backbones, register_backbone
from chameleonapi.pipeline import customize, foundations, learning_curve, modelling
from chameleonapi.training import TrainSettings, train_methods
from evaluation.worlds import process

NAME = "test:shades"
SHADES = {"Lime": (60, 200, 60), "Sky": (80, 80, 220), "Brick": (200, 60, 60)}
CHOICE = process({"lime": ["Lime"], "sky": ["Sky"]})
FEW = TrainSettings(epochs=2, least_steps=4, folds=1)


class Shades:
    name, sha256, dimension, side = f"{NAME}@16", "4" * 64, 12, 16

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)

    def features(self, pixels):
        return torch.nn.functional.adaptive_avg_pool2d(pixels, 2).flatten(1)


@pytest.fixture(autouse=True)
def shown(monkeypatch):
    """Put in the backbone of colours; return what each training was given to rehearse."""
    given = []

    def watch(*arguments, rehearsal=None, **options):
        given.append(rehearsal)
        return train_methods(*arguments, rehearsal=rehearsal, settings=FEW, **options)

    backbones.backbone_names()
    monkeypatch.setattr(backbones, "_LOADERS", dict(backbones._LOADERS))
    register_backbone(NAME)(lambda side, *, device: Shades())
    monkeypatch.setattr(foundations, "load_backbone", lambda name="", **options: Shades())
    monkeypatch.setattr(modelling, "train_methods", watch)
    monkeypatch.setattr(learning_curve, "train_methods", partial(train_methods, settings=FEW))
    return given


def pictures(root, count, seed):
    generator = np.random.default_rng(seed)
    for label, colour in SHADES.items():
        (root / label).mkdir(parents=True)
        for number in range(count):
            pixels = np.clip(generator.normal(colour, 90, (2, 2, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).resize((16, 16)).save(root / label / f"{number}.png")
    return root


@pytest.fixture
def provider(tmp_path):
    """A registry with a generic model, and the folder that it was made from."""
    folder = pictures(tmp_path / "provider", 30, 1)
    customize(CHOICE, folder, models=tmp_path / "models", name="first")
    return folder


def test_the_providers_examples_are_shown_with_held_out_logits(provider, tmp_path, shown):
    own = pictures(tmp_path / "own", 12, 2)
    customize(CHOICE, own, models=tmp_path / "models", name="mine", rehearse=provider, curve=(2,))
    alone, again = shown
    assert alone is None
    assert again.held_out is not None
    assert all(one.startswith("rehearsed/") for one in again.ids)
    assert len(again) < 90  # nothing of the split that tests the generic model
    kept = ModelRegistry(tmp_path / "models").manifest("mine").configuration
    assert len(kept["rehearsed_digest"]) == 64
    assert kept["rehearsal"] == FEW.rehearsal


def test_data_that_the_generic_model_never_saw_are_shown_as_they_are(provider, tmp_path, shown):
    own, other = pictures(tmp_path / "own", 12, 2), pictures(tmp_path / "other", 10, 3)
    customize(CHOICE, own, models=tmp_path / "models", name="mine", rehearse=other)
    assert shown[-1].held_out is None


def test_what_is_measured_on_is_never_rehearsed(provider, tmp_path):
    own, other = pictures(tmp_path / "own", 12, 2), pictures(tmp_path / "other", 2, 3)
    rows = ["file,labels,split"]
    for place, (label, name) in enumerate((one, two) for one in SHADES for two in "01"):
        rows.append(f"{label}/{name}.png,{label},{('validation', 'test')[place % 2]}")
    for label in SHADES:
        for number in range(12):
            copy = other / label / f"copy-{number}.png"
            copy.write_bytes((own / label / f"{number}.png").read_bytes())
            rows.append(f"{label}/{copy.name},{label},train")
    (other / "labels.csv").write_text("\n".join(rows), "utf-8")
    with pytest.raises(DataError, match="a test example must be new"):
        customize(CHOICE, own, models=tmp_path / "models", name="mine", rehearse=other)


def test_too_few_examples_to_hold_any_out_are_refused(provider, tmp_path, monkeypatch):
    def too_few(*_, **__):
        raise DataError("few.", hint="Bring more.")

    monkeypatch.setattr(modelling, "hold_out", too_few)
    own = pictures(tmp_path / "own", 12, 2)
    with pytest.raises(UnsupportedError, match="holds too few examples"):
        customize(CHOICE, own, models=tmp_path / "models", name="mine", rehearse=provider)


def test_the_command_takes_a_folder(provider, tmp_path, shown, capsys):
    own = pictures(tmp_path / "own", 12, 2)
    CHOICE.save(tmp_path / "decision.json")
    models = str(tmp_path / "models")
    call = ["customize", str(tmp_path / "decision.json"), "--data", str(own), "--models", models]
    assert main([*call, "--name", "mine", "--rehearse", str(provider)]) == 0
    assert shown[-1].held_out is not None
    said = " ".join(capsys.readouterr().err.split())
    assert f"{len(shown[-1])} examples of {provider} are shown again in training, what" in said
    assert main([*call, "--name", "other", "--rehearse", str(tmp_path / "nowhere")]) != 0
