"""Customise a head for one application, and fall back where that does not help."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jaxtyping import Float
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.models import LinearHead, Tail
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.loop import Advance, Epoch
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import Shifts
from chameleonapi.training.workshop import Workshop

__all__ = ["LOSS_OPTIONS", "CustomizedModel", "ValidationResult", "customize", "customize_in"]

LOSS_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {"robustness.v1": {"margin": 1.0}}
"""Options of losses that did best on validation data; all others have their defaults."""


@dataclass(frozen=True, order=True, slots=True)
class ValidationResult:
    """Balanced rate of incorrect decisions on validation data, and the loss that breaks ties."""

    rate: float
    loss: float


@dataclass(frozen=True, eq=False)
class CustomizedModel:
    """A head for one application, and the end of a backbone where that was trained too.

    Attributes:
        head: thresholds folded in.
        history: of its training, the starting point first; empty where none took place.
        thresholds: shift of the logits of each target class, already in the head.
        line: the thresholds as scores before the shift, for a reader.
        chosen: ``customized``, the level below the head that was trained, or the name of the
            fallback that did better on validation data.
        reason: why, one sentence.
        validation: results of all candidates by name.
        seconds: that it took.
        settings: with which it was trained.
        tail: what gives the head its features, if not the untouched backbone.
    """

    head: LinearHead
    history: tuple[Epoch, ...]
    thresholds: Mapping[str, float]
    line: str
    chosen: str
    reason: str
    validation: Mapping[str, ValidationResult]
    seconds: float
    settings: TrainSettings = field(default_factory=TrainSettings)
    tail: Tail | None = None


def customize(
    process: DecisionProcess,
    generic: LinearHead,
    train: FeatureSet,
    validation: FeatureSet,
    *,
    loss: str = "robustness.v1",
    options: Mapping[str, Any] | None = None,
    seed: int = 0,
    settings: TrainSettings | None = None,
    fallbacks: Mapping[str, LinearHead] | None = None,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
) -> CustomizedModel:
    """Fine-tune a head so that one application decides correctly.

    Only the rows of labels that the application reads change. Training stops at the lowest
    balanced rate of incorrect decisions on validation data; then the thresholds of the target
    classes are searched there. If a fallback still does better, that one is returned.

    Args:
        process: the application.
        generic: where training starts from.
        train, validation: examples, balanced here over outcomes.
        loss: name of a compiled loss.
        options: of the loss; those of ``LOSS_OPTIONS`` if None.
        seed: of all random numbers.
        settings: of the loop.
        fallbacks: heads to beat, by name; the generic head as it is, and with thresholds
            tuned to the decision, always take part.
        checkpoint: file for interrupted runs; a run that goes on ends with the same bits.
        advance: called with (epochs done, epochs).

    Raises:
        DataError: if the data cannot teach this decision.
        UnsupportedError: if the model or the loss does not fit the process.
        ModelError: if training diverges.
    """
    workshop = Workshop.open(process, generic, train, validation)
    return customize_in(
        workshop,
        loss=loss,
        options=options,
        seed=seed,
        settings=settings or TrainSettings(),
        fallbacks={
            "generic": generic,
            "tuned": workshop.tune(generic)[0],
            **(fallbacks or {}),
        },
        checkpoint=checkpoint,
        advance=advance,
    )


def customize_in(
    workshop: Workshop,
    *,
    loss: str,
    options: Mapping[str, Any] | None = None,
    seed: int,
    settings: TrainSettings,
    fallbacks: Mapping[str, LinearHead],
    sampling: Float[Tensor, " examples"] | None = None,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
    is_time_up: Callable[[], bool] = lambda: False,
) -> CustomizedModel:
    """Fine-tune a head in a workshop that is open already; see ``customize``.

    ``sampling`` says how often each training example is drawn, in place of outcomes alike;
    ``is_time_up`` is asked after every step, and ends training with the best so far.
    """
    began = time.perf_counter()
    if options is None:
        options = LOSS_OPTIONS.get(loss, {})
    head, history = workshop.fit(
        loss,
        settings,
        seed=seed,
        options=options,
        sampling=sampling,
        checkpoint=checkpoint,
        advance=advance,
        is_time_up=is_time_up,
    )
    shifts = Shifts(dict.fromkeys((one.name for one in workshop.groups), 0.0), 0.0, 0.0)
    if settings.tune_thresholds:
        head, shifts = workshop.tune(head)
    candidates = {"customized": head, **fallbacks}
    results = {
        name: ValidationResult(workshop.rate(one), workshop.loss(one, loss, options))
        for name, one in candidates.items()
    }
    chosen = min(results, key=lambda name: results[name])
    return CustomizedModel(
        head=candidates[chosen],
        history=history,
        thresholds=shifts.values if chosen == "customized" else {},
        line=shifts.describe(workshop.process.shown_score) if chosen == "customized" else "",
        chosen=chosen,
        reason=_reason(results, chosen),
        validation=results,
        seconds=time.perf_counter() - began,
        settings=settings,
    )


def _reason(results: Mapping[str, ValidationResult], chosen: str) -> str:
    ours = results["customized"]
    others = [name for name in results if name != "customized"]
    if chosen != "customized":
        return (
            f"{chosen} is used: it decides {results[chosen].rate:.1%} of the validation examples "
            f"incorrectly, the customised head {ours.rate:.1%}."
        )
    if not others:
        return f"customised: {ours.rate:.1%} of the validation examples are decided incorrectly."
    best = min(others, key=lambda name: results[name])
    return (
        f"customised: {ours.rate:.1%} of the validation examples are decided incorrectly, "
        f"with the best alternative ({best}) {results[best].rate:.1%}."
    )
