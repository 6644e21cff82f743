"""Labelled inputs to labelled features, by split."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chameleonapi.data import SPLITS, Dataset, assign_splits, read_square
from chameleonapi.data.tensors import to_tensors
from chameleonapi.decision import TrueObject
from chameleonapi.errors import DataError
from chameleonapi.models import Backbone, FeatureCache
from chameleonapi.models.regions import RegionBackbone
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import FeatureSet

__all__ = ["dataset_features", "split_features", "with_splits"]


def with_splits(dataset: Dataset, *, seed: int) -> Dataset:
    """Return the dataset with a split for every example; those that it has are kept.

    Raises:
        DataError: if a split is empty afterwards.
    """
    if any(one.split not in SPLITS for one in dataset):
        dataset = assign_splits(dataset, seed=seed)
    for name in SPLITS:
        if not dataset.split(name):
            raise DataError(
                f"the split {name!r} of {dataset.name} is empty.",
                hint="Give it examples, or leave out the column `split` to have them divided.",
            )
    return dataset


def split_features(
    dataset: Dataset, backbone: Backbone, cache: Path, progress: Progress
) -> Mapping[str, FeatureSet]:
    """Return the features of each split, from the cache where it has them."""
    every = dataset_features(dataset, backbone, cache, progress)
    rows: dict[str, list[int]] = {name: [] for name in SPLITS}
    for index, one in enumerate(dataset):
        rows[one.split].append(index)
    return {name: every.select(rows[name]) for name in SPLITS}


def dataset_features(
    dataset: Dataset, backbone: Backbone, cache: Path, progress: Progress
) -> FeatureSet:
    """Return the features of all examples in their order, from the cache where it has them."""
    with progress.step(f"features of {len(dataset)} {dataset.medium}s") as advance:
        found = FeatureCache(cache, backbone, read_square).compute(
            [one.read for one in dataset], advance=advance
        )
    present, known = to_tensors(dataset, dataset.labels)
    return FeatureSet(
        dataset.labels,
        tuple(one.id for one in dataset),
        found.digests,
        found.features,
        present,
        known,
        tuple(str(one.content) if isinstance(one.content, Path) else "" for one in dataset),
        objects=_objects(dataset) if isinstance(backbone, RegionBackbone) else (),
    )


def _objects(dataset: Dataset) -> tuple[tuple[TrueObject, ...], ...]:
    return tuple(
        tuple(
            TrueObject(box.label, (box.left, box.top, box.right, box.bottom)) for box in one.boxes
        )
        for one in dataset
    )
