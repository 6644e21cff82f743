"""The benchmark on drawn pictures in the layout of the photographs, with a backbone of colours."""

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
from chameleonapi.models import backbones, register_backbone
from chameleonapi.pipeline.benchmark import BenchmarkSettings, cells, open_images, run_benchmark
from chameleonapi.pipeline.benchmark import run as module
from chameleonapi.pipeline.benchmark.cell import Cell, Change, Finding
from chameleonapi.pipeline.benchmark.cell_file import CellFile
from chameleonapi.pipeline.benchmark.division import counts, few_shots
from chameleonapi.pipeline.benchmark.intervals import Drawn, Resampler
from chameleonapi.pipeline.benchmark.open_images import load_open_images
from chameleonapi.pipeline.benchmark.photos import labels_of, load_photos
from chameleonapi.pipeline.benchmark.scenes import SceneCollection
from chameleonapi.pipeline.benchmark.summary import summarise
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.training import METHODS, TrainSettings, train_generic, train_methods

GARMENTS = {"Shoes": (200, 40, 40), "Pants": (40, 200, 40), "T-Shirt": (40, 40, 200)}
MATERIALS = {"glass": (200, 200, 40), "metal": (40, 200, 200)}
NAME = "test:colours"
FEW = TrainSettings(epochs=2, least_steps=4, folds=1)


class Colours:
    """Features: a grid of mean colours, blurred by noise so that errors remain."""

    name, sha256, dimension, side = f"{NAME}@32", "0" * 64, 12, 32

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)

    def features(self, pixels):
        return torch.nn.functional.adaptive_avg_pool2d(pixels, 2).flatten(1)


