"""What training finders of parts of inputs has in common: the order of examples, and who judges."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.models.finders import Finder
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.loop import Advance, Fitted, Parameters, fit
from chameleonapi.training.settings import TrainSettings

__all__ = ["FinderTask", "MarkedInputs", "fit_finder"]


class MarkedInputs(Protocol):
    """Inputs of which it is known where their parts are."""

    @property
    def digest(self) -> str:
        """Of the inputs and the parts, for checkpoints."""
        ...

    def __len__(self) -> int: ...


_Inputs = TypeVar("_Inputs", bound=MarkedInputs)
_Module = TypeVar("_Module", bound=Finder)


@dataclass(frozen=True, eq=False)
class FinderTask(ABC, Generic[_Module, _Inputs]):
    """All weights of a finder are trained, and the loss on other inputs says when to stop."""

    module: _Module
    train: _Inputs
    validation: _Inputs
    settings: TrainSettings

    @abstractmethod
    def loss_on(
        self,
        parameters: Parameters,
        data: _Inputs,
        rows: Int[Tensor, " batch"],
        generator: torch.Generator | None,
    ) -> Float[Tensor, ""]:
        """Return the loss on some inputs; without a generator nothing may be drawn."""

    @property
    def start(self) -> Parameters:
        """The weights of the finder as it is."""
        return dict(self.module.named_parameters())

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Return the inputs of one epoch; few of them come several times."""
        size = len(self.train)
        rounds = max(1, -(-self.settings.least_steps * self.settings.batch_size // size))
        return torch.cat([torch.randperm(size, generator=generator) for _ in range(rounds)])

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return the loss of one step."""
        return self.loss_on(parameters, self.train, rows, generator)

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Return the loss on the other inputs; there are no decisions to count."""
        parts: Sequence[Tensor] = torch.split(
            torch.arange(len(self.validation)), self.settings.batch_size
        )
        with torch.no_grad():
            losses = [
                float(self.loss_on(parameters, self.validation, one, None)) * len(one)
                for one in parts
            ]
        return 0.0, sum(losses) / len(self.validation)


def fit_finder(
    task: FinderTask[_Module, _Inputs],
    *,
    what: str,
    seed: int,
    checkpoint: Path | None,
    advance: Advance | None,
) -> tuple[_Module, Fitted]:
    """Train, and return the finder with its new weights.

    Args:
        task: what to train.
        what: it is, for checkpoints.
        seed: of the order of inputs, and of all that is drawn.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).

    Raises:
        ModelError: if training diverges.
    """
    saved = None
    if checkpoint is not None:
        known = [what, task.train.digest, task.validation.digest, task.settings.to_json(), seed]
        saved = Checkpoint.of(checkpoint, *known)
    fitted = fit(task, task.settings, seed=seed, checkpoint=saved, advance=advance)
    return task.module.trained(fitted.parameters), fitted
