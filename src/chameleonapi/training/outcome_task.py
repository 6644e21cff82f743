"""Learning the outcomes themselves: a softmax over them, from nothing, on the same features.

What an outcome looks like is sometimes easier to say than which labels make it, and is wrong
elsewhere. It is trained on the same draws as the rows of labels, with the same noise and pull, and
stops by the same yardstick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import linear

from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.decision_task import Examples
from chameleonapi.training.loop import Advance, Layer, Parameters, fit
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.rehearsal import Curriculum
from chameleonapi.training.settings import TrainSettings

__all__ = ["OutcomeTask", "fit_outcomes", "outcome_losses"]


def outcome_losses(
    scores: Float[Tensor, "batch outcomes"], acceptable: Bool[Tensor, "batch outcomes"]
) -> Float[Tensor, " batch"]:
    """Return minus the logarithm of the share of the right outcomes.

    Nothing is lost where nothing, or everything, is right.
    """
    shares = scores.log_softmax(1).masked_fill(~acceptable, -torch.inf)
    teaches = acceptable.any(1) & ~acceptable.all(1)
    # Minus infinity has no gradient: what teaches nothing is hidden before the logarithm.
    kept = torch.where(teaches[:, None], shares, torch.zeros_like(shares))
    return torch.where(teaches, -kept.logsumexp(1), torch.zeros_like(kept[:, 0]))


@final
class OutcomeTask:
    """Train a row for each outcome.

    Args:
        curriculum: what is drawn from, how often, and how many make an epoch.
        validation: examples that say when to stop.
        weights: what each of them counts.
        settings: of the run.
    """

    def __init__(
        self,
        curriculum: Curriculum,
        validation: Examples,
        weights: Float[Tensor, " validation"],
        settings: TrainSettings,
    ) -> None:
        self._train, self._drawn, self._size = curriculum
        self._validation, self._weights = validation, weights
        self.settings = settings
        outcomes, dimension = self._train.acceptable.shape[1], self._train.features.shape[1]
        self._start = {
            "weight": torch.zeros(outcomes, dimension),
            "bias": torch.zeros(outcomes),
        }

    @property
    def start(self) -> Parameters:
        """Nothing: every outcome is as likely as another."""
        return self._start

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Draw the examples of an epoch."""
        least = self.settings.least_steps * self.settings.batch_size
        draws = max(self._size, least)
        return torch.multinomial(self._drawn, draws, replacement=True, generator=generator)

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return the loss of a batch, and the pull towards nothing."""
        weight, acceptable = parameters["weight"], self._train.acceptable[rows]
        scores = linear(self._train.features[rows], weight, parameters["bias"])
        scores = scores + logit_noise(weight, len(rows), self.settings.noise, generator)
        each = outcome_losses(scores, acceptable)
        return each.mean() + self.settings.pull * weight.square().sum()

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Return rate and loss on validation data, on the mix."""
        data = self._validation
        with torch.no_grad():
            scores = linear(data.features, parameters["weight"], parameters["bias"])
            each = outcome_losses(scores, data.acceptable).double()
        wrong = ~data.acceptable.gather(1, scores.argmax(1, keepdim=True))[:, 0]
        return float(self._weights[wrong].sum()), float((each * self._weights).sum())


def fit_outcomes(
    task: OutcomeTask,
    identity: Sequence[Any],
    *,
    seed: int,
    checkpoint: Path | None,
    advance: Advance | None,
    is_time_up: Callable[[], bool],
) -> Layer:
    """Return the rows that do best on the validation examples.

    Args:
        task: what is trained.
        identity: what else a checkpoint must agree in, beside settings and seed.
        seed: of all random numbers.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).
        is_time_up: asked after every step; training then ends with the best so far.
    """
    saved = None
    if checkpoint is not None:
        saved = Checkpoint.of(checkpoint, "outcomes", *identity, task.settings.to_json(), seed)
    fitted = fit(
        task, task.settings, seed=seed, checkpoint=saved, advance=advance, is_time_up=is_time_up
    )
    found = Layer.of(fitted.parameters)
    return Layer(found.weight.detach(), found.bias.detach())
