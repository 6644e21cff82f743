"""Which level to train at: as deep as the data can teach and the time allows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import torch
from jaxtyping import Float16
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.models import CutBackbone, start_tail, trial_inputs
from chameleonapi.training.deepening import DEEP_LEVELS, TAIL_SETTINGS, cut_of
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.parts import right_outcomes
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.tail_task import Stretch

__all__ = [
    "DataSize",
    "LevelCost",
    "Plan",
    "measure_cost",
    "plan_level",
    "possible_epochs",
]

# Below so many examples of the rarest outcome nothing can be told from chance: thresholds only.
FEWEST_FOR_HEAD: Final = 3
FEWEST_EPOCHS: Final = 3
# Of the time that is left, for the heads that are trained first, and for what was misjudged.
_RESERVE: Final = 0.25
_TRIED: Final = 8


# The deepest first. With less, what a level gains on training data is lost again on others.
_LEAST_EXAMPLES: Final[Mapping[str, int]] = {"full": 20_000, "last-stages": 4_000, "lora": 1_500}


@dataclass(frozen=True)
class DataSize:
    """How much there is to learn from.

    Attributes:
        train, validation: examples.
        rarest: training examples of the rarest outcome that occurs.
    """

    train: int
    validation: int
    rarest: int

    @classmethod
    def of(cls, process: DecisionProcess, train: FeatureSet, validation: FeatureSet) -> DataSize:
        """Count the examples of an application."""
        right = right_outcomes(process, train)
        counts = right.sum(0)
        rarest = int(counts[counts > 0].min()) if bool((counts > 0).any()) else 0
        return cls(len(train), len(validation), rarest)


@dataclass(frozen=True)
class LevelCost:
    """Measured seconds for one picture.

    Attributes:
        row: up to the cut, once.
        step: forward and back behind the cut.
        look: forward behind the cut.
    """

    row: float
    step: float
    look: float

    def epoch(self, size: DataSize, settings: TrainSettings) -> float:
        """Return the seconds of an epoch."""
        drawn = max(size.train, settings.least_steps * settings.batch_size)
        return drawn * self.step + size.validation * self.look

    def rows(self, size: DataSize) -> float:
        """Return the seconds until the rows of all pictures are there."""
        return (size.train + size.validation) * self.row


@dataclass(frozen=True)
class Plan:
    """What will be trained, and why.

    Attributes:
        level: see ``chameleonapi.pipeline.levels.LEVELS``.
        reason: one sentence.
        epochs: at most, below the head; None elsewhere.
    """

    level: str
    reason: str
    epochs: int | None = None


def plan_level(
    size: DataSize, budget_seconds: float, measure: Callable[[str], LevelCost] | None
) -> Plan:
    """Choose a level.

    Args:
        size: of the data.
        budget_seconds: that training may take.
        measure: returns the cost of a level below the head; None where there is none.

    What was measured on photographs, and what is a guess, stands in docs/training.md.
    """
    if size.rarest < FEWEST_FOR_HEAD:
        return Plan(
            "thresholds",
            f"thresholds: the rarest outcome has {size.rarest} training examples, and below "
            f"{FEWEST_FOR_HEAD} nothing else can be told from chance.",
        )
    shallow: list[str] = []
    for level, least in _LEAST_EXAMPLES.items():
        if measure is None:
            shallow = ["the backbone cannot be cut"]
            break
        if size.train < least:
            shallow.append(f"{level} pays from {least:,} training examples on")
            continue
        cost = measure(level)
        epochs = possible_epochs(cost, size, TAIL_SETTINGS[level], budget_seconds)
        if epochs < FEWEST_EPOCHS:
            shallow.append(f"{level} does not get {FEWEST_EPOCHS} epochs done in time")
            continue
        epochs = min(epochs, TAIL_SETTINGS[level].epochs)
        seconds = cost.epoch(size, TAIL_SETTINGS[level])
        return Plan(
            level,
            f"{level}: {size.train:,} training examples, and an epoch takes about "
            f"{seconds:.2g} s; {epochs} epochs fit into {budget_seconds:.0f} s.",
            epochs,
        )
    why = f" ({'; '.join(shallow)})" if shallow else ""
    return Plan("head", f"head: {size.train:,} training examples, {budget_seconds:.0f} s{why}.")


def possible_epochs(
    cost: LevelCost, size: DataSize, settings: TrainSettings, seconds: float
) -> int:
    """Return how many epochs fit into a time, the rows and a reserve taken off.

    The learning rate falls to zero over the epochs that there will be, so a run that is
    planned short is better than a long one that is cut.
    """
    left = seconds * (1 - _RESERVE) - cost.rows(size)
    return max(0, int(left / cost.epoch(size, settings)))


def measure_cost(
    level: str,
    backbone: CutBackbone,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> LevelCost:
    """Time a level on a few made-up inputs: each part twice, the faster one counts."""
    cut, form = cut_of(level, backbone), DEEP_LEVELS[level]
    inputs = trial_inputs(backbone, _TRIED)
    network = backbone.tail(cut)
    tensors = {name: one.requires_grad_() for name, one in start_tail(form, network).items()}
    stretch = Stretch(backbone, _NoSource(cut), form, network)
    halves: list[Float16[Tensor, "batch row"]] = []

    def row() -> None:
        halves.append(backbone.rows(inputs, cut))

    def step() -> None:
        loss = stretch.features(tensors, halves[0].float()).square().mean()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own

    def look() -> None:
        with torch.no_grad():
            stretch.features(tensors, halves[0].float())

    return LevelCost(*(_fastest(work, clock) / _TRIED for work in (row, step, look)))


def _fastest(work: Callable[[], None], clock: Callable[[], float]) -> float:
    taken = []
    for _ in range(2):
        began = clock()
        work()
        taken.append(clock() - began)
    return min(taken)


@dataclass(frozen=True)
class _NoSource:
    """Stands where rows would come from, while none are asked for."""

    cut: int

    def rows(self, digests: object) -> Tensor:
        raise NotImplementedError