@pytest.fixture(autouse=True)
def _colours(monkeypatch):
    backbones.backbone_names()  # the embedded ones register themselves, once
    monkeypatch.setattr(backbones, "_LOADERS", dict(backbones._LOADERS))
    register_backbone(NAME)(lambda side, *, device: Colours())
    monkeypatch.setattr(cells, "train_methods", partial(train_methods, settings=FEW))
    monkeypatch.setattr(module, "train_generic", partial(train_generic, settings=FEW))


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    generator = np.random.default_rng(0)
    rows = []

    def add(source, label, colour, contributor="", split="", labels=""):
        path = root / source / f"{len(rows)}.png"
        path.parent.mkdir(exist_ok=True)
        pixels = np.clip(generator.normal(colour, 110, (2, 2, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).resize((32, 32), Image.Resampling.NEAREST).save(path)
        rows.append(
            {
                "path": str(path.relative_to(root)),
                "source": source,
                "split": split,
                "labels": labels or label,
                "contributor": contributor,
            }
        )

    for number in range(360):
        garment = list(GARMENTS)[number % 3]
        add("clothing", garment, GARMENTS[garment], contributor=f"c{number % 40}")
    for number in range(240):
        material = list(MATERIALS)[number % 2]
        add("trash", material, MATERIALS[material])
    for number in range(120):
        split = ("train", "val", "test")[number % 3]
        add("grocery", "", (120, 60, 180), split=split, labels="Fruit|Apple|Granny-Smith")
    copy = dict(rows[0])
    (root / "copy.png").write_bytes((root / copy["path"]).read_bytes())
    rows.append({**copy, "path": "copy.png"})
    with (root / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return root


def load(photos, tmp_path):
    return load_photos(photos, Colours(), tmp_path / "features", SilentProgress())


def test_labels_are_written_as_an_api_writes_them():
    assert labels_of("grocery", "Fruit|Apple|Granny-Smith") == (
        "Fruit",
        "Apple",
        "Granny Smith",
        "Produce",
        "Food",
    )
    assert labels_of("trash", "cardboard") == ("Cardboard",)
    assert labels_of("clothing", "T-Shirt") == ("T-shirt", "Clothing")
    assert labels_of("clothing", "Shoes") == ("Shoes", "Footwear")
    assert labels_of("grocery", "Packages|Milk|Oat-Milk")[-2:] == ("Package", "Product")


@pytest.mark.parametrize("setting", ["same-pool", "deployed"])
def test_no_part_shares_a_content_with_another_but_where_the_pool_is_one(photos, tmp_path, setting):
    collection = load(photos, tmp_path)
    division = collection.divide(setting, 3)
    parts = [set(one.digests) for one in (*division.provider, division.test)]
    if setting == "deployed":
        parts.append(set(division.pool.digests))
        assert len(parts[0]) + len(parts[1]) <= len(collection.pictures) / 3
    else:
        assert division.pool.digests == division.provider[0].digests
    assert sum(map(len, parts)) == len(set().union(*parts))
    assert len(division.clusters) == len(division.test)


def test_the_provider_never_saw_a_contributor_of_the_application(photos, tmp_path):
    collection = load(photos, tmp_path)
    row = dict(zip(collection.pictures.digests, collection.rows, strict=True))
    for seed in range(3):
        division = collection.divide("deployed", seed)
        sides = [
            [row[one] for some in part for one in some.digests]
            for part in (division.provider, (division.pool, division.test))
        ]
        theirs, ours = ({one["contributor"] for one in side} - {""} for side in sides)
        assert theirs
        assert ours
        assert not theirs & ours
        assert {one["split"] for one in sides[0] if one["source"] == "grocery"} <= {"train", "val"}
        assert {one["split"] for one in sides[1] if one["source"] == "grocery"} == {"test"}


def test_the_development_half_never_counts(photos, tmp_path):
    collection = load(photos, tmp_path)
    test = collection.divide("deployed", 0).test
    development = collection.divide("deployed", 0, development=True).test
    assert len(test) > 20
    assert len(development) > 20
    assert not set(test.digests) & set(development.digests)
    assert all(counts(one, development=False) for one in test.digests)


def test_few_examples_are_among_more(photos, tmp_path):
    collection = load(photos, tmp_path)
    (application,) = module.find_applications(
        example_folder("photos"),
        collection.vocabulary,
        ["glass_bank"],
        SilentProgress(),
        cache=tmp_path / "analysis",
    )
    pool = collection.divide("deployed", 0).pool
    few = {one for part in few_shots(application.process, pool, 5) for one in part.digests}
    more = {one for part in few_shots(application.process, pool, 20) for one in part.digests}
    assert len(few) == 10
    assert few < more


def settings(photos, tmp_path, **more):
    return BenchmarkSettings(
        "photos",
        photos,
        more.pop("setting", "deployed"),
        tmp_path / "kept",
        applications=("glass_bank", "shoe_scanner"),
        backbone=f"{NAME}@32",
        **more,
    )


def test_a_run_measures_every_method_and_a_second_one_takes_what_is_kept(
    photos, tmp_path, monkeypatch
):
    wanted = settings(photos, tmp_path, seeds=(0, 1), shots=(10, 24))
    record = run_benchmark(wanted, SilentProgress())
    data = record.to_json()
    assert [data["shots"], *(one["shots"] for one in data["curve"])] == [24, 10]
    assert [one["name"] for one in data["applications"]] == ["glass_bank", "shoe_scanner"]
    for row in (data["overall"], *data["applications"], *data["kinds"].values()):
        for method in ("generic", "tuned", "basic", "paper", "ours"):
            assert 0 <= row[method]["low"] <= row[method]["rate"] <= row[method]["high"] <= 1
        assert set(row["against"]) == {"generic", "tuned", "basic", "paper"}
        difference = row["against"]["generic"]["difference"]["rate"]
        assert difference == pytest.approx(row["ours"]["rate"] - row["generic"]["rate"], abs=2e-6)

    for row in data["applications"]:
        assert sum(one["rate"] for one in row["shares"].values()) == pytest.approx(
            row["ours"]["rate"] - row["generic"]["rate"], abs=4e-6
        )
        tested = {round(sum(map(sum, rows)), 2) for rows in row["confusion"].values()}
        assert len(tested) == 1
        for method, rows in row["confusion"].items():
            off = sum(map(sum, rows)) - sum(line[at] for at, line in enumerate(rows))
            assert sum(row["errors"][method].values()) == pytest.approx(off, abs=1e-2)
            assert 0 <= row["calibration"][method] <= 1
            assert row["peak_bytes"][method] > 1 << 20
        for one in row["changes"]:
            assert (one["generic"] in one["acceptable"]) != (one["ours"] in one["acceptable"])
    assert set(data["overall"]["errors"]["ours"]) <= {"missed", "wrong", "order", "false alarm"}

    def never(*_, **__):
        raise AssertionError("a finished cell was measured again")

    monkeypatch.setattr(module, "measure_cell", never)
    assert run_benchmark(wanted, SilentProgress()).to_json() == data
    damaged = next((tmp_path / "kept" / "cells").iterdir())
    damaged.write_text(damaged.read_text("utf-8")[:-9], "utf-8")
    with pytest.raises(AssertionError, match="measured again"):
        run_benchmark(wanted, SilentProgress())


def test_the_command_prints_a_table_and_writes_a_record(photos, tmp_path, capsys, monkeypatch):
    out = tmp_path / "record.json"
    command = ["benchmark", "photos", "--data", str(photos), "--setting", "same-pool"]
    command += ["--apps", "glass_bank", "--backbone", f"{NAME}@32", "--json", str(out)]
    table = tmp_path / "record.csv"
    page = tmp_path / "record.html"
    command += ["--methods", ",".join(METHODS), "--csv", str(table), "--html", str(page)]
    assert main([*command, "--resume", str(tmp_path / "kept")]) == 0
    shown = capsys.readouterr().out
    assert "glass_bank" in shown
    assert "ours against paper" in shown
    data = json.loads(out.read_text("utf-8"))
    assert data["setting"] == "same-pool"
    assert data["shots"] is None
    assert data["curve"] == []
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["scope"] for row in rows} == {"overall", "kind", "application"}
    mine = next(
        row for row in rows if (row["scope"], row["method"]) == ("application", "asymmetric")
    )
    first = data["applications"][0]
    assert {name for name in METHODS if "rate" in first[name]} == set(METHODS)
    written = page.read_text("utf-8")
    assert f"{first['asymmetric']['rate'] * 100:.1f}%" in written
    changes = [len(one["changes"]) for one in data["applications"]]
    assert written.count("data:image/jpeg;base64,") >= min(1, sum(changes))
    assert float(mine["balanced"]) == pytest.approx(first["asymmetric"]["rate"])
    assert float(mine["ours_minus_this"]) == pytest.approx(
        first["ours"]["rate"] - first["asymmetric"]["rate"], abs=2e-6
    )
    assert int(mine["missed"]) == first["errors"]["asymmetric"]["missed"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["photos", "--data", "x", "--shots", "1"], 2),
        (["photos", "--data", "x", "--seeds", "0"], 2),
        (["photos", "--data", "x", "--setting", "both"], 2),
        (["photos", "--data", "x", "--apps", ","], 2),
    ],
)
def test_wrong_arguments_are_refused(arguments, code, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["benchmark", *arguments])
    assert caught.value.code == code
    assert capsys.readouterr().err


