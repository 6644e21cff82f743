"""What a run rests on: the backbone that is there goes before the usual one."""

import pytest
import torch

from chameleonapi.models import (
    DEFAULT_BACKBONE,
    LAST_LAYER_BACKBONE,
    LinearHead,
    Manifest,
    ModelRegistry,
    labels_digest,
)
from chameleonapi.pipeline.foundations import usual_backbone
from chameleonapi.pipeline.tasks import TASKS

LABELS = ("Dog", "Cat")


@pytest.mark.parametrize("task", ["labels", "objects"])
def test_what_is_in_pictures_is_told_from_middle_blocks_too(tmp_path, task):
    assert usual_backbone(ModelRegistry(tmp_path), TASKS[task]).name == DEFAULT_BACKBONE
    assert "+stages" in DEFAULT_BACKBONE


@pytest.mark.parametrize("task", ["likelihoods", "moderation"])
def test_what_was_measured_with_the_last_layer_rests_on_it(tmp_path, task):
    assert usual_backbone(ModelRegistry(tmp_path), TASKS[task]).name == LAST_LAYER_BACKBONE


def test_a_registry_of_before_keeps_its_backbone(tmp_path):
    registry = ModelRegistry(tmp_path)
    dimension = 1280
    head = LinearHead(
        LABELS,
        torch.zeros(2, dimension),
        torch.zeros(2),
        torch.zeros(dimension),
        torch.ones(dimension),
    )
    manifest = Manifest(
        name="generic",
        kind="generic",
        backbone=LAST_LAYER_BACKBONE,
        backbone_sha256="0" * 64,
        reader="test/1",
        labels_digest=labels_digest(LABELS),
    )
    registry.publish("generic", head, manifest)
    found = usual_backbone(registry, TASKS["labels"])
    assert (found.name, found.dimension) == (LAST_LAYER_BACKBONE, dimension)
