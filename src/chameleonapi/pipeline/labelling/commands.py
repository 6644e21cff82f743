"""From a folder of pictures to recommendations for labelling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import torch

from chameleonapi.data import TEXT, Dataset, read_square
from chameleonapi.data.importers.look import walk_pictures, walk_texts
from chameleonapi.data.pictures import probe_picture
from chameleonapi.data.texts import probe_text
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, InputError, UnsupportedError, UsageError
from chameleonapi.models import (
    Backbone,
    FeatureCache,
    LinearHead,
    ModelRegistry,
    load_backbone,
)
from chameleonapi.pipeline.featuring import dataset_features
from chameleonapi.pipeline.foundations import usual_backbone
from chameleonapi.pipeline.labelling.cross_fitting import CROSS_SETTINGS, cross_logits
from chameleonapi.pipeline.labelling.record import LabelCheck, LabelWish
from chameleonapi.pipeline.labelling.selection import choose, openness, wishes
from chameleonapi.pipeline.labelling.suspects import find_suspects
from chameleonapi.pipeline.opening import open_dataset
from chameleonapi.pipeline.progress import Progress, SilentProgress
from chameleonapi.pipeline.stored_heads import load_head
from chameleonapi.pipeline.tasks import check_medium, task_of
from chameleonapi.training import FeatureSet, train_generic

__all__ = ["check_labels", "next_labels"]

_CACHE: Final = ".cache"
_VALIDATION: Final = 6
_WHOLE: Final = frozenset({"labels", "topics", "moderation", "sentiment-classes"})
"""Tasks of which whole inputs have labels."""


def check_labels(
    process: DecisionProcess,
    data: str | Path,
    *,
    models: str | Path,
    count: int = 50,
    folds: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> LabelCheck:
    """Rank the labels of a folder by how wrong they look and what that changes.

    Args:
        process: the application.
        data: folder of labelled pictures, all splits.
        models: folder of the registry, for its backbone and cached features.
        count: how many examples to name at most.
        folds: of the cross-validation.
        seed: of the training.
        progress: shows how far it is.

    Raises:
        DataError: if the data cannot be used.
        UnsupportedError: if the application reads no label of the data.
    """
    shown = progress or SilentProgress()
    dataset = open_dataset(data)
    check_medium(process, dataset)
    _check_labels_read(process, dataset)
    features = _features(process, dataset, models, shown)
    with shown.step(f"{folds} models, each without a part of the examples") as advance:
        logits = cross_logits(
            features,
            folds=folds,
            seed=seed,
            groups=[one.group for one in dataset],
            advance=advance,
        )
    found = find_suspects(process, features, logits, dataset.parents)
    return LabelCheck(
        process.id,
        process.digest,
        dataset.name,
        dataset.digest,
        len(dataset),
        folds,
        tuple(found[:count]),
        seed,
    )


def next_labels(
    process: DecisionProcess,
    pool: str | Path,
    *,
    models: str | Path,
    name: str = "",
    data: str | Path | None = None,
    count: int = 50,
    seed: int = 0,
    progress: Progress | None = None,
) -> LabelWish:
    """Choose the pictures or texts that are worth labelling next.

    Args:
        process: the application.
        pool: folder of pictures, or of texts (``.txt``), at any depth; labels are not needed.
        models: folder of the registry.
        name: of the model whose scores to use; one trained on ``data`` if it is given, else
            the generic one.
        data: folder of what is labelled already; nothing like it is chosen.
        count: how many to choose.
        seed: of the training.
        progress: shows how far it is.

    Raises:
        DataError: if there are none, or the data cannot be used.
        UsageError: if there is neither a model nor labelled data.
        UnsupportedError: if the model knows no label that the application reads, or is more than
            a head.
    """
    shown = progress or SilentProgress()
    _check_whole(process)
    registry = ModelRegistry(models)
    generic = task_of(process).generic
    name = name or ("" if data is not None or generic not in registry.names() else generic)
    if not name and data is None:
        raise UsageError(
            f"there is no model in {registry.root} and no labelled data to train one.",
            hint="Name what is labelled already with --data, or a model with --name.",
        )
    stored = load_head(registry, registry.resolve(name)) if name else None
    if stored is not None and stored.tail is not None:
        raise UnsupportedError(
            f"the model {name!r} has last stages of its own, and only heads can be asked here.",
            hint="Name another model with --name, such as the generic one.",
        )
    backbone = (
        usual_backbone(registry, task_of(process))
        if stored is None
        else load_backbone(stored.manifest.backbone)
    )
    labelled = None
    if data is not None:
        dataset = open_dataset(data)
        _check_labels_read(process, dataset)
        labelled = dataset_features(dataset, backbone, registry.root / _CACHE, shown)
    head = _train(labelled, seed, shown) if stored is None else stored.head
    medium = task_of(process).medium
    files, features, digests = _pool(Path(pool), medium, backbone, registry.root / _CACHE, shown)
    seen = set(labelled.digests) if labelled is not None else set()
    fresh = [row for row, digest in enumerate(digests) if digest not in seen]
    if not fresh:
        raise DataError(
            f"all {len(files)} {medium}s of {pool} are labelled already.",
            hint=f"Name a folder with other {medium}s.",
        )
    rows = torch.tensor(fresh)
    found = openness(process, head, features[rows])
    positions = choose(
        found.score,
        features[rows],
        count,
        known=labelled.features if labelled is not None else None,
    )
    names = [str(files[row]) for row in fresh]
    return LabelWish(
        process.id,
        process.digest,
        name or f"a model trained on {Path(data or '').name}",
        len(fresh),
        wishes(found, positions, names, process),
    )


def _features(
    process: DecisionProcess, dataset: Dataset, models: str | Path, progress: Progress
) -> FeatureSet:
    registry = ModelRegistry(models)
    backbone = usual_backbone(registry, task_of(process))
    cache = registry.root / _CACHE
    return dataset_features(dataset, backbone, cache, progress, target=task_of(process).target)


def _check_whole(process: DecisionProcess) -> None:
    task = task_of(process)
    if task.name not in _WHOLE:
        raise UnsupportedError(
            f"{process.id} decides on {task.name}, and only labels of whole inputs are looked at "
            "here.",
            hint="Look at what `chameleon customize` reports as decided wrongly.",
        )


def _check_labels_read(process: DecisionProcess, dataset: Dataset) -> None:
    _check_whole(process)
    wanted = process.labels_read()
    if wanted and not process.reads_any(dataset.labels):
        raise UnsupportedError(
            f"{process.id} reads {', '.join(wanted[:5])}, and {dataset.name} speaks of none of "
            "these labels.",
            hint="Map its labels to those of the API: chameleon data import --labels TABLE.",
        )


def _train(labelled: FeatureSet | None, seed: int, progress: Progress) -> LinearHead:
    assert labelled is not None
    order = torch.randperm(len(labelled), generator=torch.Generator().manual_seed(seed))
    some = max(1, len(order) // _VALIDATION)
    with progress.step(f"a model of {len(labelled)} labelled pictures") as advance:
        return train_generic(
            labelled.select(order[some:]),
            labelled.select(order[:some]),
            seed=seed,
            settings=CROSS_SETTINGS,
            advance=advance,
        ).head


def _pool(
    folder: Path, medium: str, backbone: Backbone, cache: Path, progress: Progress
) -> tuple[list[Path], torch.Tensor, Sequence[str]]:
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder.", hint=f"Name a folder with {medium}s.")
    walk, probe = (walk_texts, probe_text) if medium == TEXT else (walk_pictures, probe_picture)
    files: list[Path] = []
    bad: list[str] = []
    for path in walk(folder):
        problem = _problem(path, probe)
        if problem:
            bad.append(problem)
        else:
            files.append(path)
    for one in bad[:3]:
        progress.note(f"Left out, {one}")
    if len(bad) > 3:
        progress.note(f"Left out, {len(bad) - 3} more {medium}s that cannot be read.")
    if not files:
        ending = " (.txt)" if medium == TEXT else ""
        raise DataError(
            f"{folder} holds no {medium}s that can be read.",
            hint=f"Name a folder with {medium}s{ending}.",
        )
    with progress.step(f"features of {len(files)} {medium}s to choose from") as advance:
        found = FeatureCache(cache, backbone, read_square).compute(
            [one.read_bytes for one in files], advance=advance
        )
    return files, found.features, found.digests


def _problem(path: Path, probe: Callable[[bytes], object]) -> str:
    try:
        probe(path.read_bytes())
    except (InputError, OSError) as error:
        return f"{path}: {error}"
    return ""
