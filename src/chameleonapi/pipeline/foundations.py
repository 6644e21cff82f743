"""What a run rests on: examples fit for the task, and the generic model with its backbone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from chameleonapi.data import Dataset
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.models import Backbone, ModelRegistry, load_backbone, with_finder
from chameleonapi.pipeline.mentioning import check_types, open_mentions, with_entities
from chameleonapi.pipeline.modelling import DataSource
from chameleonapi.pipeline.progress import Progress
from chameleonapi.pipeline.regioning import open_regions, with_boxes
from chameleonapi.pipeline.tasks import TaskFacts
from chameleonapi.training import METHODS

__all__ = [
    "CACHE",
    "folds_of",
    "methods_in_order",
    "open_backbone",
    "published_backbone",
    "usable_examples",
    "usual_backbone",
]

CACHE: Final = ".cache"
_OPENED: Final[Mapping[str, Callable[..., Backbone]]] = {
    "objects": open_regions,
    "entities": open_mentions,
}
"""How a backbone of parts is opened, by task."""


def usable_examples(
    process: DecisionProcess, dataset: Dataset, task: TaskFacts, shown: Progress
) -> Dataset:
    """Return the examples of which it is known what is where, if the task needs that."""
    if task.name == "objects":
        return with_boxes(dataset, shown)
    if task.name == "entities":
        dataset = with_entities(dataset, shown)
        check_types(process, dataset)
    return dataset


def folds_of(source: DataSource) -> int | None:
    """Return in how many folds to train where the generic model has learnt from the data.

    One where there are no held-out logits: only the validation data can judge then.
    """
    return 1 if source.features["train"].held_out is None else None


def published_backbone(registry: ModelRegistry, generic: str) -> Backbone:
    """Return the backbone of a generic model that is there, with its finder if it has one."""
    backbone = load_backbone(registry.manifest(generic).backbone)
    finder = registry.finder(generic)
    return backbone if finder is None else with_finder(backbone, finder)


def usual_backbone(registry: ModelRegistry, task: TaskFacts) -> Backbone:
    """Return the backbone of the generic model of a task, or where there is none the usual one."""
    if task.generic in registry.names():
        return load_backbone(registry.manifest(task.generic).backbone)
    return load_backbone(task.backbone)


def open_backbone(
    registry: ModelRegistry,
    generic: str,
    task: TaskFacts,
    dataset: Dataset,
    *,
    wanted: str,
    device: str,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> Backbone:
    """Return the backbone of the generic model, or where there is none yet the one wanted.

    Where the task is about parts of an input, it is one of parts; what finds them is trained on
    the dataset if there is none.

    Raises:
        UsageError: if the generic model has another one than is wanted, or is of another task.
        DataError: if what finds parts has to be trained and the dataset does not mark them.
        UnsupportedError: if the backbone cannot be one of parts.
    """
    backbone = _whole(registry, generic, task, wanted, device)
    if task.name not in _OPENED:
        return backbone
    return _OPENED[task.name](
        registry,
        generic,
        backbone,
        dataset,
        seed=seed,
        checkpoints=checkpoints,
        progress=progress,
    )


def _whole(
    registry: ModelRegistry, generic: str, task: TaskFacts, wanted: str, device: str
) -> Backbone:
    if generic not in registry.names():
        return load_backbone(wanted or task.backbone, device=device)
    manifest = registry.manifest(generic)
    if manifest.task != task.name:
        raise UsageError(
            f"the model {generic!r} is one of {manifest.task}, but {task.name} are decided on.",
            hint="Leave out --generic, or name a model of the same task.",
        )
    found = manifest.backbone
    if wanted and load_backbone(wanted).name != found:
        raise UsageError(
            f"the generic model {generic!r} was made for the backbone {found}, not {wanted}.",
            hint="Leave out --backbone, or use a registry of its own: --models FOLDER.",
        )
    return load_backbone(found, device=device)


def methods_in_order(*names: str) -> list[str]:
    """Return the methods named in the order in which they are made.

    Raises:
        UnknownNameError: if one is not known.
    """
    for one in names:
        if one not in METHODS:
            raise UnknownNameError("method", one, tuple(METHODS))
    return [one for one in METHODS if one in names]