def test_what_is_not_there_is_said(photos, tmp_path):
    with pytest.raises(UnknownNameError, match="glass_bank"):
        run_benchmark(
            BenchmarkSettings(
                "photos", photos, "deployed", tmp_path, applications=("no",), backbone=NAME
            ),
            SilentProgress(),
        )
    with pytest.raises(DataError, match="holds no table"):
        run_benchmark(
            BenchmarkSettings("open-images", photos, "deployed", tmp_path / "k", backbone=NAME),
            SilentProgress(),
        )
    with pytest.raises(UsageError, match="no benchmark"):
        BenchmarkSettings("photos", photos, "mixed", tmp_path)
    with pytest.raises(DataError, match=r"index\.csv cannot be read"):
        load(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,labels\na,b\n", "has no column source"),
        ("path,source,split,labels,contributor\n", "lists no photograph"),
        ("path,source,split,labels,contributor\n../a,t,,glass,\n", "no file in the folder"),
        ("path,source,split,labels,contributor\na,t,,,\n", "line 2"),
    ],
)
def test_a_damaged_index_is_refused(tmp_path, text, message):
    (tmp_path / "inner").mkdir()
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "inner" / "index.csv").write_text(text, "utf-8")
    with pytest.raises(DataError, match=message):
        load(tmp_path / "inner", tmp_path)


