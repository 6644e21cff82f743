"""The one loop: every model, ours and every baseline, at every level, is trained by it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Protocol

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.errors import ModelError
from chameleonapi.training.adam import Adam
from chameleonapi.training.checkpoints import Checkpoint, Snapshot
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.team import ALONE, Team

__all__ = ["Advance", "Epoch", "Fitted", "Layer", "Parameters", "Task", "fit"]

Advance = Callable[[int, int], None]
Parameters = Mapping[str, Tensor]

# Odd and large, so that neighbouring seeds share no epoch's random numbers.
_STRIDE = 1_000_003


class Layer(NamedTuple):
    """The rows of a head that are trained, over normalised features."""

    weight: Float[Tensor, "rows dimension"]
    bias: Float[Tensor, " rows"]

    @classmethod
    def of(cls, parameters: Parameters) -> Layer:
        """Return the layer that is trained under these names."""
        return cls(parameters["weight"], parameters["bias"])

    @property
    def parameters(self) -> Parameters:
        """The layer as the loop takes it."""
        return self._asdict()


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
    def start(self) -> Parameters:
        """Where training starts from."""
        ...

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Return the examples of one epoch in their order."""
        ...

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return the loss of a batch."""
        ...

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Return rate and loss on validation data."""
        ...


@dataclass(frozen=True, eq=False)
class Fitted:
    """The best parameters, by validation rate and then by validation loss, and the way to them.

    Attributes:
        parameters: the best.
        history: all epochs, the starting point first.
        best: the epoch of ``parameters``.
        is_cut: whether time ran out before training was done.
    """

    parameters: Parameters
    history: tuple[Epoch, ...]
    best: Epoch
    is_cut: bool = False


@dataclass(eq=False)
class _State:
    steppers: dict[str, Adam]
    average: dict[str, Tensor]
    best_parameters: dict[str, Tensor]
    best: Epoch
    history: list[Epoch]

    @property
    def parameters(self) -> Parameters:
        return {name: one.parameter for name, one in self.steppers.items()}


class _TimeIsUpError(Exception):
    """Ends an epoch half-way; what it did is dropped."""


def fit(
    task: Task,
    settings: TrainSettings,
    *,
    seed: int,
    checkpoint: Checkpoint | None = None,
    advance: Advance | None = None,
    pace: Callable[[str], float] = lambda _name: 1.0,
    is_time_up: Callable[[], bool] = lambda: False,
    team: Team = ALONE,
) -> Fitted:
    """Train until the validation data says stop, and return the best parameters met.

    The starting point takes part: training never returns something worse on validation data.
    Random numbers depend on the seed and the number of the epoch alone, so that a run that
    was killed goes on, on a CPU, to the same bits.

    Args:
        task: what is to be learnt.
        settings: of the run.
        seed: of all random numbers.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).
        pace: factor of the learning rate of a parameter, by its name.
        is_time_up: asked after every step; training then ends with the best epoch so far.
        team: the processes that share the work; the first one's checkpoint and clock count.

    Raises:
        ModelError: if the loss stops being a number.
    """
    state = _open(task, checkpoint, team)
    is_cut = False
    while len(state.history) <= settings.epochs:
        number = len(state.history)
        if advance is not None:
            advance(number - 1, settings.epochs)
        if number - state.best.number > settings.patience:
            break
        try:
            _train_epoch(task, settings, state, number, seed, pace, is_time_up, team)
        except _TimeIsUpError:
            is_cut = True
            break
        if checkpoint is not None:
            checkpoint.write(_snapshot(state))
    if advance is not None:
        advance(settings.epochs, settings.epochs)
    return Fitted(state.best_parameters, tuple(state.history), state.best, is_cut)


def _open(task: Task, checkpoint: Checkpoint | None, team: Team) -> _State:
    """Return the state to go on from; with several processes, that of the first one."""
    state = _restore(checkpoint, task)
    if team.size == 1:
        return state or _begin(task, task.judge(task.start))
    # To judge takes all processes, so all must know whether it has been done.
    found = torch.tensor([float(state is not None)])
    team.copy_first([found])
    judged = (0.0, 0.0) if bool(found[0]) else task.judge(task.start)
    return _shared(state or _begin(task, judged), team)


def _begin(task: Task, judged: tuple[float, float]) -> _State:
    start = {name: one.detach().clone() for name, one in task.start.items()}
    first = Epoch(0, None, *judged)
    return _State(
        {name: Adam.of(one.clone()) for name, one in start.items()},
        {name: one.clone() for name, one in start.items()},
        start,
        first,
        [first],
    )


