"""The one loop: every head, ours and every baseline, is trained by it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Protocol

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.errors import ModelError
from chameleonapi.training.adam import Adam
from chameleonapi.training.checkpoints import Checkpoint, Snapshot
from chameleonapi.training.settings import TrainSettings

__all__ = ["Advance", "Epoch", "Fitted", "Layer", "Task", "fit"]

Advance = Callable[[int, int], None]

# Odd and large, so that neighbouring seeds share no epoch's random numbers.
_STRIDE = 1_000_003


class Layer(NamedTuple):
    """The rows of a head that are trained, over normalised features."""

    weight: Float[Tensor, "rows dimension"]
    bias: Float[Tensor, " rows"]


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch led to: on validation data, the rate that counts, and the loss.

    The first is the starting point, with no training loss. ``rate`` is the balanced rate of
    incorrect decisions, or zero where no application is in play.
    """

    number: int
    training_loss: float | None
    rate: float
    loss: float


class Task(Protocol):
    """What is to be learnt: data, loss and yardstick."""

    @property
    def start(self) -> Layer:
        """Where training starts from."""
        ...

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Return the examples of one epoch in their order."""
        ...

    def loss(
        self, layer: Layer, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return the loss of a batch."""
        ...

    def judge(self, layer: Layer) -> tuple[float, float]:
        """Return rate and loss on validation data."""
        ...


@dataclass(frozen=True, eq=False)
class Fitted:
    """The best layer, by validation rate and then by validation loss, and the way to it."""

    layer: Layer
    history: tuple[Epoch, ...]
    best: Epoch


@dataclass(eq=False)
class _State:
    weight: Adam
    bias: Adam
    average: Layer
    best_layer: Layer
    best: Epoch
    history: list[Epoch]

    @property
    def layer(self) -> Layer:
        return Layer(self.weight.parameter, self.bias.parameter)


def fit(
    task: Task,
    settings: TrainSettings,
    *,
    seed: int,
    checkpoint: Checkpoint | None = None,
    advance: Advance | None = None,
) -> Fitted:
    """Train until the validation data says stop, and return the best layer met.

    The starting point takes part: training never returns something worse on validation data.
    Random numbers depend on the seed and the number of the epoch alone, so that a run that
    was killed goes on, on a CPU, to the same bits.

    Raises:
        ModelError: if the loss stops being a number.
    """
    state = _restore(checkpoint) or _begin(task)
    while len(state.history) <= settings.epochs:
        number = len(state.history)
        if advance is not None:
            advance(number - 1, settings.epochs)
        if number - state.best.number > settings.patience:
            break
        _train_epoch(task, settings, state, number, seed)
        if checkpoint is not None:
            checkpoint.write(_snapshot(state))
    if advance is not None:
        advance(settings.epochs, settings.epochs)
    return Fitted(state.best_layer, tuple(state.history), state.best)


def _begin(task: Task) -> _State:
    layer = Layer(task.start.weight.clone(), task.start.bias.clone())
    first = Epoch(0, None, *task.judge(layer))
    weight, bias = Adam.of(layer.weight.clone()), Adam.of(layer.bias.clone())
    return _State(weight, bias, layer, layer, first, [first])


def _train_epoch(
    task: Task, settings: TrainSettings, state: _State, number: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed * _STRIDE + number)
    batches = torch.split(task.order(generator), settings.batch_size)
    total = 0.0
    for index, rows in enumerate(batches):
        done = (number - 1 + index / len(batches)) / settings.epochs
        rate = settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
        loss = task.loss(state.layer, rows, generator)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(
                f"the training loss became {value} in epoch {number}, step {index + 1}.",
                hint="Train with a lower learning rate; the last good epoch is kept.",
            )
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        state.weight.step(rate)
        state.bias.step(rate)
        _average(state, settings.averaging, (number - 1) * len(batches) + index)
        total += value * len(rows)
    layer = Layer(state.average.weight.clone(), state.average.bias.clone())
    epoch = Epoch(number, total / sum(map(len, batches)), *task.judge(layer))
    state.history.append(epoch)
    if (epoch.rate, epoch.loss) < (state.best.rate, state.best.loss):
        state.best, state.best_layer = epoch, layer


def _average(state: _State, decay: float, step: int) -> None:
    # Early on, the average must not cling to where it began.
    share = 1 - min(decay, (1 + step) / (10 + step)) if decay else 1.0
    with torch.no_grad():
        state.average = Layer(
            torch.lerp(state.average.weight, state.layer.weight, share),
            torch.lerp(state.average.bias, state.layer.bias, share),
        )


def _snapshot(state: _State) -> Snapshot:
    tensors = {
        "average.weight": state.average.weight,
        "average.bias": state.average.bias,
        "best.weight": state.best_layer.weight,
        "best.bias": state.best_layer.bias,
    }
    for name, one in (("weight", state.weight), ("bias", state.bias)):
        tensors[name] = one.parameter
        tensors[f"{name}.mean"] = one.mean
        tensors[f"{name}.square"] = one.square
    values: dict[str, Any] = {
        "steps": state.weight.steps,
        "best": state.best.number,
        "history": [asdict(one) for one in state.history],
    }
    return Snapshot(tensors, values)


def _restore(checkpoint: Checkpoint | None) -> _State | None:
    snapshot = checkpoint.read() if checkpoint is not None else None
    if snapshot is None:
        return None
    tensors, values = snapshot.tensors, snapshot.values
    weight, bias = (
        Adam(
            tensors[name].requires_grad_(),
            tensors[f"{name}.mean"],
            tensors[f"{name}.square"],
            values["steps"],
        )
        for name in ("weight", "bias")
    )
    history = [Epoch(**one) for one in values["history"]]
    return _State(
        weight,
        bias,
        Layer(tensors["average.weight"], tensors["average.bias"]),
        Layer(tensors["best.weight"], tensors["best.bias"]),
        history[values["best"]],
        history,
    )