def cell(seed, wrong_ours, wrong_generic, name="app"):
    size = len(wrong_ours)
    strata = np.arange(size) % 2
    return Cell(
        name,
        "TRUE_FALSE",
        seed,
        2,
        tuple(f"p{index}" for index in range(size)),
        strata,
        (0.5, 0.5),
        {"generic": np.array(wrong_generic), "ours": np.array(wrong_ours)},
        {"generic": 0.0, "ours": 1.0},
        "customized",
        10,
        {"ours": Finding({"missed": 3}, ((1.0, 2.5), (0.0, 4.0)), 0.25, 7)},
        ("yes", "no"),
        (Change("p1", "p1.png", ("yes",), "no", "yes"),),
    )


def test_intervals_hold_what_was_observed_and_shrink_with_pairing():
    generator = np.random.default_rng(1)
    theirs = generator.random(400) < 0.3
    ours = theirs & (generator.random(400) < 0.7)
    table = summarise([cell(0, ours, theirs), cell(1, ours, theirs)], None, (0, 1), resamples=800)
    row = table.applications[0]
    assert row.methods["ours"].natural.rate == pytest.approx(ours.mean())
    against = row.against["generic"].difference
    assert against.high < 0
    spread = row.methods["generic"].balanced.high - row.methods["generic"].balanced.low
    # By hand: one standard error of a rate of 0.3 on 400 pictures is 0.0229.
    assert spread == pytest.approx(2 * 1.96 * 0.0229, rel=0.15)
    assert against.high - against.low < spread
    assert row.against["generic"].better == 1


def test_pictures_of_one_contributor_are_drawn_together():
    one = cell(0, [index < 100 for index in range(400)], [True] * 400)
    alone = Resampler(one.clusters, (0,), resamples=500).combine([one])[0]["ours"].rate
    joined = Cell(
        **{name: getattr(one, name) for name in Cell.__dataclass_fields__},
    )
    object.__setattr__(joined, "clusters", tuple(f"c{index // 50}" for index in range(400)))
    together = Resampler(joined.clusters, (0,), resamples=500).combine([joined])[0]["ours"].rate
    assert alone.rate == together.rate
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_a_share_of_nothing_is_no_number():
    nothing = Drawn(0.0, np.zeros(3))
    assert Drawn(0.1, np.full(3, 0.1)).relative(nothing) is None


def test_a_cell_survives_its_file_and_no_other_fingerprint(tmp_path):
    one = cell(0, [True, False, True, False, False], [True] * 5)
    file = CellFile(tmp_path / "a" / "cell.json", "x")
    file.write(one)
    found = file.read()
    assert found is not None
    assert found.clusters == one.clusters
    assert {name: some.tolist() for name, some in found.wrong.items()} == {
        "generic": [True] * 5,
        "ours": [True, False, True, False, False],
    }
    assert found.rate("ours") == one.rate("ours")
    assert (found.findings, found.names, found.changes) == (one.findings, one.names, one.changes)
    assert CellFile(file.path, "y").read() is None


