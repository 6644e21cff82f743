"""Logits of examples by models that have not seen them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.errors import DataError
from chameleonapi.training import GENERIC_SETTINGS, FeatureSet, TrainSettings, train_generic

__all__ = ["CROSS_SETTINGS", "assign_folds", "cross_logits"]

CROSS_SETTINGS: Final = replace(GENERIC_SETTINGS, epochs=20)
_VALIDATION: Final = 6


def assign_folds(
    data: FeatureSet, folds: int, *, seed: int, groups: Sequence[str] = ()
) -> list[int]:
    """Return the fold of each example; those of one content or one group are in the same.

    Raises:
        DataError: if there are fewer contents or groups than folds.
    """
    keys = [
        f"group {group}" if group else f"content {digest}"
        for group, digest in zip(groups or [""] * len(data), data.digests, strict=True)
    ]
    order = sorted(set(keys), key=lambda key: hashlib.sha256(f"{seed}/{key}".encode()).digest())
    if len(order) < folds or folds < 2:
        raise DataError(
            f"{len(order)} different examples cannot be divided into {folds} folds.",
            hint="Bring more labelled pictures.",
        )
    fold = {key: index % folds for index, key in enumerate(order)}
    return [fold[key] for key in keys]


def cross_logits(
    data: FeatureSet,
    *,
    folds: int = 5,
    seed: int = 0,
    groups: Sequence[str] = (),
    settings: TrainSettings = CROSS_SETTINGS,
    advance: Callable[[int, int], None] | None = None,
) -> Float[Tensor, "examples labels"]:
    """Return the logits of each example by a model trained on the other folds.

    They are ordinary models of single labels, calibrated on a part of those folds: a model
    that was trained for the decision would learn to bend labels where that helps.
    """
    numbers = torch.tensor(assign_folds(data, folds, seed=seed, groups=groups))
    logits = torch.zeros(len(data), len(data.labels))
    for fold in range(folds):
        if advance is not None:
            advance(fold, folds)
        others = (numbers != fold).nonzero()[:, 0]
        mine = (numbers == fold).nonzero()[:, 0]
        shuffled = others[torch.randperm(len(others), generator=_generator(seed, fold))]
        some = max(1, len(shuffled) // _VALIDATION)
        head = train_generic(
            data.select(shuffled[some:]), data.select(shuffled[:some]), seed=seed, settings=settings
        ).head
        with torch.no_grad():
            logits[mine] = head.logits(data.features[mine])
    if advance is not None:
        advance(folds, folds)
    return logits


def _generator(seed: int, fold: int) -> torch.Generator:
    return torch.Generator().manual_seed(1_000_003 * seed + fold)
