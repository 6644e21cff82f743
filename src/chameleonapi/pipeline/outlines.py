"""Where things are in the pictures of a report: what is there, and what a model found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from chameleonapi.apis import RegionBox
from chameleonapi.decision import DecisionProcess
from chameleonapi.models import LabelHead
from chameleonapi.models.regions import RegionHead
from chameleonapi.training import FeatureSet, answering_head

__all__ = ["Outline", "outlines_of"]

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Outline:
    """One box.

    Attributes:
        box: left, top, right and bottom, in fractions of the picture.
        is_found: whether a model says so; otherwise it is the truth.
    """

    box: RegionBox
    is_found: bool


def outlines_of(
    process: DecisionProcess, head: LabelHead, test: FeatureSet
) -> Mapping[str, Sequence[Outline]]:
    """Return the boxes of the labels that an application reads, by the id of the example.

    Those that the model would show are found. Nothing, where examples have no places; where the
    application reads no label by its name, the boxes of all.
    """
    if not test.objects:
        return {}
    read = set(process.labels_read(test.labels)) or set(test.labels)
    made: dict[str, list[Outline]] = {
        name: [Outline(one.box, is_found=False) for one in some if one.label in read]
        for name, some in zip(test.ids, test.objects, strict=True)
    }
    model = answering_head(head, test)
    assert isinstance(model, RegionHead)
    rows = iter(test.ids)
    for batch in torch.split(test.features, _BATCH):
        for found in model.detections(batch):
            mine = made[next(rows)]
            shown = {
                region
                for label, scores in zip(found.labels, found.scores, strict=True)
                if label in read
                for region, score in enumerate(scores)
                if score >= process.shown_score
            }
            mine += [Outline(found.boxes[one], is_found=True) for one in sorted(shown)]
    return made
