"""Pictures with boxes to a finder, and from a registry to a backbone of regions."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from chameleonapi.data import SPLITS, Dataset, Example, read_square
from chameleonapi.errors import DataError, ModelError
from chameleonapi.models import Backbone, ModelRegistry
from chameleonapi.models.regions import RegionBackbone, RegionFinder, need_maps
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training.finding import FinderExamples, train_finder

__all__ = ["finder_of", "open_regions", "with_boxes"]

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
                fine.append(part.fine.half().cpu())
                coarse.append(part.coarse.half().cpu())
        advance(len(dataset), len(dataset))
    first, second, *_ = network.map_channels
    return FinderExamples(
        torch.cat(fine) if fine else torch.zeros(0, first, 1, 1).half(),
        torch.cat(coarse) if coarse else torch.zeros(0, second, 1, 1).half(),
        boxes,
        running.hexdigest(),
    )


def _boxes(example: Example) -> Tensor:
    rows = [[one.left, one.top, one.right, one.bottom] for one in example.boxes]
    return torch.tensor(rows, dtype=torch.float32).reshape(-1, 4)


def with_boxes(dataset: Dataset, progress: Progress) -> Dataset:
    """Return the examples of which it is known where everything is.

    Raises:
        DataError: if there are none in a split that has examples.
    """
    kept = [row for row, one in enumerate(dataset) if one.boxes or not one.present]
    if len(kept) < len(dataset):
        missing = len(dataset) - len(kept)
        progress.note(f"{missing} pictures show something without a box and are left out.")
    found = dataset.select(kept)
    for split in SPLITS:
        if dataset.split(split) and not any(one.boxes for one in found.split(split)):
            raise DataError(
                f"no picture in the split {split!r} of {dataset.name} has a box.",
                hint="Decisions on objects need to know where things are: give each line of "
                "labels.jsonl its boxes, or import data that has them.",
            )
    return found


def open_regions(
    registry: ModelRegistry,
    generic: str,
    backbone: Backbone,
    dataset: Dataset,
    *,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> RegionBackbone:
    """Return the backbone of regions of a generic model; where there is none, its finder is made.

    Raises:
        DataError: if a finder is to be made and the dataset has no boxes.
        ModelError: if the generic model has no finder.
        UnsupportedError: if the backbone gives no maps.
    """
    if generic in registry.names():
        finder = registry.finder(generic)
        if not isinstance(finder, RegionFinder):
            raise ModelError(
                f"the model {generic!r} does not say where things are.",
                hint="Leave out --generic, or use a registry of its own: --models FOLDER.",
            )
        return RegionBackbone(backbone, finder)
    checkpoint = checkpoints / f"{generic}-finder.safetensors"
    checkpoints.mkdir(parents=True, exist_ok=True)
    found = finder_of(dataset, backbone, seed=seed, checkpoint=checkpoint, progress=progress)
    return RegionBackbone(backbone, found)
