"""What is right for pictures of which every thing has a box: for a picture, and for a region."""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from jaxtyping import Bool
from torch import Tensor

from chameleonapi.apis import RegionForm
from chameleonapi.decision import DecisionProcess, Truth, object_truth
from chameleonapi.models.regions import overlap, read_regions
from chameleonapi.training.features import FeatureSet

__all__ = [
    "RegionLabels",
    "region_examples",
    "region_labels",
    "truths_of",
]

_SAME: Final = 0.5
"""The overlap from which a region shows a thing."""
_NEAR: Final = 0.4
"""The overlap from which it may be held to show it."""


class RegionLabels(NamedTuple):
    """Which labels regions have; where ``known`` is false, ``present`` says nothing."""

    present: Bool[Tensor, "examples regions labels"]
    known: Bool[Tensor, "examples regions labels"]


def truths_of(process: DecisionProcess, data: FeatureSet) -> list[Truth]:
    """Return the truth about each picture, as a perfect answer tells it."""
    spec = process.spec
    found = []
    for row, objects in enumerate(data.objects):
        labels: tuple[str, ...] = ()
        if spec.regions is RegionForm.INSTANCES:
            here = data.present[row] & data.known[row]
            labels = tuple(data.labels[one] for one in here.nonzero()[:, 0].tolist())
        found.append(object_truth(spec, objects, labels))
    return found


def region_labels(data: FeatureSet) -> RegionLabels:
    """Say of each region which labels it has.

    A thing belongs to the region that shows it best, so that the same thing in a second region
    teaches that this is nothing more.
    """
    there, boxes, _ = read_regions(data.features)
    column = {label: index for index, label in enumerate(data.labels)}
    shape = (*there.shape, len(data.labels))
    present = torch.zeros(shape, dtype=torch.bool)
    known = there[..., None].expand(shape).clone()
    for row, objects in enumerate(data.objects):
        kept = [one for one in objects if one.label in column]
        if not kept:
            continue
        true = torch.tensor([one.box for one in kept])
        shared = overlap(boxes[row][None], true[:, None]) * there[row]
        labels = torch.tensor([column[one.label] for one in kept])
        for thing, region in ((shared >= _NEAR) & (shared < _SAME)).nonzero().tolist():
            known[row, region, labels[thing]] = False
        taken: set[int] = set()
        for thing in shared.amax(1).argsort(descending=True).tolist():
            free = shared[thing].clone()
            free[list(taken)] = 0
            best = int(free.argmax())
            if float(free[best]) >= _SAME:
                taken.add(best)
                present[row, best, labels[thing]] = True
                known[row, best, labels[thing]] = True
    return RegionLabels(present, known)


def region_examples(data: FeatureSet) -> FeatureSet:
    """Return every region as an example of its own, for a head over regions."""
    there, _, features = read_regions(data.features)
    labels = region_labels(data)
    places: list[list[int]] = there.nonzero().tolist()
    return FeatureSet(
        data.labels,
        tuple(f"{data.ids[row]}#{region}" for row, region in places),
        tuple(data.digests[row] for row, _ in places),
        features[there],
        labels.present[there],
        labels.known[there],
    )
