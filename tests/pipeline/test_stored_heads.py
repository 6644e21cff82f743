"""Models with a second opinion on the outcome, from training to what a client is answered."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from chameleonapi.apis import Request
from chameleonapi.decision import Cases
from chameleonapi.errors import ModelError, UsageError
from chameleonapi.evaluation import certify, evaluate
from chameleonapi.evaluation.labelled import Method
from chameleonapi.losses import Reconciliation, compile_decision
from chameleonapi.models import (
    LinearHead,
    Manifest,
    ModelRegistry,
    OutcomeHead,
    PooledHead,
    SharedBackbonePredictor,
    labels_digest,
)
from chameleonapi.pipeline.deployment import RegistryDeployment
from chameleonapi.pipeline.registry_models import RegistryModels
from chameleonapi.pipeline.stored_heads import load_generic, load_head
from evaluation.worlds import directions, process, scenes

LABELS = tuple(f"L{index}" for index in range(8))
SPACE = directions(LABELS, 12)
CHOICE = process({"left": ["L0", "L1"], "right": ["L2", "L3"]}, kind="application", name="app.py:1")
OUTCOMES = ("left", "right", "nothing")


class Numbers:
    """A backbone whose features are the bytes of an input."""

    name, sha256, dimension, side = "test:numbers", "0" * 64, 12, 1

    def preprocess(self, picture):
        return torch.from_numpy(picture.copy())

    def features(self, pixels):
        return pixels


class Reader:
    id = "test/1"

    def __call__(self, content, side):
        return np.frombuffer(content, np.float32)


def generic():
    drawn = torch.Generator().manual_seed(0)
    weight = 3 * SPACE + torch.randn(SPACE.shape, generator=drawn)
    return LinearHead(
        LABELS, weight, torch.full((8,), -2.0), torch.zeros(12), torch.full((12,), 1.5)
    )


def own(share=0.5, outcomes=OUTCOMES):
    """A model with an opinion that often differs."""
    drawn = torch.Generator().manual_seed(1)
    linear = replace(generic(), weight=generic().weight.clone())
    linear.weight[:4] += 0.3
    rows = LinearHead(
        outcomes,
        4 * torch.randn(len(outcomes), 12, generator=drawn),
        torch.zeros(len(outcomes)),
        torch.zeros(12),
        torch.ones(12),
    )
    opinion = OutcomeHead(rows, share)
    return PooledHead(linear, opinion, Reconciliation(CHOICE, LABELS, outcomes, share))


def manifest(name="generic", **changes):
    known = {
        "name": name,
        "kind": "generic" if name == "generic" else "customized",
        "backbone": Numbers.name,
        "backbone_sha256": Numbers.sha256,
        "reader": Reader.id,
        "labels_digest": labels_digest(LABELS),
    }
    return Manifest(**{**known, **changes})


@pytest.fixture
def registry(tmp_path):
    found = ModelRegistry(tmp_path)
    found.publish("generic", generic(), manifest())
    found.publish("app", own().linear, manifest("app", seed=1), process=CHOICE)
    found.publish("app", own(), manifest("app"), process=CHOICE)
    return found


def inputs(count, seed=3):
    return scenes(count, LABELS, seed=seed, directions=SPACE)


def scores(predictor, features, application="app"):
    asked = [Request(application, one.numpy().tobytes()) for one in features]
    return torch.tensor([one.scores for one in predictor.predict(asked)])


def test_a_model_answers_from_the_registry_as_it_did_before(registry):
    features = inputs(300).features
    expected = own().logits(features)
    head, _, tail = load_head(registry, registry.resolve("app"))
    assert tail is None
    assert torch.equal(head.logits(features), expected)
    assert not torch.equal(expected, own().linear.logits(features))
    source = RegistryModels(registry, ["app"])
    predictor = SharedBackbonePredictor(Numbers(), generic(), source=source, read_picture=Reader())
    served = scores(predictor, features)
    assert torch.allclose(served, torch.sigmoid(expected), atol=1e-6)
    decision = compile_decision(CHOICE, LABELS)
    decided = decision.decide(expected)
    assert torch.equal(decision.decide(torch.logit(served.double()).float()), decided)
    assert not torch.equal(decision.decide(own().linear.logits(features)), decided)


def test_it_is_swapped_in_and_out_while_it_is_served(registry):
    features = inputs(60).features
    source = RegistryModels(registry, ["app"])
    predictor = SharedBackbonePredictor(Numbers(), generic(), source=source, read_picture=Reader())
    deployment = RegistryDeployment(registry, predictor, models=source)
    with_opinion = scores(predictor, features)
    deployment.rollback("app")
    without = scores(predictor, features)
    assert torch.allclose(without, torch.sigmoid(own().linear.logits(features)), atol=1e-6)
    deployment.publish("app", registry.history("app")[0].digest)
    assert torch.equal(scores(predictor, features), with_opinion)
    assert not torch.equal(with_opinion, without)


def test_a_model_of_before_has_no_opinion(registry):
    before = registry.history("app")[0]
    folder = registry.root / "objects" / before.digest
    assert not (folder / "outcomes.safetensors").exists()
    assert isinstance(load_head(registry, before).head, LinearHead)
    now = registry.root / "objects" / registry.resolve("app").digest
    assert (now / "head.safetensors").read_bytes() == (folder / "head.safetensors").read_bytes()


def test_an_opinion_that_was_changed_is_noticed(registry):
    reference = registry.resolve("app")
    file = registry.root / "objects" / reference.digest / "outcomes.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"outcomes.safetensors of app@\w+ is not what was"):
        load_head(registry, reference)


def test_an_opinion_on_other_outcomes_is_refused_when_it_is_loaded(registry):
    cases = CHOICE.rules
    other = CHOICE.with_(rules=Cases(cases.cases[:1], cases.default), outcomes=CHOICE.outcomes[::2])
    reference = registry.publish("app", own(), manifest("app", seed=2), process=other)
    with pytest.raises(ModelError, match=r"cannot be used: .* an opinion came on left, right"):
        load_head(registry, reference)


def test_who_has_an_opinion_needs_a_process_and_is_no_generic_model(registry):
    with pytest.raises(UsageError, match="has an opinion on outcomes, and no process"):
        registry.publish("app", own(), manifest("app"))
    with pytest.raises(ModelError, match="made for one application"):
        load_generic(registry, "app")
    head, found = load_generic(registry, "generic")
    assert head.to_bytes() == generic().to_bytes()
    assert found.kind == "generic"


def test_certificates_bound_what_is_served(registry):
    """Of 200 divisions, at most about one in twenty may miss; labels alone err otherwise."""
    head = load_head(registry, registry.resolve("app")).head
    pool = inputs(4000, seed=5)
    decision = compile_decision(CHOICE, LABELS)
    wrong = ~decision.is_correct(head.logits(pool.features), decision.acceptable(pool.present))
    truth = float(wrong.float().mean())
    plain = ~decision.is_correct(
        head.linear.logits(pool.features), decision.acceptable(pool.present)
    )
    assert abs(float(plain.float().mean()) - truth) > 0.02
    whole = evaluate(
        CHOICE,
        [Method("ours", "Ours", head), Method("generic", "Generic", generic())],
        pool,
        seen={},
        application="app",
        data_name="worlds",
        data_digest="d",
        seed=0,
        resamples=50,
    )
    each = [one.decided["ours"] not in one.acceptable for one in whole.examples]
    assert each == wrong.tolist()
    generator = torch.Generator().manual_seed(0)
    missed = 0
    for _ in range(200):
        rows = torch.randperm(len(pool), generator=generator)[:150].tolist()
        part = replace(whole, examples=tuple(whole.examples[one] for one in rows))
        missed += certify(part).natural.upper < truth
    assert missed <= 20
    assert json.dumps(certify(whole).to_json())
