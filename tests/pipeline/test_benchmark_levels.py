"""The benchmark below the head, on drawn pictures, with a backbone that can be cut."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from chameleonapi.cli.benchmark import LEVELS as LEVEL_CHOICES
from chameleonapi.cli.main import main
from chameleonapi.errors import DataError, UnknownNameError, UnsupportedError, UsageError
from chameleonapi.models import backbones, register_backbone
from chameleonapi.pipeline.benchmark import BenchmarkSettings, cells, run_benchmark
from chameleonapi.pipeline.benchmark import depths as depths_module
from chameleonapi.pipeline.benchmark import run as run_module
from chameleonapi.pipeline.benchmark.depths import Depths, files_in
from chameleonapi.pipeline.benchmark.photos import load_photos
from chameleonapi.pipeline.levels import LEVELS
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.training import TrainSettings, train_generic, train_methods

NAME = "test:cuttable"
GARMENTS = {"Shoes": (200, 40, 40), "Pants": (40, 200, 40), "T-Shirt": (40, 40, 200)}


class ColourTail(nn.Module):
    """Which colours are brighter than the middle, before anything is trained."""

    def __init__(self):
        super().__init__()
        self.last = nn.Conv2d(12, 12, 1)
        with torch.no_grad():
            self.last.weight[:] = torch.eye(12)[:, :, None, None]
            self.last.bias[:] = -0.5

    def forward(self, rows):
        return self.last(rows[:, :, None, None]).relu().mean((2, 3))


class Cuttable:
    """A grid of mean colours is the row, and the features are what the tail makes of it."""

    name, sha256, dimension, side, cuts = f"{NAME}@32", "2" * 64, 12, 32, (0, 1)

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)

    def features(self, pixels):
        with torch.no_grad():
            return ColourTail()(self.rows(pixels, 1).float())

    def row_size(self, cut):
        return 12

    def rows(self, pixels, cut):
        return (
            torch.nn.functional.adaptive_avg_pool2d(torch.stack(list(pixels)), 2).flatten(1).half()
        )

    def tail(self, cut):
        return ColourTail().requires_grad_(False)

    def jitter(self, rows, cut, drawn):
        return rows


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    backbones.backbone_names()
    monkeypatch.setattr(backbones, "_LOADERS", dict(backbones._LOADERS))
    register_backbone(NAME)(lambda side, *, device: Cuttable())
    few = TrainSettings(epochs=2, least_steps=4, folds=1)
    monkeypatch.setattr(cells, "train_methods", partial(train_methods, settings=few))
    monkeypatch.setattr(run_module, "train_generic", partial(train_generic, settings=few))
    deep = replace(depths_module.TAIL_SETTINGS["last-stages"], epochs=1, learning_rate=3e-3)
    monkeypatch.setattr(
        depths_module, "TAIL_SETTINGS", dict.fromkeys(depths_module.TAIL_SETTINGS, deep)
    )


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    generator = np.random.default_rng(0)
    columns = ["path", "source", "split", "labels", "contributor"]
    with (root / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for number in range(300):
            garment = list(GARMENTS)[number % 3]
            pixels = generator.normal(GARMENTS[garment], 130, (2, 2, 3)).clip(0, 255)
            picture = Image.fromarray(pixels.astype(np.uint8))
            picture.resize((32, 32), Image.Resampling.NEAREST).save(root / f"{number}.png")
            writer.writerow([f"{number}.png", "clothing", "", garment, f"c{number % 40}"])
    return root


def settings(photos, resume, **options):
    return BenchmarkSettings(
        "photos",
        photos,
        "deployed",
        resume,
        shots=(20,),
        applications=("shoe_scanner",),
        backbone=NAME,
        **options,
    )


def test_ours_and_the_baselines_go_below_the_head(photos, tmp_path, monkeypatch):
    asked = []

    def spy(*arguments, **options):
        asked.append(options["depth"] and (options["depth"].level, set(options["deepened"])))
        return train_methods(*arguments, **options, settings=TrainSettings(epochs=2, folds=1))

    monkeypatch.setattr(cells, "train_methods", spy)
    record = run_benchmark(settings(photos, tmp_path, level="last-stages"), SilentProgress())
    assert asked == [("last-stages", {"generic", "tuned", "basic", "paper", "ours"})]
    assert record.level == record.to_json()["level"] == "last-stages"
    overall = record.tables[0].overall
    assert "head" in overall.methods
    assert list(overall.shares) == ["thresholds", "data", "loss", "level"]
    assert any((tmp_path / "cuts").rglob("*"))
    # kept apart from what was measured at the head
    at_head = run_benchmark(settings(photos, tmp_path), SilentProgress())
    assert "head" not in at_head.tables[0].overall.methods
    assert asked[1:] == [None]
    assert len(list((tmp_path / "cells").iterdir())) == 2


def test_at_the_level_of_thresholds_nothing_is_trained(photos, tmp_path):
    record = run_benchmark(settings(photos, tmp_path, level="thresholds"), SilentProgress())
    assert set(record.tables[0].overall.methods) == {"generic", "tuned", "ours"}


def test_the_features_of_a_tail_are_those_of_its_network(photos, tmp_path):
    collection = load_photos(photos, Cuttable(), tmp_path / "features", SilentProgress())
    some = collection.pictures.select(range(5))
    depths = Depths(
        "last-stages", Cuttable(), files_in(photos), tmp_path / "cuts", SilentProgress()
    )
    assert torch.equal(depths.seen(None, some), some.features)
    with pytest.raises(UnsupportedError, match="needs examples in files"):
        depths.open(replace(some, files=("",) * 5))
    (tmp_path / "0.png").write_bytes((photos / "1.png").read_bytes())
    moved = Depths(
        "last-stages", Cuttable(), files_in(tmp_path), tmp_path / "others", SilentProgress()
    )
    first = next(index for index, one in enumerate(collection.pictures.files) if one == "0.png")
    with pytest.raises(DataError, match="has changed since"):
        moved.open(collection.pictures.select([first]))


def test_the_command_names_the_level(photos, tmp_path, capsys):
    command = ["benchmark", "photos", "--data", str(photos), "--shots", "20", "--backbone", NAME]
    command += ["--apps", "shoe_scanner", "--resume", str(tmp_path), "--level", "last-stages"]
    assert main(command) == 0
    assert "1 seed, level last-stages, 20 examples" in capsys.readouterr().out


def test_levels_are_those_of_customize_but_for_the_choice_of_one(photos, tmp_path):
    assert LEVEL_CHOICES == LEVELS
    with pytest.raises(UnknownNameError, match="level"):
        settings(photos, tmp_path, level="auto")
    with pytest.raises(UsageError, match="objects are measured at the head"):
        BenchmarkSettings("objects", photos, "deployed", tmp_path, level="full")
