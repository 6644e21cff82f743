"""Models of a registry in memory only while they are used, and what is served meanwhile."""

import threading

import numpy as np
import pytest
import torch

from chameleonapi.apis import LabelScores, Request
from chameleonapi.errors import ModelError, UnknownNameError
from chameleonapi.models import (
    LinearHead,
    Manifest,
    ModelRegistry,
    SharedBackbonePredictor,
    labels_digest,
)
from chameleonapi.pipeline.deployment import RegistryDeployment
from chameleonapi.pipeline.registry_models import RegistryModels

LABELS = tuple(f"label {number}" for number in range(12))
NAMES = tuple(f"app-{number}" for number in range(6))


class Bright:
    """A backbone that sees one number in a picture."""

    name, sha256, dimension, side = "test:bright", "0" * 64, 1, 1

    def preprocess(self, picture):
        return torch.from_numpy(picture.astype("float32"))

    def features(self, pixels):
        return pixels.reshape(len(pixels), -1)[:, :1] / 255


class Reader:
    id = "test/1"

    def __call__(self, content, side):
        return np.full((side, side, 3), content[0], np.uint8)


def sees(place):
    """A head that is sure of one label; the generic one is sure of none."""
    bias = torch.full((len(LABELS),), -9.0)
    if place is not None:
        bias[place] = 9.0
    return LinearHead(LABELS, torch.zeros(len(LABELS), 1), bias, torch.zeros(1), torch.ones(1))


def manifest(name, seed=0, backbone=Bright.name):
    return Manifest(
        name=name,
        kind="customized",
        backbone=backbone,
        backbone_sha256=Bright.sha256,
        reader=Reader.id,
        labels_digest=labels_digest(LABELS),
        seed=seed,
    )


@pytest.fixture
def registry(tmp_path):
    found = ModelRegistry(tmp_path)
    found.publish("generic", sees(None), manifest("generic"))
    for number, name in enumerate(NAMES):
        found.publish(name, sees(number), manifest(name))
    return found


@pytest.fixture
def models(registry):
    return RegistryModels(registry, NAMES)


@pytest.fixture
def predictor(registry, models):
    """Room for one model at a time: each request for another one loads it."""
    return SharedBackbonePredictor(
        Bright(),
        registry.load("generic").head,
        source=models,
        max_model_bytes=1,
        read_picture=Reader(),
    )


def seen(predictor, *names):
    """Return what each model is sure of."""
    found = predictor.predict([Request(one, b"\x01") for one in names])
    assert all(isinstance(one, LabelScores) for one in found)
    return [
        next((LABELS[i] for i, score in enumerate(one.scores) if score > 0.5), None)
        for one in found
    ]


def test_all_applications_are_answered_with_room_for_one(predictor):
    assert seen(predictor, *NAMES, "") == [*LABELS[:6], None]
    assert seen(predictor, *reversed(NAMES)) == [*reversed(LABELS[:6])]
    assert predictor.shelf.in_memory == 1


def test_what_others_do_in_the_registry_changes_nothing_that_is_served(registry, predictor):
    registry.publish("app-0", sees(9), manifest("app-0", seed=1))
    assert seen(predictor, "app-1", "app-0") == [LABELS[1], LABELS[0]]
    registry.rollback("app-0")
    assert seen(predictor, "app-1", "app-0") == [LABELS[1], LABELS[0]]


def test_a_version_that_was_rolled_back_elsewhere_is_still_loaded(registry, models, predictor):
    deployment = RegistryDeployment(registry, predictor, models=models)
    registry.publish("app-0", sees(9), manifest("app-0", seed=1))
    deployment.publish("app-0")
    registry.rollback("app-0")  # by another server; this one is told nothing
    assert seen(predictor, "app-1", "app-0") == [LABELS[1], LABELS[9]]


def test_changes_under_load_fail_no_request(registry, models, predictor):
    deployment = RegistryDeployment(registry, predictor, models=models)
    first = registry.resolve("app-0").digest
    second = registry.publish("app-0", sees(9), manifest("app-0", seed=1)).digest
    done, wrong = threading.Event(), []

    def ask():
        while not done.is_set():
            one, other = seen(predictor, "app-0", "app-1")
            if one not in {LABELS[0], LABELS[9]} or other != LABELS[1]:
                wrong.append((one, other))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for one in threads:
        one.start()
    for number in range(60):
        deployment.publish("app-0", second if number % 2 else first)
        expected = LABELS[9] if number % 2 else LABELS[0]
        assert seen(predictor, "app-0") == [expected]
        deployment.rollback("app-0")
        assert seen(predictor, "app-0") != [expected]
    done.set()
    for one in threads:
        one.join()
    assert wrong == []


def test_a_new_application_comes_and_is_loaded_again(registry, models, predictor):
    deployment = RegistryDeployment(registry, predictor, models=models)
    registry.publish("newcomer", sees(7), manifest("newcomer"))
    with pytest.raises(UnknownNameError):
        predictor.predict([Request("newcomer", b"\x01")])
    deployment.publish("newcomer")
    assert seen(predictor, "newcomer", "app-1", "newcomer") == [LABELS[7], LABELS[1], LABELS[7]]
    assert {one.application for one in deployment.models()} == {"", *NAMES, "newcomer"}


def test_a_model_that_was_damaged_meanwhile_fails_its_own_requests(registry, predictor, tmp_path):
    digest = registry.resolve("app-2").digest
    (tmp_path / "objects" / digest / "head.safetensors").write_bytes(b"not a head")
    found = predictor.predict([Request(one, b"\x01") for one in ("app-1", "app-2", "app-3")])
    assert [type(one) for one in found] == [LabelScores, ModelError, LabelScores]
    assert "not what was published" in str(found[1])


def test_a_model_for_another_backbone_is_found_before_it_is_asked_for(registry):
    registry.publish("stranger", sees(1), manifest("stranger", backbone="test:other"))
    models = RegistryModels(registry, (*NAMES, "stranger"))
    with pytest.raises(ModelError, match=r"'stranger' was made for the backbone test:other"):
        models.check()
    RegistryModels(registry, NAMES).check()
