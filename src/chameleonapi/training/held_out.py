"""Logits of examples by generic models that did not learn from them.

A generic model that has learnt from the very examples an application is customised with knows
them by heart: it decides almost all of them rightly, with wide margins, and new ones not nearly so
well. A loss that looks at margins then finds nothing to mend, and thresholds fitted there are
wrong elsewhere. So the examples are divided into folds, a generic model is trained without each
of them, and its logits stand for what the generic model would say of examples that it has never
seen. Customising starts from these; what it learns is a change, which is added to the generic
model that is served.

Reference: Wolpert, "Stacked generalization", Neural Networks 1992, for learning from the answers
of models to examples held out.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.models import LinearHead
from chameleonapi.training.checkpoints import Checkpoint, Snapshot
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.generic import GENERIC_SETTINGS, train_generic
from chameleonapi.training.loop import Advance
from chameleonapi.training.settings import TrainSettings

__all__ = ["hold_out"]

_FOLDS: Final = 4
_LEAST: Final = 8
_STRIDE: Final = 104_729


def hold_out(
    generic: LinearHead,
    train: FeatureSet,
    validation: FeatureSet,
    *,
    seed: int,
    settings: TrainSettings = GENERIC_SETTINGS,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
) -> tuple[FeatureSet, FeatureSet]:
    """Return the examples of a generic model with held-out logits.

    It has learnt from the training examples: their logits are those of models that each lack a
    fold of them. It has not learnt from the validation examples: theirs are its own. Copies of
    one content are in the same fold.

    Args:
        generic: the model, over the labels of the training examples.
        train, validation: what it was trained with; the models of the folds stop and are
            calibrated by the same validation examples.
        seed, settings: of the models of the folds.
        checkpoint: file that keeps the logits; interrupted trainings are kept beside it.
        advance: called with (parts done, parts).

    Raises:
        DataError: if there are fewer than eight different examples, or other labels.
        UnsupportedError: if the examples are regions of pictures.
        ModelError: if training diverges, or the file cannot be written.
    """
    if train.has_parts:
        raise UnsupportedError(
            "logits of regions are not held out.",
            hint="Give examples of whole inputs, or train without held-out logits.",
        )
    if len(set(train.digests)) < _LEAST or generic.labels != train.labels:
        raise DataError(
            f"{len(set(train.digests))} different examples with {len(train.labels)} labels cannot "
            f"be held out from a model of {len(generic.labels)} labels.",
            hint=f"Bring {_LEAST} at least, over the labels of the model.",
        )
    what = ["held-out", train.digest, validation.digest, settings.to_json(), seed, _FOLDS]
    file = None if checkpoint is None else Checkpoint.of(checkpoint, *what)
    kept = None if file is None else file.read()
    if kept is not None:
        logits = kept.tensors["logits"]
    else:
        logits = _fit_folds(train, validation, settings, seed, checkpoint, advance)
        if file is not None:
            file.write(Snapshot({"logits": logits}, {}))
            for fold in range(_FOLDS):
                _beside(file.path, fold).unlink(missing_ok=True)
    checks = validation.over(generic.labels)
    with torch.no_grad():
        own = generic.logits(checks.features)
    return replace(train, held_out=logits), replace(checks, held_out=own)


def _fit_folds(
    train: FeatureSet,
    validation: FeatureSet,
    settings: TrainSettings,
    seed: int,
    checkpoint: Path | None,
    advance: Advance | None,
) -> Float[Tensor, "examples labels"]:
    """Return the logits of each fold by the model that lacks it."""
    place = _places(train, seed)
    logits = torch.zeros(len(train), len(train.labels))
    for fold in range(_FOLDS):
        if advance is not None:
            advance(fold, _FOLDS)
        head = train_generic(
            train.select((place != fold).nonzero()[:, 0]),
            validation,
            seed=seed + _STRIDE * (fold + 1),
            settings=settings,
            checkpoint=None if checkpoint is None else _beside(checkpoint, fold),
        ).head
        mine = (place == fold).nonzero()[:, 0]
        with torch.no_grad():
            logits[mine] = head.logits(train.features[mine])
    if advance is not None:
        advance(_FOLDS, _FOLDS)
    return logits


def _places(data: FeatureSet, seed: int) -> Int[Tensor, " examples"]:
    """Return the fold of each example."""
    contents = sorted(
        set(data.digests), key=lambda one: hashlib.sha256(f"{seed}/{one}".encode()).digest()
    )
    fold = {content: index % _FOLDS for index, content in enumerate(contents)}
    return torch.tensor([fold[one] for one in data.digests])


def _beside(file: Path, fold: int) -> Path:
    return file.with_name(f"{file.stem}-fold{fold}{file.suffix}")
