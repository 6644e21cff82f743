"""From a customised head to a customised tail: train the end of the backbone as well."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.losses import build_loss
from chameleonapi.models import (
    LOW_RANK,
    WHOLE,
    CutBackbone,
    PooledHead,
    RowSource,
    Tail,
    start_tail,
    tail_features,
)
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.customize import LOSS_OPTIONS, CustomizedModel, ValidationResult
from chameleonapi.training.loop import Advance, Layer, fit
from chameleonapi.training.row_fitting import head_digest
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.tail_task import Stretch, TailTask, tail_pace
from chameleonapi.training.team import ALONE, Team
from chameleonapi.training.workshop import Workshop

__all__ = ["DEEP_LEVELS", "TAIL_SETTINGS", "Depth", "cut_of", "deepen"]

DEEP_LEVELS: Final[Mapping[str, str]] = {"last-stages": WHOLE, "lora": LOW_RANK, "full": WHOLE}
"""Levels below the head, and what is trained there."""

_COMMON: Final = TrainSettings(
    epochs=6,
    patience=6,
    batch_size=32,
    least_steps=8,
    averaging=0.9,
    learning_rate=1e-4,
    keep=1.0,
)
TAIL_SETTINGS: Final[Mapping[str, TrainSettings]] = {
    "last-stages": _COMMON,
    "lora": replace(_COMMON, learning_rate=1e-3),
    "full": _COMMON,
}
"""Chosen on the development half of the photographs; docs/training.md says what was tried."""


def cut_of(level: str, backbone: CutBackbone) -> int:
    """Return where a level cuts a backbone: before everything, or at the usual place."""
    return backbone.cuts[0] if level == "full" else backbone.cuts[1]


@dataclass(frozen=True, eq=False)
class Depth:
    """How deep to go, and with what.

    Attributes:
        level: one of ``DEEP_LEVELS``.
        backbone: that is cut.
        source: of rows at the cut, for training and validation examples.
        settings: of the loop.
        rank: of the change, for ``lora``.
        is_time_up: asked after every step; training ends with the best epoch so far.
        team: the processes that share the work.
    """

    level: str
    backbone: CutBackbone
    source: RowSource
    settings: TrainSettings
    rank: int = 8
    is_time_up: Callable[[], bool] = field(default=lambda: False)
    team: Team = ALONE


def deepen(
    workshop: Workshop,
    model: CustomizedModel,
    depth: Depth,
    *,
    loss: str,
    seed: int,
    options: Mapping[str, Any] | None = None,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
) -> CustomizedModel:
    """Train the end of the backbone too, from the head that a model has.

    The head is trained before, so that the tail does not lose what it knows to a head that
    knows nothing. What comes out is kept only if it does better on validation data than the
    head, which may have a second opinion on the outcome: with a tail there is none, as that changes
    the features on which the opinion rests.

    Reference: Kumar et al., "Fine-Tuning can Distort Pretrained Features and Underperform
    Out-of-Distribution", ICLR 2022.
    """
    began = time.perf_counter()
    linear = model.head.linear if isinstance(model.head, PooledHead) else model.head
    if options is None:
        options = LOSS_OPTIONS.get(loss, {})
    settings = replace(depth.settings, ordinary=model.settings.ordinary, mix=model.settings.mix)
    form = DEEP_LEVELS[depth.level]
    network = depth.backbone.tail(depth.source.cut)
    rows, generic = workshop.space.matter, workshop.generic
    task = TailTask(
        linear,
        start_tail(form, network, rank=depth.rank, seed=seed),
        Layer(generic.weight[rows], generic.bias[rows]),
        Stretch(depth.backbone, depth.source, form, network),
        workshop.space,
        build_loss(workshop.decision, loss, **options),
        workshop.ordinary,
        workshop.train,
        workshop.validation,
        workshop.contents,
        workshop.judge,
        settings,
        depth.team,
    )
    saved = None
    if checkpoint is not None and not depth.team.rank:
        parts = [workshop.process.digest, loss, dict(options), settings.to_json(), seed]
        parts += [*workshop.digest, head_digest(linear), depth.level, depth.source.cut]
        saved = Checkpoint.of(checkpoint, *parts, depth.backbone.sha256, depth.rank)
    fitted = fit(
        task,
        settings,
        seed=seed,
        checkpoint=saved,
        advance=advance,
        pace=tail_pace,
        is_time_up=depth.is_time_up,
        team=depth.team,
    )
    head, tensors = task.result(fitted.parameters)
    tail = Tail(depth.backbone.name, depth.source.cut, form, tensors)
    features = _features(workshop, tail, depth)
    shifts = None
    if settings.tune_thresholds:
        head, shifts = workshop.tune(head, features=features)
    result = ValidationResult(
        workshop.rate(head, features), workshop.loss(head, loss, options, features)
    )
    before = ValidationResult(workshop.rate(linear), workshop.loss(linear, loss, options))
    if isinstance(model.head, PooledHead):  # what has to be beaten is what would be served
        before = model.validation[model.chosen]
    results = {**model.validation, depth.level: result}
    seconds = model.seconds + time.perf_counter() - began
    cut = " (the time was up)" if fitted.is_cut else ""
    if before <= result:
        reason = (
            f"{model.reason} Training at the level {depth.level} did not help{cut} "
            f"({result.rate:.1%} on validation data)."
        )
        return replace(model, validation=results, reason=reason, seconds=seconds)
    return CustomizedModel(
        head=head,
        history=(*model.history, *fitted.history),
        thresholds=shifts.values if shifts else {},
        line=shifts.describe(workshop.process.shown_score) if shifts else "",
        chosen=depth.level,
        reason=(
            f"{depth.level}: {result.rate:.1%} of the validation examples are decided "
            f"incorrectly, with the head alone {before.rate:.1%}{cut}."
        ),
        validation=results,
        seconds=seconds,
        settings=settings,
        tail=tail,
    )


def _features(workshop: Workshop, tail: Tail, depth: Depth) -> Float[Tensor, "examples dimension"]:
    """Return what the tail makes of the validation examples, normalised for the head."""
    found = tail_features(tail.build(depth.backbone), depth.source, workshop.contents[1])
    with torch.no_grad():
        return (found - workshop.generic.mean) / workshop.generic.std
