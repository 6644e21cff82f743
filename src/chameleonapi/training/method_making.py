"""Make one method after the other, with the same data and the same care."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, final

from chameleonapi.apis import Task
from chameleonapi.decision import AskedProcess, DecisionProcess
from chameleonapi.errors import UnsupportedError
from chameleonapi.training.categories import category_weights
from chameleonapi.training.customize import CustomizedModel, ValidationResult, customize_in
from chameleonapi.training.deepening import Depth, deepen
from chameleonapi.training.folds import Folds, Heads, numbered, part_of
from chameleonapi.training.loop import Advance
from chameleonapi.training.memory import PeakMemory
from chameleonapi.training.opinions import can_pool, only_opinion
from chameleonapi.training.region_workshop import RegionWorkshop
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import Shifts
from chameleonapi.training.time_budget import TimeBudget
from chameleonapi.training.trained_method import (
    DEFAULT_METHODS,
    HEAD,
    NO_OPINION,
    TITLES,
    TrainedMethod,
)
from chameleonapi.training.workshop import Workshop

__all__ = ["UNTRAINED", "HeadClock", "MethodMaker", "our_loss"]

UNTRAINED: Final = ("generic", "tuned")
"""Methods that are the generic model with thresholds."""

_SOFTMAX: Final = "softmax"
_HEARING: Final = ("basic-opinion", _SOFTMAX, "ours")  # a second opinion, or nothing but one
_LOSSES: Final = {
    "categorised": "basic.v1",
    "basic": "basic.v1",
    "basic-opinion": "basic.v1",
    "weighted": "weighted-bce.v1",
    "asymmetric": "asymmetric.v1",
    "paper": "paper.v1",
    "perturbation": "perturbation.v1",
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


@final
class HeadClock:
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
    ) -> HeadClock:
        """Open the clock for the heads of methods; two fifths of the time if ours goes deeper."""
        hears = settings.opinions and can_pool(folds)
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


@final
@dataclass(eq=False)
class MethodMaker:
    """Makes methods by name, in the order in which it is asked; ours looks back at the others.

    Attributes:
        folds: the application and its data.
        settings: of the loop, the same for all.
        seed: of all random numbers.
        clock: of the heads.
        depth, deepened: how deep to go below the head, and which methods go there.
        tells_opinion: whether what ours is without a second opinion is told where there is none.
        checkpoints: folder for interrupted runs.
        advance: called with (name, epochs done, epochs).
        note: called with one sentence where a method does not apply.
        made: the methods so far.
    """

    folds: Folds
    settings: TrainSettings
    seed: int
    clock: HeadClock
    depth: Depth | None = None
    deepened: Sequence[str] = ("ours",)
    tells_opinion: bool = False
    checkpoints: Path | None = None
    advance: Callable[[str, int, int], None] | None = None
    note: Callable[[str], None] = lambda _sentence: None
    made: dict[str, TrainedMethod] = field(default_factory=dict)

    def make(self, name: str) -> None:
        """Make a method, unless it does not apply; ours has to.

        Raises:
            DataError, UnsupportedError, ModelError: as in ``customize``.
        """
        with PeakMemory() as memory:
            try:
                method = self._method(name)
            except UnsupportedError as error:
                if name == "ours" or name in UNTRAINED:
                    raise
                self.note(f"{TITLES[name]} is left out: {error}")
                return
        self.made[name] = replace(method, peak_bytes=memory.bytes)

    def choose_thresholds(self) -> None:
        """Make ours of nothing but the better of the generic model's two sorts of thresholds."""
        with PeakMemory() as memory:
            method = self._better_thresholds()
        self.made["ours"] = replace(method, peak_bytes=memory.bytes)

    def _method(self, name: str) -> TrainedMethod:
        if name in UNTRAINED:
            return self._thresholds_only(name)
        if name in _HEARING and name != "ours" and not can_pool(self.folds):
            raise UnsupportedError(
                "a second opinion on the outcome needs whole inputs, and not too many outcomes."
            )
        if name == _SOFTMAX:
            return self._outcomes_alone()
        model = self._best_of(name)
        if name == "ours" and (model.without_opinion or self.tells_opinion):
            self.made[NO_OPINION] = self._trained(NO_OPINION, model.without_opinion or model)
        if self.depth is not None and name in self.deepened:
            if name == "ours":
                self.made[HEAD] = self._trained(HEAD, model)
            model = deepen(
                _whole(self.folds.first),
                model,
                self.depth,
                loss=_loss(self.folds.first, name),
                seed=self.seed,
                checkpoint=self._file(f"{name}-deep"),
                advance=self._advance(name),
            )
        return self._trained(name, model)

    def _best_of(self, name: str) -> CustomizedModel:
        """Train with each of the options; the best on validation data is kept, the first of equals.

        Losses with other options are no yardstick for one another, so the rate alone counts.
        """
        process = self.folds.first.process
        candidates = _candidates(name, self.settings, process)
        loss, checkpoint, advance = (
            _loss(self.folds.first, name),
            self._file(name),
            self._advance(name),
        )
        found = [
            customize_in(
                self.folds,
                loss=loss,
                options=one.options,
                seed=self.seed,
                settings=one.settings,
                fallbacks=self._fallbacks() if name == "ours" else {},
                sampling=partial(category_weights, process) if name == "categorised" else None,
                pools=name in _HEARING and self.settings.opinions,
                checkpoint=numbered(checkpoint, number, len(candidates), "option"),
                advance=part_of(advance, number, len(candidates)),
                next_deadline=self.clock.next,
            )
            for number, one in enumerate(candidates)
        ]
        best = min(found, key=lambda one: one.validation[one.chosen].rate)
        return replace(best, seconds=sum(one.seconds for one in found))

    def _thresholds_only(self, name: str) -> TrainedMethod:
        began = time.perf_counter()
        folds, first = self.folds, self.folds.first
        groups = first.everything() if name == "generic" else None
        heads, shifts = folds.tune(folds.same(first.generic), groups)
        return TrainedMethod(
            name,
            TITLES[name],
            heads[0],
            _describe(shifts, first),
            time.perf_counter() - began,
            shifts.after,
            parts=heads,
        )

    def _outcomes_alone(self) -> TrainedMethod:
        began = time.perf_counter()
        found = only_opinion(
            self.folds,
            self.settings,
            seed=self.seed,
            checkpoint=self._file(_SOFTMAX),
            advance=self._advance(_SOFTMAX),
            next_deadline=self.clock.next,
        )
        return TrainedMethod(
            _SOFTMAX,
            TITLES[_SOFTMAX],
            found.pooled(self.folds, self.folds.first.generic),
            "",
            time.perf_counter() - began,
            self.folds.judge.rate(found.logits),
        )

    def _better_thresholds(self) -> TrainedMethod:
        began = time.perf_counter()
        tried = {name: self.made.get(name) or self._thresholds_only(name) for name in UNTRAINED}
        results = {
            name: ValidationResult(
                one.rate, self.folds.loss(one.parts, our_loss(self.folds.first.process))
            )
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
            TITLES["ours"],
            best.head,
            best.threshold,
            seconds,
            best.rate,
            model,
            parts=best.parts,
        )

    def _trained(self, name: str, model: CustomizedModel) -> TrainedMethod:
        own = model.chosen not in self.made
        line = model.line if own else self.made[model.chosen].threshold
        rate = model.validation[model.chosen].rate
        return TrainedMethod(
            name, TITLES[name], model.head, line, model.seconds, rate, model, parts=model.parts
        )

    def _fallbacks(self) -> dict[str, Heads]:
        return {
            name: one.parts
            for name, one in self.made.items()
            if name in DEFAULT_METHODS and one.tail is None
        }

    def _file(self, name: str) -> Path | None:
        return None if self.checkpoints is None else self.checkpoints / f"{name}.safetensors"

    def _advance(self, name: str) -> Advance | None:
        if self.advance is None:
            return None
        told = self.advance
        return lambda done, total: told(name, done, total)


