import csv
import json
import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from chameleonapi.cli.main import main
from chameleonapi.errors import DataError, UnsupportedError, UsageError
from chameleonapi.losses import compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.pipeline import foundations
from chameleonapi.pipeline.labelling import check_labels, next_labels
from chameleonapi.pipeline.labelling.cross_fitting import (
    CROSS_SETTINGS,
    assign_folds,
    cross_logits,
)
from chameleonapi.pipeline.labelling.selection import choose, openness
from chameleonapi.pipeline.labelling.suspects import find_suspects
from chameleonapi.training import FeatureSet, train_generic
from chameleonapi.training.judge import Judge
from evaluation.worlds import directions, process, scenes
from pipeline.test_customization import (  # noqa: F401 - fixtures
    CHOICE,
    _tints,
    decision,
    folder,
)

LABELS = tuple(f"L{index}" for index in range(8))
SPACE = directions(LABELS, 24)
APP = process({"left": ["L0", "L1"], "right": ["L2"]}, kind="application")
FLAGS = process({"a": ["L0"], "b": ["L1"], "c": ["L2"]}, kind="flags")
FAST = replace(CROSS_SETTINGS, epochs=6, learning_rate=5e-3)
LONG = replace(CROSS_SETTINGS, epochs=15, learning_rate=2e-2, noise=0.3)


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def noisy(seed, *, count=600, share=0.06):
    """Draw examples, and give some of them the labels of others."""
    clean = scenes(count, LABELS, seed=seed, directions=SPACE, noise=0.2, rate=0.15)
    generator = random.Random(seed)
    present = clean.present.clone()
    for row in generator.sample(range(count), int(share * count)):
        present[row] = clean.present[generator.randrange(count)]
    return clean, FeatureSet(LABELS, clean.ids, clean.digests, clean.features, present, clean.known)


@pytest.mark.parametrize("app", [APP, FLAGS], ids=["choice", "flags"])
def test_planted_errors_that_change_the_decision_come_first(app):
    compiled = compile_decision(app, LABELS)
    found = planted = 0
    for seed in range(3):
        clean, data = noisy(seed)
        before, after = (compiled.acceptable(one.present) for one in (clean, data))
        bad = {
            one
            for one, wrong in zip(data.ids, (before != after).any(1).tolist(), strict=True)
            if wrong
        }
        ranked = find_suspects(app, data, cross_logits(data, seed=seed, settings=FAST))
        found += sum(one.id in bad for one in ranked[: len(bad)])
        planted += len(bad)
    # At random, as many would hold five in a hundred of them.
    assert planted > 30
    assert found > 0.6 * planted


def test_a_suspect_says_which_label_to_check_and_what_it_would_change():
    clean, data = noisy(0, share=0.0)
    row = int((clean.present[:, 0] & ~clean.present[:, 2]).nonzero()[0])
    present = clean.present.clone()
    present[row, :2] = False
    data = replace(data, present=present)
    first = find_suspects(APP, data, cross_logits(data, settings=FAST))[0]
    assert first.id == data.ids[row]
    assert (first.labels[0].label, first.labels[0].says) == ("L0", "absent")
    assert first.labels[0].doubt > 0.5
    assert first.otherwise == ("left",)
    assert first.right != first.otherwise


def test_labels_that_change_nothing_are_left_out():
    data = scenes(1, ("L0", "L1", "L7"), seed=0, directions=SPACE[[0, 1, 7]])
    present, known = torch.tensor([[True, True, True]]), torch.ones(1, 3, dtype=torch.bool)
    data = replace(data, present=present, known=known)
    # L1 and L7 look wrong; L7 is not read, and L0 leads where L1 does.
    assert find_suspects(APP, data, torch.tensor([[9.0, -9.0, -9.0]])) == []
    found = find_suspects(APP, data, torch.tensor([[-9.0, -9.0, 9.0]]))
    assert [one.label for one in found[0].labels] == ["L0", "L1"]
    unknown = replace(data, known=torch.tensor([[True, False, True]]))
    found = find_suspects(APP, unknown, torch.tensor([[-9.0, -9.0, 9.0]]))
    assert [one.label for one in found[0].labels] == ["L0"]


def test_a_label_that_goes_takes_those_below_it_along():
    labels = ("Food", "Apple", "Stone")
    app = process({"food": ["Food", "Apple"]})
    parents = {"Apple": ("Food",)}
    present = torch.tensor([[True, True, False], [False, False, True]])
    data = FeatureSet(
        labels, ("1", "2"), ("1", "2"), torch.zeros(2, 1), present, torch.ones_like(present)
    )
    logits = torch.tensor([[-4.0, -0.1, 4.0], [-9.0, 3.0, 3.0]])
    found = {one.id: one for one in find_suspects(app, data, logits, parents)}
    assert found["1"].otherwise == ("nothing",)
    assert found["2"].otherwise == ("food",)


