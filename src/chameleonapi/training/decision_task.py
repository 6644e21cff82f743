"""Learning to decide: the rows of a head that an application reads, and a compiled loss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.losses import DecisionLoss
from chameleonapi.training.judge import Judge, mix_weights
from chameleonapi.training.loop import Layer, Parameters
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.settings import TrainSettings

__all__ = ["DecisionTask", "Examples", "common_rate"]

_COMMON_SHIFTS: Final = (-2.0, -1.5, -1.0, -0.6, -0.3, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0)


class Examples(NamedTuple):
    """Examples of one application, over the columns of its compact space.

    Attributes:
        features: normalised.
        logits: of the head that training starts from.
        present, known: verified labels.
        acceptable: outcomes that are right.
    """

    features: Float[Tensor, "examples dimension"]
    logits: Float[Tensor, "examples columns"]
    present: Bool[Tensor, "examples columns"] | Float[Tensor, "examples columns"]
    known: Bool[Tensor, "examples columns"]
    acceptable: Bool[Tensor, "examples outcomes"]

    def take(self, rows: Int[Tensor, " batch"]) -> Examples:
        """Return the examples at these positions."""
        return Examples(*(one[rows] for one in self))


@dataclass(frozen=True, eq=False)
class DecisionTask:
    """Train the rows of a head that an application reads: the first columns of its space.

    Attributes:
        layer: these rows, as they are in the head.
        main: the loss.
        ordinary: the loss that is added in the share that the settings say.
        train, validation: examples.
        referee: of the validation examples.
        settings: of the run.
        sampling: how often each training example is drawn; by the mix of the settings if None.
    """

    layer: Layer
    main: DecisionLoss
    ordinary: DecisionLoss
    train: Examples
    validation: Examples
    referee: Judge
    settings: TrainSettings
    sampling: Float[Tensor, " examples"] | None = None

    @property
    def start(self) -> Parameters:
        """Where training starts from."""
        return self.layer.parameters

    @cached_property
    def _weights(self) -> Float[Tensor, " examples"]:
        if self.sampling is not None:
            return self.sampling
        return mix_weights(self.train.acceptable, self.settings.mix)

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Draw at least as many examples as there are."""
        draws = max(len(self._weights), self.settings.least_steps * self.settings.batch_size)
        return torch.multinomial(self._weights, draws, replacement=True, generator=generator)

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return main loss, share of the ordinary loss, and pull towards the start."""
        batch = self.train.take(rows)
        change = self._change(parameters)
        logits = _changed(batch, change)
        if self.settings.noise:
            changed = len(change.bias)
            noise = logit_noise(change.weight, len(rows), self.settings.noise, generator)
            logits = torch.cat([logits[:, :changed] + noise, logits[:, changed:]], 1)
        total = self.main(logits, batch.acceptable, batch.present, batch.known)
        if self.settings.ordinary:
            extra = self.ordinary(logits, batch.acceptable, batch.present, batch.known)
            total = total + self.settings.ordinary * extra
        if self.settings.pull:
            drift = change.weight.square().sum() + change.bias.square().sum()
            total = total + self.settings.pull * drift
        return total

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Return rate and loss on validation data, every outcome alike.

        Where thresholds are searched afterwards, the rate is that of the best of a few common
        thresholds: a head that is right but for one is not left for a worse one.
        """
        data = self.validation
        with torch.no_grad():
            logits = _changed(data, self._change(parameters))
            each = self.main(logits, data.acceptable, data.present, data.known, reduction="none")
            rate = common_rate(self.referee, logits, len(self.layer.bias), self.settings)
        return rate, float((each.double() * self.referee.weights).sum())

    def _change(self, parameters: Parameters) -> Layer:
        now = Layer.of(parameters)
        return Layer(now.weight - self.layer.weight, now.bias - self.layer.bias)


def common_rate(
    referee: Judge, logits: Float[Tensor, "examples columns"], rows: int, settings: TrainSettings
) -> float:
    """Return the rate, or that of the best of a few common thresholds where they are searched."""
    rates = [referee.rate(logits)]
    if settings.tune_thresholds:
        for shift in _COMMON_SHIFTS:
            moved = logits.clone()
            moved[:, :rows] += shift
            rates.append(referee.rate(moved))
    return min(rates)


def _changed(data: Examples, change: Layer) -> Float[Tensor, "batch columns"]:
    """Add what the trained rows add to their start; noise never touches the start itself."""
    added = torch.addmm(change.bias, data.features, change.weight.T)
    rows = len(change.bias)
    return torch.cat([data.logits[:, :rows] + added, data.logits[:, rows:]], 1)
