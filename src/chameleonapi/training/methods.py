"""Ours and every baseline, trained by the same loop with the same care."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from jaxtyping import Float
from torch import Tensor

from chameleonapi.apis import Task
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UnsupportedError, UsageError
from chameleonapi.models import LabelHead, LinearHead, Tail
from chameleonapi.training.categories import category_weights
from chameleonapi.training.customize import CustomizedModel, ValidationResult, customize_in
from chameleonapi.training.deepening import Depth, deepen
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.folds import Folds, Heads, numbered, part_of
from chameleonapi.training.memory import PeakMemory
from chameleonapi.training.opinions import can_pool, only_opinion
from chameleonapi.training.region_workshop import RegionWorkshop
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import Shifts
from chameleonapi.training.time_budget import TimeBudget
from chameleonapi.training.workshop import Workshop

__all__ = ["DEFAULT_METHODS", "METHODS", "TrainedMethod", "train_methods"]

METHODS: Final = {
    "generic": "Generic model",
    "tuned": "Generic model, thresholds tuned to the decision",
    "categorised": "Model of the labels' category",
    "basic": "Ordinary loss on the target labels",
    "basic-opinion": "Ordinary loss, with a second opinion on the outcome",
    "outcomes": "Softmax over the outcomes, no labels learnt",
    "weighted": "Weighted cross-entropy on the target labels",
    "asymmetric": "Asymmetric loss on the target labels",
    "paper": "The paper's loss",
    "no-opinion": "ChameleonAPI without its second opinion",
    "ours": "ChameleonAPI",
}

DEFAULT_METHODS: Final = ("generic", "tuned", "basic", "paper", "ours")
"""What is compared unless more is asked for; ours falls back to no other than these."""

# Where a second opinion is heard, what ours would be without: it tells what the opinion is worth.
_NO_OPINION: Final = "no-opinion"
# Where ours goes below the head, what it was before: it tells what the level is worth.
_HEAD: Final = "head"
_BESIDE: Final = {
    _NO_OPINION: METHODS[_NO_OPINION],
    _HEAD: "ChameleonAPI, nothing but the head trained",
}

_UNTRAINED: Final = ("generic", "tuned")
_OUTCOMES: Final = "outcomes"
_HEARING: Final = ("basic-opinion", _OUTCOMES, "ours")  # a second opinion, or nothing but one
_LOSSES: Final = {
    "categorised": "basic.v1",
    "basic": "basic.v1",
    "basic-opinion": "basic.v1",
    "weighted": "weighted-bce.v1",
    "asymmetric": "asymmetric.v1",
    "paper": "paper.v1",
    "ours": "robustness.v1",
}
# Which share of the ordinary loss helps ours depends on how much there is to learn from, and
# few validation examples cannot tell: the mean of both heads is taken. What the others have
# instead of it is chosen on validation data.
_SHARES: Final = (0.0, 0.3)
# How a text feels is one thing, of which every example says how much: that teaches about every
# border, also about those that it does not cross.
_SENTIMENT_SHARES: Final = (0.0, 3.0)
_POSITIVE_WEIGHTS: Final = (2.0, 8.0)
_FOCUSES: Final = (4.0, 2.0)


_DEEP_PARTS: Final = 2.5  # of the time, one part is for heads where ours goes deeper


class _Candidate(NamedTuple):
    """Settings whose heads are averaged, and options of the loss."""

    settings: Sequence[TrainSettings]
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class TrainedMethod:
    """One way to answer, ready to be evaluated.

    Attributes:
        name, title: as in ``METHODS``.
        head: with everything folded in; ours perhaps with a second opinion on the outcome.
        threshold: for a reader.
        seconds: that it took.
        rate: balanced rate of incorrect decisions on validation data.
        model: how it came about, where something was trained.
        peak_bytes: largest resident size of the process meanwhile.
        parts: the heads of the folds, of which that of the labels is the mean.
    """

    name: str
    title: str
    head: LabelHead
    threshold: str
    seconds: float
    rate: float
    model: CustomizedModel | None = None
    peak_bytes: int = 0
    parts: Heads = ()

    @property
    def tail(self) -> Tail | None:
        """What gives the head its features, if not the untouched backbone."""
        return self.model.tail if self.model is not None else None


def train_methods(
    process: DecisionProcess,
    generic: LinearHead,
    train: FeatureSet,
    validation: FeatureSet,
    *,
    seed: int = 0,
    names: Sequence[str] = DEFAULT_METHODS,
    settings: TrainSettings | None = None,
    mix: str | None = None,
    folds: int | None = None,
    rehearsal: FeatureSet | None = None,
    depth: Depth | None = None,
    deepened: Sequence[str] = ("ours",),
    only_thresholds: bool = False,
    budget: TimeBudget | None = None,
    checkpoints: Path | None = None,
    advance: Callable[[str, int, int], None] | None = None,
    note: Callable[[str], None] | None = None,
) -> dict[str, TrainedMethod]:
    """Make the generic model's thresholds, the baselines and ours, in this order.

    Every trained method starts from the generic head, sees the same balanced samples, stops
    early by the same yardstick and has its thresholds searched in the same way; where examples
    are few, all are divided into the same folds (``Folds``). Ours falls
    back to the best of the others of ``DEFAULT_METHODS`` that does better on validation data
    beyond chance.

    Args:
        process: the application.
        generic: the head that stands for today's API.
        train, validation: examples.
        seed: of all random numbers.
        names: which methods of ``METHODS``.
        settings: of the loop, the same for all.
        mix: of outcomes, in place of that of the settings; one of ``MIXES``.
        folds: in place of those of the settings. Where the generic model has learnt from the
            training examples, bring them with held-out logits (``hold_out``), or give 1:
            only the validation examples can judge it then.
        rehearsal: what the generic model has learnt from, with held-out logits (``hold_out``): it
            is shown to every trained method beside the training examples. Nobody is judged by it.
        depth: how deep to go below the head; no deeper if None.
        deepened: the methods that go there.
        only_thresholds: whether nothing is trained: ours is then the better of the generic
            model's own thresholds and those tuned to the decision.
        budget: for all training; what is cut off keeps the best that it has met. Two fifths
            are for heads where ours goes deeper.
        checkpoints: folder for interrupted runs.
        advance: called with (name, epochs done, epochs).
        note: called with one sentence where a method does not apply, and with the reason for
            what was chosen.

    Returns:
        The methods by name. Where ours hears a second opinion, what it would be without one comes
        as ``no-opinion``; where it goes below the head, what it was before as ``head``.

    Raises:
        UnknownNameError: if a method is not known.
        UsageError: if what belongs to ours is asked for without it.
        DataError, UnsupportedError, ModelError: as in ``customize``.
    """
    for one in names:
        if one not in METHODS:
            raise UnknownNameError("method", one, tuple(METHODS))
    if _NO_OPINION in names and "ours" not in names:
        raise UsageError(
            f"{_NO_OPINION} is ours without its second opinion, and ours is not trained here.",
            hint=f"Ask for {_NO_OPINION} where ours is trained too: customize, benchmark.",
        )
    settings = settings or TrainSettings()
    settings = settings if mix is None else replace(settings, mix=mix)
    settings = settings if folds is None else replace(settings, folds=folds)
    # What goes deeper than the head is trained and judged on the split that came.
    count = settings.folds if depth is None else 1
    if depth is not None:  # a tail changes the features that held-out logits go with
        train, validation = (replace(one, held_out=None) for one in (train, validation))
    parts = Folds.open(
        process, generic, train, validation, count=count, mix=settings.mix, rehearsal=rehearsal
    )
    made: dict[str, TrainedMethod] = {}
    clock = _HeadClock.of(budget, names, settings, parts, is_deep=depth is not None)
    for name in (one for one in METHODS if one in names and one != _NO_OPINION):
        with PeakMemory() as memory:
            if name in _UNTRAINED:
                method = _thresholds_only(parts, name)
            elif only_thresholds:
                if name != "ours":
                    continue
                method = _better_thresholds(parts, made)
            elif name in _HEARING and name != "ours" and not can_pool(parts):
                if note is not None:
                    note(f"{METHODS[name]} is left out: it needs whole inputs and few outcomes.")
                continue
            elif name == _OUTCOMES:
                method = _outcomes_alone(
                    parts,
                    settings,
                    seed,
                    checkpoints / f"{name}.safetensors" if checkpoints else None,
                    _named(advance, name),
                    clock.next,
                )
            else:
                try:
                    model = _best_of(
                        parts,
                        _loss(parts.first, name),
                        seed,
                        _candidates(name, settings, process),
                        _fallbacks(made) if name == "ours" else {},
                        partial(category_weights, process) if name == "categorised" else None,
                        checkpoints / f"{name}.safetensors" if checkpoints else None,
                        _named(advance, name),
                        clock.next,
                        pools=name in _HEARING and settings.opinions,
                    )
                    if name == "ours" and (model.without_opinion or _NO_OPINION in names):
                        made[_NO_OPINION] = _renamed(
                            _trained(name, model.without_opinion or model, made), _NO_OPINION
                        )
                    if depth is not None and name in deepened:
                        if name == "ours":
                            made[_HEAD] = _renamed(_trained(name, model, made), _HEAD)
                        model = deepen(
                            _whole(parts.first),
                            model,
                            depth,
                            loss=_loss(parts.first, name),
                            seed=seed,
                            checkpoint=_deep_file(checkpoints, name),
                            advance=_named(advance, name),
                        )
                except UnsupportedError as error:
                    if name == "ours":
                        raise
                    if note is not None:
                        note(f"{METHODS[name]} is left out: {error}")
                    continue
                method = _trained(name, model, made)
        made[name] = replace(method, peak_bytes=memory.bytes)
        if name == "ours" and method.model is not None and note is not None:
            note(method.model.reason)
    return made


def _loss(workshop: Workshop | RegionWorkshop, name: str) -> str:
    """Return the loss of a method; the ordinary one is on all labels where none has a name."""
    if _LOSSES[name] == "basic.v1":
        return workshop.ordinary.name
    if name in {"weighted", "asymmetric"} and workshop.ordinary.name != "basic.v1":
        raise UnsupportedError(f"{workshop.process.id} reads no label by its name.")
    return _LOSSES[name]


def _candidates(name: str, settings: TrainSettings, process: DecisionProcess) -> list[_Candidate]:
    """Return the settings among which validation data choose."""
    if name == "ours" and not settings.ordinary:
        shares = _SENTIMENT_SHARES if process.spec.task is Task.SENTIMENT else _SHARES
        return [_Candidate([replace(settings, ordinary=share) for share in shares])]
    if name == "weighted":
        options = [{"target": 1.0, "positive": one} for one in _POSITIVE_WEIGHTS]
        return [_Candidate([settings], one) for one in options]
    if name == "asymmetric":
        return [_Candidate([settings], {"focus_absent": one}) for one in _FOCUSES]
    return [_Candidate([settings])]


def _best_of(
    folds: Folds,
    loss: str,
    seed: int,
    candidates: Sequence[_Candidate],
    fallbacks: Mapping[str, Heads],
    sampling: Callable[[FeatureSet], Float[Tensor, " examples"]] | None,
    checkpoint: Path | None,
    advance: Callable[[int, int], None] | None,
    next_deadline: Callable[[], Callable[[], bool]],
    *,
    pools: bool,
) -> CustomizedModel:
    """Train with each of the options; the best on validation data is kept, the first of equals.

    Losses with other options are no yardstick for one another, so the rate alone counts.
    """
    found = [
        customize_in(
            folds,
            loss=loss,
            options=one.options,
            seed=seed,
            settings=one.settings,
            fallbacks=fallbacks,
            sampling=sampling,
            pools=pools,
            checkpoint=numbered(checkpoint, number, len(candidates), "option"),
            advance=part_of(advance, number, len(candidates)),
            next_deadline=next_deadline,
        )
        for number, one in enumerate(candidates)
    ]
    best = min(found, key=lambda one: one.validation[one.chosen].rate)
    return replace(best, seconds=sum(one.seconds for one in found))


class _HeadClock:
    """Divides the time for heads evenly among those that are still to be trained."""

    def __init__(self, budget: TimeBudget | None, heads: int) -> None:
        self._budget = budget
        self._heads = heads

    @classmethod
    def of(
        cls,
        budget: TimeBudget | None,
        names: Sequence[str],
        settings: TrainSettings,
        folds: Folds,
        *,
        is_deep: bool,
    ) -> _HeadClock:
        hears = can_pool(folds)
        heads = len(folds) * sum(
            len(one.settings) * (name in _LOSSES) + (hears and name in _HEARING)
            for name in names
            if name in _LOSSES or name in _HEARING
            for one in _candidates(name, settings, folds.first.process)
        )
        mine = budget.part(_DEEP_PARTS) if budget is not None and is_deep else budget
        return cls(mine, heads)

    def next(self) -> Callable[[], bool]:
        """Return what tells whether the time of the next head is up."""
        if self._budget is None:
            return lambda: False
        mine = self._budget.part(max(1, self._heads))
        self._heads -= 1
        return lambda: mine.is_spent


def _thresholds_only(folds: Folds, name: str) -> TrainedMethod:
    began = time.perf_counter()
    first = folds.first
    groups = first.everything() if name == "generic" else None
    heads, shifts = folds.tune(folds.same(first.generic), groups)
    return TrainedMethod(
        name,
        METHODS[name],
        heads[0],
        _describe(shifts, first),
        time.perf_counter() - began,
        shifts.after,
        parts=heads,
    )


def _outcomes_alone(
    folds: Folds,
    settings: TrainSettings,
    seed: int,
    checkpoint: Path | None,
    advance: Callable[[int, int], None] | None,
    next_deadline: Callable[[], Callable[[], bool]],
) -> TrainedMethod:
    began = time.perf_counter()
    found = only_opinion(
        folds,
        settings,
        seed=seed,
        checkpoint=checkpoint,
        advance=advance,
        next_deadline=next_deadline,
    )
    return TrainedMethod(
        _OUTCOMES,
        METHODS[_OUTCOMES],
        found.pooled(folds, folds.first.generic),
        "",
        time.perf_counter() - began,
        folds.judge.rate(found.logits),
    )


def _better_thresholds(folds: Folds, made: Mapping[str, TrainedMethod]) -> TrainedMethod:
    began = time.perf_counter()
    tried = {
        name: made[name] if name in made else _thresholds_only(folds, name)
        for name in ("generic", "tuned")
    }
    results = {
        name: ValidationResult(one.rate, folds.loss(one.parts, _LOSSES["ours"]))
        for name, one in tried.items()
    }
    chosen = min(results, key=lambda name: results[name])
    reason = (
        f"thresholds alone: {chosen} decides {results[chosen].rate:.1%} of the validation "
        "examples incorrectly."
    )
    best = tried[chosen]
    seconds = time.perf_counter() - began
    model = CustomizedModel(best.head, (), {}, best.threshold, chosen, reason, results, seconds)
    return TrainedMethod(
        "ours",
        METHODS["ours"],
        best.head,
        best.threshold,
        seconds,
        best.rate,
        model,
        parts=best.parts,
    )


def _whole(workshop: Workshop | RegionWorkshop) -> Workshop:
    if isinstance(workshop, Workshop):
        return workshop
    raise UnsupportedError(
        f"{workshop.process.id} is about parts of inputs: nothing below the head is trained.",
        hint="Use --level head.",
    )


def _describe(shifts: Shifts, workshop: Workshop | RegionWorkshop) -> str:
    return shifts.describe(workshop.process.shown_score)


def _fallbacks(made: Mapping[str, TrainedMethod]) -> dict[str, Heads]:
    return {
        name: one.parts
        for name, one in made.items()
        if name in DEFAULT_METHODS and one.tail is None
    }


def _trained(name: str, model: CustomizedModel, made: Mapping[str, TrainedMethod]) -> TrainedMethod:
    own = model.chosen not in made
    line = model.line if own else made[model.chosen].threshold
    rate = model.validation[model.chosen].rate
    return TrainedMethod(
        name, METHODS[name], model.head, line, model.seconds, rate, model, parts=model.parts
    )


def _renamed(method: TrainedMethod, name: str) -> TrainedMethod:
    return replace(method, name=name, title=_BESIDE[name])


def _deep_file(checkpoints: Path | None, name: str) -> Path | None:
    return None if checkpoints is None else checkpoints / f"{name}-deep.safetensors"


def _named(
    advance: Callable[[str, int, int], None] | None, name: str
) -> Callable[[int, int], None] | None:
    if advance is None:
        return None
    return lambda done, total: advance(name, done, total)