def test_copies_and_groups_stay_in_one_fold():
    data = scenes(40, LABELS, seed=1, directions=SPACE)
    copied = replace(data, digests=(*data.digests[:39], data.digests[0]))
    folds = assign_folds(copied, 4, seed=0)
    assert folds[39] == folds[0]
    assert len(set(folds)) == 4
    grouped = assign_folds(data, 4, seed=0, groups=[f"g{index % 5}" for index in range(40)])
    assert all(len({grouped[index] for index in range(start, 40, 5)}) == 1 for start in range(5))
    with pytest.raises(DataError, match="1 different examples"):
        assign_folds(data, 2, seed=0, groups=["one"] * 40)


def label_in_rounds(app, seed, how):
    """Label twenty at a time as ``how`` chooses; return the rate of wrong decisions at the end."""
    pool = scenes(1500, LABELS, seed=seed, directions=SPACE, noise=0.25, rate=0.06)
    test = scenes(1500, LABELS, seed=seed + 100, directions=SPACE, noise=0.25, rate=0.06)
    known = list(range(40))
    for step in range(5):
        head = train_generic(
            pool.select(known[len(known) // 6 :]),
            pool.select(known[: len(known) // 6]),
            seed=0,
            settings=LONG,
        ).head
        if step == 4:
            break
        rest = [one for one in range(1500) if one not in set(known)]
        if how == "random":
            known += random.Random(f"{seed} {step}").sample(rest, 20)
        else:
            score = openness(app, head, pool.features[rest]).score
            picked = choose(score, pool.features[rest], 20, known=pool.features[known])
            known += [rest[one] for one in picked]
    compiled = compile_decision(app, LABELS)
    return Judge(compiled, compiled.acceptable(test.present)).rate(head.logits(test.features))


@pytest.mark.parametrize("app", [APP, FLAGS], ids=["choice", "flags"])
def test_labelling_what_is_open_beats_labelling_at_random(app):
    gains = np.array(
        [
            label_in_rounds(app, seed, "random") - label_in_rounds(app, seed, "open")
            for seed in range(6)
        ]
    )
    draws = np.random.default_rng(0).choice(gains, (4000, len(gains))).mean(1)
    assert np.quantile(draws, 0.025) > 0, gains


def test_near_copies_are_not_all_chosen():
    score = torch.tensor([1.0, 0.99, 0.98, 0.6, 0.5])
    far = torch.eye(4)[[0, 0, 0, 1, 2]] * 10
    assert choose(score, far, 3) == [0, 3, 4]
    # A picture like one that is labelled already comes last.
    assert choose(score, far, 2, known=far[:1]) == [3, 4]
    assert len(choose(score, far, 9)) == 5


def test_the_decision_on_the_border_is_the_most_open():
    head = LinearHead(LABELS, torch.eye(8), torch.zeros(8), torch.zeros(8), torch.ones(8))
    rows = torch.full((3, 8), -6.0)
    rows[1, 0] = 0.1
    rows[2, 0] = 6.0
    found = openness(APP, head, rows)
    assert int(found.score.argmax()) == 1
    assert found.score[1] > 5 * found.score[2]


def test_the_commands_name_pictures(folder, decision, tmp_path, capsys, monkeypatch):  # noqa: F811
    monkeypatch.setattr(
        "chameleonapi.pipeline.labelling.commands.load_backbone",
        foundations.load_backbone,
    )
    table = tmp_path / "check.csv"
    rest = ["--models", str(tmp_path / "models"), "--count", "4"]
    command = ["data", "check-labels", str(decision), "--data", str(folder), *rest]
    assert main([*command, "--csv", str(table)]) == 0
    assert "4 of 240 examples" in capsys.readouterr().out
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["rank"] for row in rows} == {"1", "2", "3", "4"}
    assert all(row["says"] in {"present", "absent"} for row in rows)
    assert all((folder / row["file"]).is_file() or row["file"].startswith("/") for row in rows)
    pool = tmp_path / "pool"
    (pool / "deep").mkdir(parents=True)
    for number, path in enumerate(sorted((folder / "Sky").iterdir())[:6]):
        content = path.read_bytes()
        (pool / "deep" / f"{number}.png").write_bytes(content + bytes([number]))
    (pool / "broken.jpg").write_bytes(b"no picture")
    command = ["data", "next-labels", str(decision), "--pool", str(pool), "--data", str(folder)]
    assert main([*command, *rest, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "chameleonapi.label-wish/1"
    assert found["pool"] == 6
    assert len(found["wishes"]) == 4
    assert set(found["wishes"][0]["labels"]) == {"Lime", "Sky"}
    # What is labelled already is not asked for again.
    (pool / "again.png").write_bytes((folder / "Sky" / "9.png").read_bytes())
    assert main([*command, *rest, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pool"] == 6


def test_what_cannot_be_ranked_is_said(folder, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(
        "chameleonapi.pipeline.labelling.commands.load_backbone",
        foundations.load_backbone,
    )
    other = process({"x": ["Zebra"]})
    with pytest.raises(UnsupportedError, match="speaks of none of these labels"):
        check_labels(other, folder, models=tmp_path)
    with pytest.raises(UsageError, match="no labelled data to train one"):
        next_labels(CHOICE, folder, models=tmp_path)
    with pytest.raises(DataError, match="labelled already"):
        next_labels(CHOICE, folder, models=tmp_path, data=folder)