def our_loss(process: DecisionProcess) -> str:
    """Return the loss of ours: of the rules, or of asking where there are none."""
    return "perturbation.v1" if isinstance(process, AskedProcess) else "robustness.v1"


def _loss(workshop: Workshop | RegionWorkshop, name: str) -> str:
    """Return the loss of a method; the ordinary one is on all labels where none has a name."""
    if _LOSSES[name] == "basic.v1":
        return workshop.ordinary.name
    if name == "ours":
        return our_loss(workshop.process)
    if name in {"weighted", "asymmetric"} and workshop.ordinary.name != "basic.v1":
        raise UnsupportedError(f"{workshop.process.id} reads no label by its name.")
    return _LOSSES[name]


def _candidates(name: str, settings: TrainSettings, process: DecisionProcess) -> list[_Candidate]:
    """Return the settings among which validation data choose."""
    if name in {"ours", "perturbation"} and not settings.ordinary:
        shares = _SENTIMENT_SHARES if process.spec.task is Task.SENTIMENT else _SHARES
        return [_Candidate([replace(settings, ordinary=share) for share in shares])]
    if name == "weighted":
        options = [{"target": 1.0, "positive": one} for one in _POSITIVE_WEIGHTS]
        return [_Candidate([settings], one) for one in options]
    if name == "asymmetric":
        return [_Candidate([settings], {"focus_absent": one}) for one in _FOCUSES]
    return [_Candidate([settings])]


def _whole(workshop: Workshop | RegionWorkshop) -> Workshop:
    if isinstance(workshop, Workshop):
        return workshop
    raise UnsupportedError(
        f"{workshop.process.id} is about parts of inputs: nothing below the head is trained.",
        hint="Use --level head.",
    )


def _describe(shifts: Shifts, workshop: Workshop | RegionWorkshop) -> str:
    return shifts.describe(workshop.process.shown_score)
