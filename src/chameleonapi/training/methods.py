"""Ours and every baseline, trained by the same loop with the same care."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnknownNameError, UsageError
from chameleonapi.models import LinearHead
from chameleonapi.training.deepening import Depth
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.folds import Folds
from chameleonapi.training.method_making import UNTRAINED, HeadClock, MethodMaker
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.time_budget import TimeBudget
from chameleonapi.training.trained_method import (
    DEFAULT_METHODS,
    METHODS,
    NO_OPINION,
    TrainedMethod,
)

__all__ = ["DEFAULT_METHODS", "METHODS", "TrainedMethod", "train_methods"]


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
    if NO_OPINION in names and "ours" not in names:
        raise UsageError(
            f"{NO_OPINION} is ours without its second opinion, and ours is not trained here.",
            hint=f"Ask for {NO_OPINION} where ours is trained too: customize, benchmark.",
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
    maker = MethodMaker(
        parts,
        settings,
        seed,
        HeadClock.of(budget, names, settings, parts, is_deep=depth is not None),
        depth,
        deepened,
        NO_OPINION in names,
        checkpoints,
        advance,
        note or (lambda _sentence: None),
    )
    for name in (one for one in METHODS if one in names and one != NO_OPINION):
        if not only_thresholds or name in UNTRAINED:
            maker.make(name)
        elif name == "ours":
            maker.choose_thresholds()
    ours = maker.made.get("ours")
    if note is not None and ours is not None and ours.model is not None:
        note(ours.model.reason)
    return maker.made
