"""The generic model: one head over all labels, which stands for today's API."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from chameleonapi.errors import DataError
from chameleonapi.models import LinearHead
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.loop import Advance, Epoch, Layer, Parameters, fit
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.settings import TrainSettings

__all__ = ["GENERIC_SETTINGS", "GenericModel", "train_generic"]

GENERIC_SETTINGS: Final = TrainSettings(patience=6, pull=1e-4)

_LEAST_SPREAD: Final = 1e-3
_NEWTON_STEPS: Final = 15


@dataclass(frozen=True, eq=False)
class GenericModel:
    """A head over all labels, and how it was trained."""

    head: LinearHead
    history: tuple[Epoch, ...]


@dataclass(frozen=True, eq=False)
class _AllLabels:
    """Multi-label cross-entropy where labels are known."""

    layer: Layer
    features: Float[Tensor, "examples dimension"]
    present: Float[Tensor, "examples labels"]
    known: Bool[Tensor, "examples labels"]
    validation: Float[Tensor, "examples dimension"]
    validation_present: Float[Tensor, "examples labels"]
    validation_known: Bool[Tensor, "examples labels"]
    settings: TrainSettings

    @property
    def start(self) -> Parameters:
        return self.layer.parameters

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        return torch.randperm(len(self.features), generator=generator)

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        layer = Layer.of(parameters)
        logits = torch.addmm(layer.bias, self.features[rows], layer.weight.T)
        if self.settings.noise:
            logits = logits + logit_noise(layer.weight, len(rows), self.settings.noise, generator)
        pull = self.settings.pull * layer.weight.square().sum()
        return _cross_entropy(logits, self.present[rows], self.known[rows]) + pull

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        layer = Layer.of(parameters)
        with torch.no_grad():
            logits = torch.addmm(layer.bias, self.validation, layer.weight.T)
            loss = _cross_entropy(logits, self.validation_present, self.validation_known)
        return 0.0, float(loss)


def _cross_entropy(
    logits: Float[Tensor, "batch labels"],
    present: Float[Tensor, "batch labels"],
    known: Bool[Tensor, "batch labels"],
) -> Float[Tensor, ""]:
    loss = binary_cross_entropy_with_logits(logits, present, reduction="none")
    return (loss * known).sum(1).mean()


def train_generic(
    train: FeatureSet,
    validation: FeatureSet,
    *,
    seed: int,
    settings: TrainSettings = GENERIC_SETTINGS,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
) -> GenericModel:
    """Train a multi-label head over all labels, as well as the validation data allows.

    Args:
        train: what to learn from; unknown labels never count.
        validation: decides when to stop, and on one scale and one offset of all logits.
        seed: of the order of examples.
        settings: ``pull`` is ordinary weight decay here.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).

    Raises:
        DataError: if there is nothing to learn from.
        ModelError: if training diverges.
    """
    if not len(train) or not len(validation) or not train.labels:
        raise DataError(
            f"a generic model needs examples: {len(train)} for training, {len(validation)} for "
            f"validation and {len(train.labels)} labels came.",
            hint="Give both splits examples.",
        )
    validation = validation.over(train.labels)
    mean = train.features.mean(0)
    std = train.features.std(0, correction=0).clamp(min=_LEAST_SPREAD)
    present = train.present.float() * train.known
    # Laplace's rule, so that a label that never occurs starts low but finite.
    prior = (present.sum(0) + 1) / (train.known.sum(0) + 2)
    start = LinearHead.untrained(train.labels, mean=mean, std=std, prior=prior)
    task = _AllLabels(
        Layer(start.weight, start.bias),
        (train.features - mean) / std,
        present,
        train.known,
        (validation.features - mean) / std,
        validation.present.float() * validation.known,
        validation.known,
        settings,
    )
    saved = None
    if checkpoint is not None:
        what = ["generic", train.digest, validation.digest, settings.to_json(), seed]
        saved = Checkpoint.of(checkpoint, *what)
    fitted = fit(task, settings, seed=seed, checkpoint=saved, advance=advance)
    layer = _calibrated(task, Layer.of(fitted.parameters))
    head = LinearHead(train.labels, layer.weight, layer.bias, mean, std)
    return GenericModel(head, fitted.history)


def _calibrated(task: _AllLabels, layer: Layer) -> Layer:
    """Scale and offset all logits alike, where that lowers the loss on validation data."""
    with torch.no_grad():
        logits = torch.addmm(layer.bias, task.validation, layer.weight.T).double()
        scale, offset = 1.0, 0.0
        for _ in range(_NEWTON_STEPS):
            score = torch.sigmoid(scale * logits + offset)
            miss = (score - task.validation_present) * task.validation_known
            bend = score * (1 - score) * task.validation_known
            slope = torch.stack([(miss * logits).sum(), miss.sum()])
            cross = (bend * logits).sum()
            curve = torch.stack([(bend * logits.square()).sum(), cross, cross, bend.sum()])
            ridge = 1e-6 * torch.eye(2, dtype=torch.float64)
            step = torch.linalg.solve(curve.reshape(2, 2) + ridge, slope)
            scale, offset = scale - float(step[0]), offset - float(step[1])
    made = Layer(layer.weight * scale, layer.bias * scale + offset)
    is_sound = bool(torch.isfinite(made.weight).all()) and scale > 0
    return (
        made if is_sound and task.judge(made.parameters) < task.judge(layer.parameters) else layer
    )
