"""Labelled inputs to labelled features, by split."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chameleonapi.data import SPLITS, TEXT, Dataset, assign_splits, read_square
from chameleonapi.data.tensors import level_tensors, score_tensors, to_tensors
from chameleonapi.decision import Passage, TrueObject
from chameleonapi.errors import DataError
from chameleonapi.losses import SCORE
from chameleonapi.models import Backbone, FeatureCache, need_pictures, need_texts
from chameleonapi.models.mentions import MentionBackbone
from chameleonapi.models.regions import RegionBackbone
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import FeatureSet

__all__ = ["LABELS", "LEVEL", "dataset_features", "split_features", "with_splits"]

LABELS: Final = "labels"
LEVEL: Final = "level"


def with_splits(dataset: Dataset, *, seed: int) -> Dataset:
    """Return the dataset with a split for every example; those that it has are kept.

    Raises:
        DataError: if a split is empty afterwards.
    """
    divides = any(one.split not in SPLITS for one in dataset)
    if divides:
        dataset = assign_splits(dataset, seed=seed)
    for name in SPLITS:
        if not dataset.split(name):
            raise DataError(
                f"the split {name!r} of {dataset.name} is empty.",
                hint=f"Bring more than {len(dataset)} examples, and groups of them that may be "
                "divided."
                if divides
                else "Give it examples, or leave out the column `split` to have them divided.",
            )
    return dataset


def split_features(
    dataset: Dataset,
    backbone: Backbone,
    cache: Path,
    progress: Progress,
    *,
    target: str = LABELS,
) -> Mapping[str, FeatureSet]:
    """Return the features of each split, from the cache where it has them."""
    every = dataset_features(dataset, backbone, cache, progress, target=target)
    rows: dict[str, list[int]] = {name: [] for name in SPLITS}
    for index, one in enumerate(dataset):
        rows[one.split].append(index)
    return {name: every.select(rows[name]) for name in SPLITS}


def dataset_features(
    dataset: Dataset,
    backbone: Backbone,
    cache: Path,
    progress: Progress,
    *,
    target: str = LABELS,
) -> FeatureSet:
    """Return the features of all examples in their order, from the cache where it has them.

    What a model is to find out is the labels of the dataset, the score of each text, or the level
    of each category.

    Raises:
        UnsupportedError: if the backbone takes other inputs.
    """
    (need_texts if dataset.medium == TEXT else need_pictures)(backbone)
    with progress.step(f"features of {len(dataset)} {dataset.medium}s") as advance:
        found = FeatureCache(cache, backbone, read_square).compute(
            [one.read for one in dataset], advance=advance
        )
    labels = (SCORE,) if target == SCORE else dataset.labels
    if target == SCORE:
        present, known = score_tensors(dataset)
    elif target == LEVEL:
        present, known = level_tensors(dataset, labels)
    else:
        present, known = to_tensors(dataset, labels)
    return FeatureSet(
        labels,
        tuple(one.id for one in dataset),
        found.digests,
        found.features,
        present,
        known,
        tuple(str(one.content) if isinstance(one.content, Path) else "" for one in dataset),
        objects=_objects(dataset) if isinstance(backbone, RegionBackbone) else (),
        passages=_passages(dataset) if isinstance(backbone, MentionBackbone) else (),
    )


def _passages(dataset: Dataset) -> tuple[Passage, ...]:
    return tuple(Passage(one.read().decode(), one.entities or ()) for one in dataset)


def _objects(dataset: Dataset) -> tuple[tuple[TrueObject, ...], ...]:
    return tuple(
        tuple(
            TrueObject(box.label, (box.left, box.top, box.right, box.bottom)) for box in one.boxes
        )
        for one in dataset
    )
