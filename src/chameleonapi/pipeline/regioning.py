"""Pictures with boxes to a finder, and to labelled features of regions."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from chameleonapi.data import Dataset, Example, read_square
from chameleonapi.decision import TrueObject
from chameleonapi.models import Backbone
from chameleonapi.models.regions import RegionBackbone, RegionFinder, need_maps
from chameleonapi.pipeline.featuring import dataset_features
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import FeatureSet
from chameleonapi.training.finding import FinderExamples, train_finder

__all__ = ["finder_of", "region_features"]

_AT_ONCE: Final = 32
_MOST_PICTURES: Final = 3000
_MOST_CHECKED: Final = 400


def finder_of(
    dataset: Dataset,
    backbone: Backbone,
    *,
    seed: int,
    checkpoint: Path | None,
    progress: Progress,
) -> RegionFinder:
    """Train a finder on the boxes of a dataset; of many pictures, on the first few thousand.

    Raises:
        DataError: if there are no boxes.
        UnsupportedError: if the backbone gives no maps.
    """
    train = _maps(dataset.split("train")[:_MOST_PICTURES], backbone, progress)
    validation = _maps(dataset.split("validation")[:_MOST_CHECKED], backbone, progress)
    with progress.step(f"finder of things, from {len(train)} pictures") as advance:
        return train_finder(
            train, validation, seed=seed, checkpoint=checkpoint, advance=advance
        ).finder


def _maps(dataset: Dataset, backbone: Backbone, progress: Progress) -> FinderExamples:
    network = need_maps(backbone)
    fine: list[Tensor] = []
    coarse: list[Tensor] = []
    running = hashlib.sha256(f"{backbone.name}/{backbone.sha256}/{read_square.id}".encode())
    boxes = [_boxes(one) for one in dataset]
    with progress.step(f"maps of {len(dataset)} pictures") as advance:
        for start in range(0, len(dataset), _AT_ONCE):
            advance(start, len(dataset))
            pixels = []
            for place, one in enumerate(dataset[start : start + _AT_ONCE], start):
                content = one.read()
                running.update(hashlib.sha256(content).digest())
                running.update(repr(boxes[place].tolist()).encode())
                pixels.append(network.preprocess(read_square(content, network.side)))
            for part in network.maps(torch.stack(pixels)):
                fine.append(part[0].half().cpu())
                coarse.append(part[1].half().cpu())
        advance(len(dataset), len(dataset))
    first, second, _ = network.map_channels
    return FinderExamples(
        torch.cat(fine) if fine else torch.zeros(0, first, 1, 1).half(),
        torch.cat(coarse) if coarse else torch.zeros(0, second, 1, 1).half(),
        boxes,
        running.hexdigest(),
    )


def _boxes(example: Example) -> Tensor:
    rows = [[one.left, one.top, one.right, one.bottom] for one in example.boxes]
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, 4)


def region_features(
    dataset: Dataset, backbone: RegionBackbone, cache: Path, progress: Progress
) -> FeatureSet:
    """Return the features of the regions of all examples, from the cache where it has them."""
    every = dataset_features(dataset, backbone, cache, progress)
    objects = tuple(
        tuple(
            TrueObject(box.label, (box.left, box.top, box.right, box.bottom)) for box in one.boxes
        )
        for one in dataset
    )
    return replace(every, objects=objects)
