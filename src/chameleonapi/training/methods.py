"""Ours and every baseline, trained by the same loop with the same care."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UnsupportedError
from chameleonapi.models import LinearHead
from chameleonapi.training.customize import CustomizedModel, customize_in
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import Shifts
from chameleonapi.training.workshop import Workshop

__all__ = ["METHODS", "TrainedMethod", "train_methods"]

METHODS: Final = {
    "generic": "Generic model",
    "tuned": "Generic model, thresholds tuned to the decision",
    "basic": "Ordinary loss on the target labels",
    "paper": "The paper's loss",
    "ours": "ChameleonAPI",
}

_ORDINARY_SHARES: Final = (0.0, 0.3)

_LOSSES: Final = {"basic": "basic.v1", "paper": "paper.v1", "ours": "robustness.v1"}


@dataclass(frozen=True, eq=False)
class TrainedMethod:
    """One way to answer, ready to be evaluated.

    Attributes:
        name, title: as in ``METHODS``.
        head: with everything folded in.
        threshold: for a reader.
        seconds: that it took.
        rate: balanced rate of incorrect decisions on validation data.
        model: how it came about, where something was trained.
    """

    name: str
    title: str
    head: LinearHead
    threshold: str
    seconds: float
    rate: float
    model: CustomizedModel | None = None


def train_methods(
    process: DecisionProcess,
    generic: LinearHead,
    train: FeatureSet,
    validation: FeatureSet,
    *,
    seed: int = 0,
    names: Sequence[str] = tuple(METHODS),
    settings: TrainSettings | None = None,
    checkpoints: Path | None = None,
    advance: Callable[[str, int, int], None] | None = None,
    note: Callable[[str], None] | None = None,
) -> dict[str, TrainedMethod]:
    """Make the generic model's thresholds, the baselines and ours, in this order.

    Every trained method starts from the generic head, sees the same balanced samples, stops
    early by the same yardstick and has its thresholds searched in the same way. Ours falls
    back to the best of the others if it does not do better on validation data.

    Args:
        process: the application.
        generic: the head that stands for today's API.
        train, validation: examples.
        seed: of all random numbers.
        names: which methods of ``METHODS``.
        settings: of the loop, the same for all.
        checkpoints: folder for interrupted runs.
        advance: called with (name, epochs done, epochs).
        note: called with one sentence where a method does not apply, and with the reason for
            what was chosen.

    Raises:
        UnknownNameError: if a method is not known.
        DataError, UnsupportedError, ModelError: as in ``customize``.
    """
    for one in names:
        if one not in METHODS:
            raise UnknownNameError("method", one, tuple(METHODS))
    workshop = Workshop.open(process, generic, train, validation)
    made: dict[str, TrainedMethod] = {}
    for name in (one for one in METHODS if one in names):
        if name not in _LOSSES:
            made[name] = _thresholds_only(workshop, name)
            continue
        try:
            model = _best_of(
                workshop,
                _LOSSES[name],
                seed,
                _candidates(name, settings or TrainSettings()),
                _fallbacks(made) if name == "ours" else {},
                checkpoints / name if checkpoints else None,
                _named(advance, name),
            )
        except UnsupportedError as error:
            if name == "ours":
                raise
            if note is not None:
                note(f"{METHODS[name]} is left out: {error}")
            continue
        made[name] = _trained(name, model, made)
        if name == "ours" and note is not None:
            note(model.reason)
    return made


def _candidates(name: str, settings: TrainSettings) -> list[TrainSettings]:
    """Return the settings among which validation data choose.

    Which share of the ordinary loss helps ours depends on how much there is to learn from: none
    on photographs, some on scenes.
    """
    if name != "ours" or settings.ordinary:
        return [settings]
    return [replace(settings, ordinary=share) for share in _ORDINARY_SHARES]


def _best_of(
    workshop: Workshop,
    loss: str,
    seed: int,
    candidates: Sequence[TrainSettings],
    fallbacks: Mapping[str, LinearHead],
    checkpoint: Path | None,
    advance: Callable[[int, int], None] | None,
) -> CustomizedModel:
    """Train with each of the settings; the best on validation data is kept, the first of equals."""
    found: list[CustomizedModel] = []
    for number, settings in enumerate(candidates):
        steps = None if advance is None else _part(advance, number, len(candidates))
        file = None if checkpoint is None else checkpoint.with_name(f"{checkpoint.name}-{number}")
        found.append(
            customize_in(
                workshop,
                loss=loss,
                seed=seed,
                settings=settings,
                fallbacks=fallbacks,
                checkpoint=None if file is None else file.with_suffix(".safetensors"),
                advance=steps,
            )
        )
    best = min(found, key=lambda one: one.validation[one.chosen])
    return replace(best, seconds=sum(one.seconds for one in found))


def _part(
    advance: Callable[[int, int], None], number: int, parts: int
) -> Callable[[int, int], None]:
    return lambda done, total: advance((number * total + done) // parts, total)


def _thresholds_only(workshop: Workshop, name: str) -> TrainedMethod:
    began = time.perf_counter()
    groups = workshop.everything() if name == "generic" else workshop.groups
    head, shifts = workshop.tune(workshop.generic, groups)
    return TrainedMethod(
        name,
        METHODS[name],
        head,
        _describe(shifts, workshop),
        time.perf_counter() - began,
        shifts.after,
    )


def _describe(shifts: Shifts, workshop: Workshop) -> str:
    return shifts.describe(workshop.process.shown_score)


def _fallbacks(made: Mapping[str, TrainedMethod]) -> dict[str, LinearHead]:
    return {name: one.head for name, one in made.items()}


def _trained(name: str, model: CustomizedModel, made: Mapping[str, TrainedMethod]) -> TrainedMethod:
    line = model.line if model.chosen == "customized" else made[model.chosen].threshold
    rate = model.validation[model.chosen].rate
    return TrainedMethod(name, METHODS[name], model.head, line, model.seconds, rate, model)


def _named(
    advance: Callable[[str, int, int], None] | None, name: str
) -> Callable[[int, int], None] | None:
    if advance is None:
        return None
    return lambda done, total: advance(name, done, total)