def _train_epoch(
    task: Task,
    settings: TrainSettings,
    state: _State,
    number: int,
    seed: int,
    pace: Callable[[str], float],
    is_time_up: Callable[[], bool],
    team: Team,
) -> None:
    generator = torch.Generator().manual_seed(seed * _STRIDE + number)
    batches = torch.split(task.order(generator), settings.batch_size)
    total = 0.0
    for index, rows in enumerate(batches):
        if _is_time_up(is_time_up, team):
            raise _TimeIsUpError
        done = (number - 1 + index / len(batches)) / settings.epochs
        rate = settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
        loss = task.loss(state.parameters, rows, generator)
        summed = loss.detach().clone()
        team.add([summed])
        value = float(summed)
        if not math.isfinite(value):
            raise ModelError(
                f"the training loss became {value} in epoch {number}, step {index + 1}.",
                hint="Train with a lower learning rate; the last good epoch is kept.",
            )
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        if team.size > 1:
            team.add([_gradient(one.parameter) for one in state.steppers.values()])
        for name, one in state.steppers.items():
            one.step(rate * pace(name))
        _average(state, settings.averaging, (number - 1) * len(batches) + index)
        total += value * len(rows)
    kept = {name: one.clone() for name, one in state.average.items()}
    epoch = Epoch(number, total / sum(map(len, batches)), *task.judge(kept))
    state.history.append(epoch)
    if (epoch.rate, epoch.loss) < (state.best.rate, state.best.loss):
        state.best, state.best_parameters = epoch, kept


def _is_time_up(ask: Callable[[], bool], team: Team) -> bool:
    if team.size == 1:
        return ask()
    answer = torch.tensor([float(ask())])
    team.copy_first([answer])
    return bool(answer[0])


def _gradient(parameter: Tensor) -> Tensor:
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad


def _shared(state: _State, team: Team) -> _State:
    """Return the state of the first process."""
    steps = torch.tensor([one.steps for one in state.steppers.values()])
    size = torch.tensor([len(state.history), state.best.number])
    team.copy_first([steps, size])
    # Losses as they are: doubles. The starting point has no training loss.
    table = torch.zeros(int(size[0]), 3, dtype=torch.float64)
    if not team.rank:
        rows = [[one.training_loss or 0.0, one.rate, one.loss] for one in state.history]
        table = torch.tensor(rows, dtype=torch.float64)
    tensors = [table]
    for name, one in state.steppers.items():
        tensors += [one.parameter.data, one.mean, one.square]
        tensors += [state.average[name], state.best_parameters[name]]
    team.copy_first(tensors)
    for one, count in zip(state.steppers.values(), steps.tolist(), strict=True):
        one.steps = count
    state.history = [
        Epoch(number, trained if number else None, rate, loss)
        for number, (trained, rate, loss) in enumerate(table.tolist())
    ]
    state.best = state.history[int(size[1])]
    return state


@torch.no_grad()
def _average(state: _State, decay: float, step: int) -> None:
    # Early on, the average must not cling to where it began.
    share = 1 - min(decay, (1 + step) / (10 + step)) if decay else 1.0
    for name, one in state.steppers.items():
        state.average[name].lerp_(one.parameter, share)


def _snapshot(state: _State) -> Snapshot:
    tensors: dict[str, Tensor] = {}
    for name, one in state.steppers.items():
        tensors[f"now.{name}"] = one.parameter
        tensors[f"mean.{name}"] = one.mean
        tensors[f"square.{name}"] = one.square
        tensors[f"average.{name}"] = state.average[name]
        tensors[f"best.{name}"] = state.best_parameters[name]
    values: dict[str, Any] = {
        "steps": {name: one.steps for name, one in state.steppers.items()},
        "best": state.best.number,
        "history": [asdict(one) for one in state.history],
    }
    return Snapshot(tensors, values)


def _restore(checkpoint: Checkpoint | None, task: Task) -> _State | None:
    snapshot = checkpoint.read() if checkpoint is not None else None
    if snapshot is None:
        return None
    values, start = snapshot.values, task.start
    tensors = {
        name: one.to(start[name.partition(".")[2]].device) for name, one in snapshot.tensors.items()
    }
    steppers = {
        name: Adam(
            tensors[f"now.{name}"].requires_grad_(),
            tensors[f"mean.{name}"],
            tensors[f"square.{name}"],
            steps,
        )
        for name, steps in values["steps"].items()
    }
    history = [Epoch(**one) for one in values["history"]]
    return _State(
        steppers,
        {name: tensors[f"average.{name}"] for name in steppers},
        {name: tensors[f"best.{name}"] for name in steppers},
        history[values["best"]],
        history,
    )
