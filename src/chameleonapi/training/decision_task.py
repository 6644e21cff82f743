"""Learning to decide: the rows of a head that an application reads, and a compiled loss."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, NamedTuple, Protocol, TypeVar, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.losses import DecisionLoss
from chameleonapi.training.judge import Judge, mix_weights
from chameleonapi.training.loop import Layer, Parameters
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.settings import TrainSettings

__all__ = ["DecisionTask", "Examples", "HeadTask", "common_rate"]

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


class _Labelled(Protocol):
    """What a loss needs of examples."""

    @property
    def present(self) -> Tensor:
        """Labels verified present, or values."""
        ...

    @property
    def known(self) -> Tensor:
        """Labels verified at all."""
        ...

    @property
    def acceptable(self) -> Tensor:
        """Outcomes that are right."""
        ...

    def take(self: _S, rows: Int[Tensor, " batch"]) -> _S:  # noqa: PYI019 - Self is of Python 3.11
        """Return the examples at these positions."""
        ...


_S = TypeVar("_S")
_E = TypeVar("_E", bound=_Labelled)


@dataclass(frozen=True, eq=False)
class HeadTask(ABC, Generic[_E]):
    """Train the rows of a head that an application reads: the first columns of its space.

    Attributes:
        layer: these rows, as they are in the head.
        main: the loss.
        ordinary: the loss that is added in the share that the settings say.
        train, validation: examples.
        referee: of the validation examples.
        settings: of the run.
        sampling: how often each training example is drawn; by the mix of the settings if None.
        size: examples that make an epoch; as many as there are if None.
    """

    layer: Layer
    main: DecisionLoss
    ordinary: DecisionLoss
    train: _E
    validation: _E
    referee: Judge
    settings: TrainSettings
    sampling: Float[Tensor, " examples"] | None = None
    size: int | None = None

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
        size = len(self._weights) if self.size is None else self.size
        draws = max(size, self.settings.least_steps * self.settings.batch_size)
        return torch.multinomial(self._weights, draws, replacement=True, generator=generator)

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return main loss, share of the ordinary loss, and pull towards the start."""
        batch = self.train.take(rows)
        change = self._change(parameters)
        logits = self.changed(batch, change)
        if self.settings.noise:
            noise = self.noise(batch, change, generator)
            width = noise.shape[1]
            logits = torch.cat([logits[:, :width] + noise, logits[:, width:]], 1)
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
            logits = self.changed(data, self._change(parameters))
            each = self.main(logits, data.acceptable, data.present, data.known, reduction="none")
            rate = common_rate(self.referee, logits, self.width(data), self.settings)
        return rate, float((each.double() * self.referee.weights).sum())

    def _change(self, parameters: Parameters) -> Layer:
        now = Layer.of(parameters)
        return Layer(now.weight - self.layer.weight, now.bias - self.layer.bias)

    @abstractmethod
    def changed(self, data: _E, change: Layer) -> Float[Tensor, "examples columns"]:
        """Add what the trained rows add to their start; noise never touches the start itself."""

    @abstractmethod
    def noise(
        self, data: _E, change: Layer, generator: torch.Generator
    ) -> Float[Tensor, "examples trained"]:
        """Draw the noise of the trained columns, which are the first ones."""

    @abstractmethod
    def width(self, data: _E) -> int:
        """Return how many columns are trained."""


@final
class DecisionTask(HeadTask[Examples]):
    """Train them on what they say of whole inputs."""

    def changed(self, data: Examples, change: Layer) -> Float[Tensor, "examples columns"]:
        """Add what the trained rows add to their start."""
        added = torch.addmm(change.bias, data.features, change.weight.T)
        rows = len(change.bias)
        return torch.cat([data.logits[:, :rows] + added, data.logits[:, rows:]], 1)

    def noise(
        self, data: Examples, change: Layer, generator: torch.Generator
    ) -> Float[Tensor, "examples trained"]:
        """Draw the noise of the trained columns."""
        return logit_noise(change.weight, len(data.features), self.settings.noise, generator)

    def width(self, data: Examples) -> int:  # noqa: ARG002  the same for all
        """Return how many columns are trained."""
        return len(self.layer.bias)


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
