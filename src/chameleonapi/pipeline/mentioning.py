"""Texts with marked mentions to a finder, and from a registry to a backbone of mentions."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from chameleonapi.data import SPLITS, Dataset
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, ModelError
from chameleonapi.models import Backbone, ModelRegistry
from chameleonapi.models.mentions import MentionBackbone, MentionFinder, WordReader, split_words
from chameleonapi.models.mentions.finder import BEGINS, GOES_ON
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training.mention_finding import MentionExamples, train_mention_finder

__all__ = ["check_types", "mention_finder_of", "open_mentions", "with_entities"]

_AT_ONCE: Final = 32
_MOST_TEXTS: Final = 3000
_MOST_CHECKED: Final = 400


def mention_finder_of(
    dataset: Dataset,
    backbone: Backbone,
    *,
    seed: int,
    checkpoint: Path | None,
    progress: Progress,
) -> MentionFinder:
    """Train a finder on the mentions of a dataset; of many texts, on the first few thousand.

    Raises:
        DataError: if nothing is named.
        UnsupportedError: if the backbone gives no states of words.
    """
    train = _words(dataset.split("train")[:_MOST_TEXTS], backbone, progress)
    validation = _words(dataset.split("validation")[:_MOST_CHECKED], backbone, progress)
    with progress.step(f"finder of mentions, from {len(train)} texts") as advance:
        return train_mention_finder(
            train, validation, seed=seed, checkpoint=checkpoint, advance=advance
        )


def _words(dataset: Dataset, backbone: Backbone, progress: Progress) -> MentionExamples:
    reader = WordReader(backbone)
    running = hashlib.sha256(f"{backbone.name}/{backbone.sha256}".encode())
    words: list[Tensor] = []
    tags: list[Tensor] = []
    with progress.step(f"words of {len(dataset)} texts") as advance:
        for start in range(0, len(dataset), _AT_ONCE):
            advance(start, len(dataset))
            some = dataset[start : start + _AT_ONCE]
            found = reader.words([reader.read(one.read()) for one in some])
            for one, numbers in zip(some, found, strict=True):
                content = one.read()
                running.update(hashlib.sha256(content).digest())
                running.update(repr(one.entities).encode())
                words.append(numbers.half())
                marked = torch.zeros(len(numbers), dtype=torch.long)
                for place, word in enumerate(split_words(content.decode())[: len(numbers)]):
                    for each in one.entities or ():
                        if each.begin <= word.begin and word.end <= each.end:
                            is_first = place == 0 or word.begin == each.begin
                            marked[place] = BEGINS if is_first else GOES_ON
                tags.append(marked)
        advance(len(dataset), len(dataset))
    return MentionExamples(words, tags, running.hexdigest())


def with_entities(dataset: Dataset, progress: Progress) -> Dataset:
    """Return the examples of which it is known what they name.

    Raises:
        DataError: if there are none in a split that has examples.
    """
    kept = [row for row, one in enumerate(dataset) if one.entities is not None]
    if len(kept) < len(dataset):
        missing = len(dataset) - len(kept)
        progress.note(f"{missing} texts do not say what they name and are left out.")
    found = dataset.select(kept)
    for split in SPLITS:
        if dataset.split(split) and not any(one.entities for one in found.split(split)):
            raise DataError(
                f"no text in the split {split!r} of {dataset.name} names anything.",
                hint="Decisions on entities need marked texts: give each line of labels.jsonl its "
                "`entities`, a list of type, text and begin.",
            )
    return found


def check_types(process: DecisionProcess, dataset: Dataset) -> None:
    """Check that the API of a process has the types of the data.

    Raises:
        DataError: naming one that it has not.
    """
    spec = process.spec
    kind = spec.main.field(spec.label_field or "")
    known = kind.values if kind is not None else ()
    used = {each.label for one in dataset for each in one.entities or ()}
    strange = sorted(used.difference(known))
    if strange:
        raise DataError(
            f"{dataset.name} marks entities of the type {strange[0]!r}, which {spec.id} has not.",
            hint=f"Its types: {', '.join(known)}.",
        )


def open_mentions(
    registry: ModelRegistry,
    generic: str,
    backbone: Backbone,
    dataset: Dataset,
    *,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> MentionBackbone:
    """Return the backbone of mentions of a generic model; if there is none, its finder is made.

    Raises:
        DataError: if a finder is to be made and no text names anything.
        ModelError: if the generic model has no finder.
        UnsupportedError: if the backbone gives no states of words.
    """
    if generic in registry.names():
        finder = registry.finder(generic)
        if not isinstance(finder, MentionFinder):
            raise ModelError(
                f"the model {generic!r} does not say what is named where.",
                hint="Leave out --generic, or use a registry of its own: --models FOLDER.",
            )
        return MentionBackbone(backbone, finder)
    checkpoint = checkpoints / f"{generic}-finder.safetensors"
    checkpoints.mkdir(parents=True, exist_ok=True)
    found = mention_finder_of(
        dataset, backbone, seed=seed, checkpoint=checkpoint, progress=progress
    )
    return MentionBackbone(backbone, found)
