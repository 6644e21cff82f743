"""Examples of one application on what texts name, over rows of entities."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.apis import NOT_THERE, Mentions, entities_of
from chameleonapi.losses import EntityDecision
from chameleonapi.models import LinearHead
from chameleonapi.models.mentions import MENTIONS, read_mentions
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.mention_truth import mention_labels
from chameleonapi.training.part_rows import RegionExamples

__all__ = ["entity_examples"]


def entity_examples(data: FeatureSet, head: LinearHead, decision: EntityDecision) -> RegionExamples:
    """Return the examples that a head over mentions starts from.

    The features of an entity are the mean of those of its mentions, so that its logits are the
    mean of theirs.
    """
    rows = read_mentions(data.features)
    labels = mention_labels(data)
    every = [Mentions(head.labels, rows.mentions(row), ()) for row in range(len(data))]
    features = torch.zeros(*rows.there.shape, head.dimension)
    there = torch.zeros_like(rows.there)
    shape = (len(data), len(head.labels), MENTIONS)
    present, known = (torch.zeros(shape, dtype=torch.bool) for _ in range(2))
    for row, one in enumerate(every):
        own: list[int] = rows.there[row].nonzero().flatten().tolist()
        for place, entity in enumerate(entities_of(decision.process.spec, one.mentions)):
            members = [own[member] for member in entity.members]
            features[row, place] = rows.features[row, members].mean(0)
            there[row, place] = True
            present[row, :, place] = (labels.present & labels.known)[row, members].any(0)
            known[row, :, place] = labels.known[row, members].all(0)
    features = (features - head.mean) / head.std
    with torch.no_grad():
        logits = (features @ head.weight.T + head.bias).transpose(1, 2)
    logits = logits.masked_fill(~there[:, None, :], NOT_THERE)
    tests = decision.tests(every)
    return RegionExamples(
        features,
        there,
        torch.cat([logits.flatten(1), tests.flatten(1)], 1),
        _behind(present),
        _behind(known),
        decision.acceptable_for(data.passages),
    )


def _behind(labels: Bool[Tensor, "examples types places"]) -> Float[Tensor, "examples row"]:
    """Return labels as a row; nothing is said of the numbers behind the logits."""
    flat = labels.flatten(1)
    return torch.cat([flat, torch.zeros_like(flat)], 1)