def test_scenes_of_the_provider_are_none_of_the_application(tmp_path):
    sizes = {"train": 24, "validation": 8, "test": 24}
    collection = SceneCollection(
        tmp_path / "scenes", Colours(), tmp_path / "features", SilentProgress(), sizes
    )
    division = collection.divide("deployed", 0)
    parts = [set(one.digests) for one in (*division.provider, division.pool, division.test)]
    assert all(parts)
    assert sum(map(len, parts)) == len(set().union(*parts))
    assert division.validation is None
    assert division.clusters == division.test.digests
    again = collection.divide("same-pool", 0)
    assert again.pool.digests == division.pool.digests
    assert again.provider == (again.pool, again.validation)


def test_open_images_are_imported_once_and_divided_by_content(tmp_path, monkeypatch):
    source = tmp_path / "source"
    (source / "train").mkdir(parents=True)
    generator = np.random.default_rng(2)
    lines = ["ImageID,Source,LabelName,Confidence"]
    for number in range(90):
        pixels = generator.integers(0, 255, (40, 40, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(source / "train" / f"{number:016x}.jpg")
        lines.append(f"{number:016x},verification,/m/0a,{number % 2}")
        lines.append(f"{number:016x},verification,/m/0b,{(number + 1) % 2}")
    labels = source / "train-annotations-human-imagelabels.csv"
    labels.write_text("\n".join(lines) + "\n", "utf-8")
    names = "LabelName,DisplayName\n/m/0a,Fruit\n/m/0b,Clothing\n"
    (source / "class-descriptions.csv").write_text(names, "utf-8")
    collection = load_open_images(source, Colours(), tmp_path / "kept", SilentProgress())
    assert set(collection.pictures.labels) == {"Fruit", "Clothing"}
    assert len(collection.pictures) == 90
    division = collection.divide("deployed", 1)
    parts = [set(one.digests) for one in (*division.provider, division.pool, division.test)]
    assert len(parts[0]) + len(parts[1]) == 30
    assert sum(map(len, parts)) == len(set().union(*parts))
    taken = []
    monkeypatch.setattr(open_images, "import_data", lambda *some, **_: taken.append(some))
    again = load_open_images(source, Colours(), tmp_path / "kept", SilentProgress())
    assert again.digest == collection.digest
    assert taken == []
    labels.write_text("\n".join(lines[:-2]) + "\n", "utf-8")
    with pytest.raises(DataError, match="does not exist"):
        load_open_images(source, Colours(), tmp_path / "kept", SilentProgress())
    assert len(taken) == 1


def test_what_the_provider_has_learnt_from_is_shown_again_where_that_is_asked_for(
    photos, tmp_path, monkeypatch
):
    seen = []

    def watch(*arguments, rehearsal=None, **options):
        seen.append(rehearsal)
        return train_methods(*arguments, rehearsal=rehearsal, settings=FEW, **options)

    monkeypatch.setattr(cells, "train_methods", watch)
    settings = BenchmarkSettings(
        "photos",
        photos,
        "deployed",
        tmp_path / "resume",
        shots=(10,),
        applications=("shoe_scanner",),
        backbone=NAME,
    )
    plain = run_benchmark(settings, SilentProgress())
    again = run_benchmark(replace(settings, rehearse=True), SilentProgress())
    assert (plain.rehearse, again.rehearse) == (False, True)
    assert again.to_json()["rehearse"]
    none, some = seen
    assert none is None
    provider = load(photos, tmp_path).divide("deployed", 0).provider
    assert set(some.digests) == set(provider[0].digests) | set(provider[1].digests)
    assert some.held_out is not None
    run_benchmark(replace(settings, rehearse=True), SilentProgress())
    assert len(seen) == 2  # taken from the folder, and not from what was measured without


def test_only_a_provider_with_data_of_its_own_can_rehearse(photos, tmp_path):
    for benchmark, setting in (
        ("photos", "same-pool"),
        ("objects", "deployed"),
        ("entities", "deployed"),
    ):
        with pytest.raises(UsageError, match="Leave out --rehearse"):
            BenchmarkSettings(benchmark, photos, setting, tmp_path, rehearse=True)
