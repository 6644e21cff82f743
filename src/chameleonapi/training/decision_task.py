"""Learning to decide: the rows of a head that an application reads, and a compiled loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.losses import CompiledDecision, DecisionLoss
from chameleonapi.models import LinearHead
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.judge import Judge, balanced_weights
from chameleonapi.training.loop import Layer
from chameleonapi.training.settings import TrainSettings

__all__ = ["DecisionTask", "Examples", "replace_rows"]


class Examples(NamedTuple):
    """Examples as one head sees them, ready for training.

    Attributes:
        features: normalised.
        logits: of the head that training starts from.
        present, known: verified labels.
        acceptable: outcomes that are right.
    """

    features: Float[Tensor, "examples dimension"]
    logits: Float[Tensor, "examples labels"]
    present: Bool[Tensor, "examples labels"]
    known: Bool[Tensor, "examples labels"]
    acceptable: Bool[Tensor, "examples outcomes"]

    @classmethod
    def of(cls, data: FeatureSet, head: LinearHead, decision: CompiledDecision) -> Examples:
        """Return the examples of a set."""
        data = data.over(head.labels)
        features = (data.features - head.mean) / head.std
        with torch.no_grad():
            logits = torch.addmm(head.bias, features, head.weight.T)
        acceptable = decision.acceptable(data.present, data.known)
        return cls(features, logits, data.present, data.known, acceptable)

    def take(self, rows: Int[Tensor, " batch"]) -> Examples:
        """Return the examples at these positions."""
        return Examples(*(one[rows] for one in self))


@dataclass(frozen=True, eq=False)
class DecisionTask:
    """Train some rows of a head for one application.

    Attributes:
        head: where training starts from; the rows that are not trained stay as they are.
        columns: the labels whose rows are trained.
        loss: main loss.
        ordinary: the loss that is added in the share that the settings say.
        train, validation: examples.
        judge: of the validation examples.
        settings: of the run.
        acceptable: finds what is right for examples that are mixed from two.
    """

    head: LinearHead
    columns: Int[Tensor, " columns"]
    loss_function: DecisionLoss
    ordinary: DecisionLoss
    train: Examples
    validation: Examples
    referee: Judge
    settings: TrainSettings
    acceptable: Callable[[Tensor, Tensor], Tensor]

    @property
    def start(self) -> Layer:
        """The rows as they are in the head."""
        return Layer(self.head.weight[self.columns], self.head.bias[self.columns])

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Draw at least as many examples as there are, every outcome alike."""
        weights = balanced_weights(self.train.acceptable)
        draws = max(len(weights), self.settings.least_steps * self.settings.batch_size)
        return torch.multinomial(weights, draws, replacement=True, generator=generator)

    def loss(
        self, layer: Layer, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return main loss, share of the ordinary loss, and pull towards the start."""
        batch = self._batch(rows, generator)
        logits = self._logits(layer, batch)
        total = self.loss_function(logits, batch.acceptable, batch.present, batch.known)
        if self.settings.ordinary:
            extra = self.ordinary(logits, batch.acceptable, batch.present, batch.known)
            total = total + self.settings.ordinary * extra
        if self.settings.pull:
            start = self.start
            total = total + self.settings.pull * (
                (layer.weight - start.weight).square().sum()
                + (layer.bias - start.bias).square().sum()
            )
        return total

    def judge(self, layer: Layer) -> tuple[float, float]:
        """Return the balanced rate of incorrect decisions, and the loss, balanced likewise."""
        data = self.validation
        with torch.no_grad():
            logits = self._logits(layer, data)
            each = self.loss_function(
                logits,
                data.acceptable,
                data.present,
                data.known,
                reduction="none",
            )
        loss = (each.double() * self.referee.weights).sum()
        return self.referee.rate(logits), float(loss)

    def _batch(self, rows: Int[Tensor, " batch"], generator: torch.Generator) -> Examples:
        batch = self.train.take(rows)
        mixed = int(self.settings.mixing * len(rows))
        if mixed:
            batch = self._mix(batch, mixed, generator)
        if self.settings.noise:
            noise = torch.randn(batch.features.shape, generator=generator)
            batch = batch._replace(features=batch.features + self.settings.noise * noise)
        return batch

    def _mix(self, batch: Examples, count: int, generator: torch.Generator) -> Examples:
        """Make the first ``count`` examples the mean of two: pooled features of a scene of both."""
        other = batch.take(torch.randint(len(batch.features), (count,), generator=generator))
        head = batch.take(torch.arange(count))
        present = head.present | other.present
        # A label is known in the mixture where either shows it, or both say that it is absent.
        known = (
            (head.known & other.known) | (head.present & head.known) | (other.present & other.known)
        )
        mixed = Examples(
            (head.features + other.features) / 2,
            (head.logits + other.logits) / 2,
            present,
            known,
            self.acceptable(present, known),
        )
        rest = batch.take(torch.arange(count, len(batch.features)))
        return Examples(*(torch.cat(pair) for pair in zip(mixed, rest, strict=True)))

    def _logits(self, layer: Layer, data: Examples) -> Float[Tensor, "batch labels"]:
        rows = torch.addmm(layer.bias, data.features, layer.weight.T)
        return data.logits.index_copy(1, self.columns, rows)


def replace_rows(head: LinearHead, columns: Int[Tensor, " columns"], layer: Layer) -> LinearHead:
    """Return a head with these rows replaced."""
    weight, bias = head.weight.clone(), head.bias.clone()
    weight[columns], bias[columns] = layer.weight.detach(), layer.bias.detach()
    return LinearHead(head.labels, weight, bias, head.mean, head.std)
