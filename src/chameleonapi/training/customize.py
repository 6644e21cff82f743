"""Customise a head for one application, and fall back where that does not help."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from jaxtyping import Float
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.models import LabelHead, LinearHead, PooledHead, Tail
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.folds import Folds, Heads, mean_head, numbered, part_of
from chameleonapi.training.loop import Advance, Epoch
from chameleonapi.training.opinions import Opinion, can_pool, find_opinion
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import Shifts, is_real_gain

__all__ = ["LOSS_OPTIONS", "CustomizedModel", "ValidationResult", "customize", "customize_in"]

LOSS_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {"robustness.v1": {"margin": 1.0}}
"""Options of losses that did best on validation data; all others have their defaults."""

POOLED_LOSS: Final = "robustness.v1"
"""The loss of the heads that a second opinion on the outcome is heard beside."""

_OURS: Final = "customized"
# Standard errors of the paired difference by which a fallback must be better. Chosen on
# photographs that no reported number is measured on: see docs/decisions/0007.
_EVIDENCE: Final = 2.0


@dataclass(frozen=True, order=True, slots=True)
class ValidationResult:
    """Balanced rate of incorrect decisions on validation data, and the loss that breaks ties."""

    rate: float
    loss: float


@dataclass(frozen=True, eq=False)
class CustomizedModel:
    """A head for one application, and the end of a backbone where that was trained too.

    Attributes:
        head: thresholds folded in; with a second opinion on the outcome where that helps.
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
        parts: the heads of the folds, of which that of the labels is the mean; see ``Folds``.
        shares: of the ordinary loss, of the heads of which each of these is the mean.
        without_opinion: what it would have been without a second opinion; None where none is
            heard.
    """

    head: LabelHead
    history: tuple[Epoch, ...]
    thresholds: Mapping[str, float]
    line: str
    chosen: str
    reason: str
    validation: Mapping[str, ValidationResult]
    seconds: float
    settings: TrainSettings = field(default_factory=TrainSettings)
    tail: Tail | None = None
    parts: Heads = ()
    shares: tuple[float, ...] = ()
    without_opinion: CustomizedModel | None = None

    @property
    def opinion_share(self) -> float:
        """What a second opinion on the outcome counts; nothing where there is none."""
        return self.head.opinion.share if isinstance(self.head, PooledHead) else 0.0


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
    rehearsal: FeatureSet | None = None,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
) -> CustomizedModel:
    """Fine-tune a head so that one application decides correctly.

    Only the rows of labels that the application reads change. Training stops at the lowest
    balanced rate of incorrect decisions on validation data; then the thresholds of the target
    classes are searched there. If a fallback still does better beyond chance (by two standard
    errors of the paired difference), that one is returned. Where
    examples are few, all of them teach and all of them check (``Folds``), unless ``fallbacks``
    came, which may have learnt from some of them.

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
        rehearsal: what the generic model has learnt from, with held-out logits; it is shown
            again in training, and judges nothing.
        checkpoint: file for interrupted runs; a run that goes on ends with the same bits.
        advance: called with (epochs done, epochs).

    Raises:
        DataError: if the data cannot teach this decision.
        UnsupportedError: if the model or the loss does not fit the process.
        ModelError: if training diverges.
    """
    settings = settings or TrainSettings()
    # a head that learnt from the training examples can be judged by the others only
    count = 1 if fallbacks else settings.folds
    folds = Folds.open(
        process, generic, train, validation, count=count, mix=settings.mix, rehearsal=rehearsal
    )
    return customize_in(
        folds,
        loss=loss,
        options=options,
        seed=seed,
        settings=[settings],
        pools=settings.opinions and loss == POOLED_LOSS,
        fallbacks={
            "generic": folds.same(generic),
            "tuned": folds.tune(folds.same(generic))[0],
            **{name: folds.same(one) for name, one in (fallbacks or {}).items()},
        },
        checkpoint=checkpoint,
        advance=advance,
    )


def customize_in(
    folds: Folds,
    *,
    loss: str,
    options: Mapping[str, Any] | None = None,
    seed: int,
    settings: Sequence[TrainSettings],
    fallbacks: Mapping[str, Heads],
    sampling: Callable[[FeatureSet], Float[Tensor, " examples"]] | None = None,
    pools: bool = False,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
    next_deadline: Callable[[], Callable[[], bool]] = lambda: lambda: False,
) -> CustomizedModel:
    """Fine-tune a head on data that is divided already; see ``customize``.

    With ``pools``, a second opinion on the outcome is trained as well, and heard where it helps.

    With several ``settings``, the mean of the heads is taken: on few validation examples, to
    choose one of them costs more than it gains. ``sampling`` says how often each training
    example is drawn, in place of outcomes alike; ``next_deadline`` is called before each head
    for what, asked after every step, ends training with the best so far.
    """
    began = time.perf_counter()
    if options is None:
        options = LOSS_OPTIONS.get(loss, {})
    hears = pools and can_pool(folds)
    trainings = len(settings) + hears
    found: list[Heads] = []
    histories: list[tuple[Epoch, ...]] = []
    for number, one in enumerate(settings):
        heads, history = folds.fit(
            loss,
            one,
            seed=seed,
            options=options,
            sampling=sampling,
            checkpoint=numbered(checkpoint, number, len(settings)),
            advance=part_of(advance, number, trainings),
            next_deadline=next_deadline,
        )
        found.append(heads)
        histories.append(history)
    heads = tuple(mean_head(some) for some in zip(*found, strict=True))
    shifts = Shifts(dict.fromkeys((one.name for one in folds.first.groups), 0.0), 0.0, 0.0)
    if settings[0].tune_thresholds:
        heads, shifts = folds.tune(heads)
    candidates = {_OURS: heads, **fallbacks}
    logits = {name: folds.logits(one) for name, one in candidates.items()}

    def best(opinion: Opinion | None) -> CustomizedModel:
        judged = logits if opinion is None else {**logits, _OURS: opinion.logits}
        results = {
            name: ValidationResult(folds.judge.rate(one), folds.loss_on(one, loss, options))
            for name, one in judged.items()
        }
        chosen = _chosen(folds, judged, results)
        is_own = chosen == _OURS
        head = mean_head(candidates[chosen])
        return CustomizedModel(
            head=opinion.pooled(folds, head) if is_own and opinion is not None else head,
            history=histories[0],
            thresholds=shifts.values if is_own else {},
            line=shifts.describe(folds.first.process.shown_score) if is_own else "",
            chosen=chosen,
            reason=_reason(results, chosen),
            validation=results,
            seconds=time.perf_counter() - began,
            settings=settings[0],
            parts=candidates[chosen],
            shares=tuple(one.ordinary for one in settings),
        )

    plain = best(None)
    if not hears:
        return plain
    opinion = find_opinion(
        folds,
        heads,
        settings[0],
        seed=seed,
        checkpoint=None if checkpoint is None else _opinion_file(checkpoint),
        advance=part_of(advance, len(settings), trainings),
        next_deadline=next_deadline,
    )
    heard = plain if opinion is None else replace(best(opinion), without_opinion=plain)
    if heard.chosen != _OURS:
        return heard
    return replace(heard, reason=heard.reason + _told(opinion))


def _told(opinion: Opinion | None) -> str:
    """Return what is said of the second opinion."""
    if opinion is None:
        return " A second opinion on the outcome did not help, and is left out."
    return f" A second opinion on the outcome takes part, with weight {opinion.head.share:g}."


def _opinion_file(checkpoint: Path) -> Path:
    return checkpoint.with_name(f"{checkpoint.stem}-opinion{checkpoint.suffix}")


def _chosen(
    folds: Folds, logits: Mapping[str, Tensor], results: Mapping[str, ValidationResult]
) -> str:
    """Return the best fallback that is better beyond doubt, or the customised head."""
    wrong = {name: folds.judge.wrong(one) for name, one in logits.items()}
    better = [
        name for name in logits if is_real_gain(wrong[_OURS], wrong[name], folds.judge, _EVIDENCE)
    ]
    return min(better, key=lambda name: results[name], default=_OURS)


def _reason(results: Mapping[str, ValidationResult], chosen: str) -> str:
    ours = results[_OURS]
    others = [name for name in results if name != _OURS]
    if chosen != _OURS:
        return (
            f"{chosen} is used: it decides {results[chosen].rate:.1%} of the validation examples "
            f"incorrectly, the customised head {ours.rate:.1%}."
        )
    told = f"customised: {ours.rate:.1%} of the validation examples are decided incorrectly"
    if not others:
        return f"{told}."
    best = min(others, key=lambda name: results[name])
    told = f"{told}, with the best alternative ({best}) {results[best].rate:.1%}"
    if results[best].rate < ours.rate:
        return f"{told}: too little on so few examples to be more than chance."
    return f"{told}."
