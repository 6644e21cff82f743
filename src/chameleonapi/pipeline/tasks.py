"""What the tasks of the APIs need: a task is a row of facts here, not a pipeline of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from chameleonapi.apis import ENTITY_APIS, LABEL_APIS, Task, get_api, iter_apis
from chameleonapi.data import PICTURE, TEXT, Dataset
from chameleonapi.decision import DecisionProcess, reads_regions
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import SCORE
from chameleonapi.models import (
    DEFAULT_BACKBONE,
    DEFAULT_TEXT_BACKBONE,
    LAST_LAYER_BACKBONE,
    Manifest,
)
from chameleonapi.pipeline.featuring import LABELS, LEVEL
from chameleonapi.pipeline.likelihoods import SAFE_SEARCH

__all__ = [
    "GENERIC",
    "GENERICS",
    "TASKS",
    "TaskFacts",
    "check_labels",
    "check_medium",
    "reads_labels",
    "served_apis",
    "task_of",
]

GENERIC: Final = "generic"
_PATH: Final = "/"
_CATEGORIES: Final = "google.language.classify_text"
_MODERATION: Final = "aws.rekognition.detect_moderation_labels"


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """One task.

    Attributes:
        name: as in manifests.
        medium: what its inputs are, ``picture`` or ``text``.
        generic: usual name of the model that answers where none is customised.
        backbone: usual one.
        target: what the model finds out: ``labels``, the ``score`` of a text, or the ``level`` of
            each category.
    """

    name: str
    medium: str
    generic: str
    backbone: str
    target: str = LABELS


TASKS: Final[Mapping[str, TaskFacts]] = {
    one.name: one
    for one in (
        TaskFacts("labels", PICTURE, GENERIC, DEFAULT_BACKBONE),
        TaskFacts("objects", PICTURE, "generic-objects", DEFAULT_BACKBONE),
        TaskFacts("topics", TEXT, "generic-topics", DEFAULT_TEXT_BACKBONE),
        TaskFacts("sentiment", TEXT, "generic-sentiment", DEFAULT_TEXT_BACKBONE, SCORE),
        TaskFacts("sentiment-classes", TEXT, "generic-sentiment-classes", DEFAULT_TEXT_BACKBONE),
        TaskFacts("entities", TEXT, "generic-entities", DEFAULT_TEXT_BACKBONE),
        TaskFacts("likelihoods", PICTURE, "generic-likelihoods", LAST_LAYER_BACKBONE, LEVEL),
        TaskFacts("moderation", PICTURE, "generic-moderation", LAST_LAYER_BACKBONE),
    )
}
GENERICS: Final = frozenset(one.generic for one in TASKS.values())
"""Names in a registry that stand for no application."""
_FIXED: Final[Mapping[str, frozenset[str]]] = {
    "labels": LABEL_APIS,
    "sentiment": frozenset({"google.language.analyze_sentiment"}),
    "sentiment-classes": frozenset({"aws.comprehend.detect_sentiment"}),
    "likelihoods": frozenset({SAFE_SEARCH}),
    "moderation": frozenset({_MODERATION}),
}
_TEXT_TASKS: Final = frozenset({Task.SENTIMENT, Task.TOPICS, Task.ENTITIES, Task.LANGUAGE})


def task_of(process: DecisionProcess) -> TaskFacts:
    """Return what the task of a decision process needs.

    Raises:
        UnsupportedError: if no model is made for it here.
    """
    task = process.spec.task
    if reads_regions(process):
        return TASKS["objects"]
    if task is Task.SENTIMENT and process.spec.provider == "aws":
        return TASKS["sentiment-classes"]
    if process.api == _MODERATION:
        return TASKS["moderation"]
    if task is Task.LIKELIHOODS and process.api != SAFE_SEARCH:
        raise UnsupportedError(
            f"{process.id}: {process.api} says what each face is like, and nothing here finds "
            "faces.",
            hint="Let requests pass to the provider: chameleon run --pass-through.",
        )
    if task.value in TASKS and (task is not Task.ENTITIES or process.api in ENTITY_APIS):
        return TASKS[task.value]
    if task in _TEXT_TASKS:
        raise UnsupportedError(
            f"{process.id}: models for the task {task.value} of {process.api} are not made here.",
            hint=f"Tasks of texts that are: {', '.join(_of_medium(TEXT))}.",
        )
    return TASKS["labels"]


def _of_medium(medium: str) -> list[str]:
    return [one.name for one in TASKS.values() if one.medium == medium]


def check_medium(process: DecisionProcess, dataset: Dataset) -> None:
    """Check that the data are what the API of a process takes.

    Raises:
        DataError: if they are not.
    """
    wanted = task_of(process).medium
    if dataset.medium != wanted:
        form = "text,labels" if wanted == TEXT else "file,labels"
        if process.spec.task is Task.SENTIMENT:
            form = "text,score"
        elif process.spec.task is Task.ENTITIES:
            form = "text,entities"
        elif process.spec.task is Task.LIKELIHOODS:
            form = "file,adult,violence and the like"
        raise DataError(
            f"{process.api} takes {wanted}s, but the data {dataset.name!r} are {dataset.medium}s.",
            hint=f"Give labelled {wanted}s: a labels.csv with the columns {form}, for instance.",
        )


def reads_labels(process: DecisionProcess) -> bool:
    """Tell whether what a decision reads by its name are labels of the model.

    Of entities these may be their names, and of likelihoods they are levels.
    """
    return process.spec.task not in {Task.ENTITIES, Task.LIKELIHOODS}


def check_labels(process: DecisionProcess, dataset: Dataset) -> None:
    """Check that a generic model may be made of the data, before one is published.

    Raises:
        UnsupportedError: if they know no label that the application reads.
    """
    wanted = process.labels_read()
    if not reads_labels(process):
        return
    if wanted and not process.reads_any(dataset.labels):
        raise UnsupportedError(
            f"{process.id} reads {', '.join(wanted[:5])}, and {dataset.name} speaks of none of "
            "these labels.",
            hint="Give data that have these labels.",
        )


def served_apis(manifest: Manifest, labels: Callable[[], tuple[str, ...]]) -> frozenset[str]:
    """Return the ids of the APIs that a model answers.

    One of labels of pictures answers both APIs of these. One of topics that was made for an
    application answers the API that it calls; the generic one answers with categories if all its
    labels are paths, else as a custom classifier and as moderation do.

    Args:
        manifest: of the model.
        labels: returns its label space; called only where that matters.
    """
    if manifest.task in _FIXED:
        return _FIXED[manifest.task]
    if manifest.api:
        return frozenset({manifest.api})
    if manifest.task == "objects":
        return frozenset(one.id for one in iter_apis() if one.regions is not None)
    if manifest.task == "entities":
        return frozenset(one for one in ENTITY_APIS if set(labels()) <= _types(one))
    found = {one.id for one in iter_apis() if one.task.value == manifest.task}
    if manifest.task == "topics":
        are_paths = all(one.startswith(_PATH) for one in labels())
        found = {_CATEGORIES} if are_paths else found - {_CATEGORIES}
    return frozenset(found)


def _types(api: str) -> frozenset[str]:
    spec = get_api(api)
    kind = spec.main.field(spec.label_field or "")
    return frozenset(kind.values if kind is not None else ())
