"""Fit the rows of a head that an application reads, and put them back into it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jaxtyping import Int
from torch import Tensor

from chameleonapi.models import LinearHead
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.decision_task import HeadTask
from chameleonapi.training.loop import Advance, Epoch, Layer, fit

__all__ = ["fit_rows", "head_digest"]


def fit_rows(
    task: HeadTask[Any],
    generic: LinearHead,
    rows: Int[Tensor, " rows"],
    identity: Sequence[Any],
    *,
    seed: int,
    checkpoint: Path | None,
    advance: Advance | None,
    is_time_up: Callable[[], bool],
) -> tuple[LinearHead, tuple[Epoch, ...]]:
    """Return a head with trained rows, and how the training went.

    Args:
        task: what is trained.
        generic: the head that the rows are of.
        rows: their places.
        identity: what else a checkpoint must agree in, beside settings, seed, sampling and head.
        seed: of all random numbers.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).
        is_time_up: asked after every step; training then ends with the best so far.
    """
    saved = None
    if checkpoint is not None:
        parts = [*identity, task.settings.to_json(), seed]
        if task.sampling is not None:
            parts.append(hashlib.sha256(task.sampling.numpy().tobytes()).hexdigest())
        saved = Checkpoint.of(checkpoint, *parts, head_digest(generic))
    fitted = fit(
        task, task.settings, seed=seed, checkpoint=saved, advance=advance, is_time_up=is_time_up
    )
    weight, bias = generic.weight.clone(), generic.bias.clone()
    layer = Layer.of(fitted.parameters)
    weight[rows], bias[rows] = layer.weight.detach(), layer.bias.detach()
    head = LinearHead(generic.labels, weight, bias, generic.mean, generic.std)
    return head, fitted.history


def head_digest(head: LinearHead) -> str:
    """Return the SHA-256 of a head."""
    return hashlib.sha256(head.to_bytes()).hexdigest()
