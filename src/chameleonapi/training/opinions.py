"""A second opinion on the outcome: trained in the same folds, weighed on examples it never saw.

Two models that decide about equally well and err on different examples decide better together.
One says which labels are there, the other which outcome is right; what each counts is chosen on
held-out examples, and where it decides worse with the second, that is left out.

Reference: Heskes, "Selecting Weighting Factors in Logarithmic Opinion Pools", NIPS 1997.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import linear

from chameleonapi.losses import Reconciliation, can_reconcile, reconcile
from chameleonapi.models import LinearHead, OutcomeHead, PooledHead
from chameleonapi.training.folds import STRIDE, Folds, Heads, mean_head, numbered, part_of
from chameleonapi.training.loop import Advance
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.workshop import Workshop

__all__ = ["Opinion", "can_pool", "find_opinion", "only_opinion"]

_SHARES: Final = (0.25, 0.5)
"""What it may count; chosen on photographs that no reported number is measured on."""

_ALL_BUT_ALONE: Final = 100.0
"""A share that leaves next to nothing to the labels: the most that a head may have."""

_DIGITS: Final = 9  # of rates: sums of the same weights differ in the last ones


@dataclass(frozen=True, eq=False)
class Opinion:
    """What was found.

    Attributes:
        head: of the outcomes, with what it counts.
        logits: of all validation examples over the compact columns, moved to where both lead.
    """

    head: OutcomeHead
    logits: Float[Tensor, "examples columns"]

    def pooled(self, folds: Folds, head: LinearHead) -> PooledHead:
        """Return a head of labels together with it."""
        ready = Reconciliation(
            folds.first.process, head.labels, self.head.outcomes, self.head.share
        )
        return PooledHead(head, self.head, ready)


def can_pool(folds: Folds) -> bool:
    """Return whether a second opinion can be heard: on outcomes of whole inputs, not too many."""
    first = folds.first
    return isinstance(first, Workshop) and can_reconcile(first.process, first.decision)


def find_opinion(
    folds: Folds,
    heads: Heads,
    settings: TrainSettings,
    *,
    seed: int,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
    next_deadline: Callable[[], Callable[[], bool]] = lambda: lambda: False,
) -> Opinion | None:
    """Train a second opinion and weigh it; None where held-out examples are decided worse with it.

    Args:
        folds: the application; see ``can_pool``.
        heads: of the labels, thresholds folded in.
        settings: of the loop.
        seed: of all random numbers.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).
        next_deadline: called before each training for what tells that its time is up.
    """
    head, said = _learnt(
        folds,
        settings,
        seed=seed,
        checkpoint=checkpoint,
        advance=advance,
        next_deadline=next_deadline,
    )
    found = _weighed(folds, folds.logits(heads), said)
    if found is None:
        return None
    share, moved = found
    return Opinion(OutcomeHead(head, share), moved)


def only_opinion(
    folds: Folds,
    settings: TrainSettings,
    *,
    seed: int,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
    next_deadline: Callable[[], Callable[[], bool]] = lambda: lambda: False,
) -> Opinion:
    """Train a softmax over the outcomes and let it decide by itself, whatever the labels say.

    The labels are those of the generic model, moved to where the application comes to the outcome.
    The arguments are those of ``find_opinion``.
    """
    head, said = _learnt(
        folds,
        settings,
        seed=seed,
        checkpoint=checkpoint,
        advance=advance,
        next_deadline=next_deadline,
    )
    first = folds.first
    logits = folds.logits(folds.same(first.generic))
    moved = reconcile(first.decision, logits, said, _ALL_BUT_ALONE)
    return Opinion(OutcomeHead(head, _ALL_BUT_ALONE), moved)


def _learnt(
    folds: Folds,
    settings: TrainSettings,
    *,
    seed: int,
    checkpoint: Path | None,
    advance: Advance | None,
    next_deadline: Callable[[], Callable[[], bool]],
) -> tuple[LinearHead, Float[Tensor, "examples outcomes"]]:
    """Return the mean of the heads of the folds, and what they say of what they never saw."""
    parts = []
    for index, workshop in enumerate(folds.workshops):
        assert isinstance(workshop, Workshop)
        parts.append(
            workshop.fit_outcomes(
                settings,
                seed=seed + STRIDE * index,
                checkpoint=numbered(checkpoint, index, len(folds), "fold"),
                advance=part_of(advance, index, len(folds)),
                is_time_up=next_deadline(),
            )
        )
    said = torch.cat(
        [
            linear(one.validation.features, part.weight, part.bias)
            for one, part in zip(folds.workshops, parts, strict=True)
        ]
    )
    return mean_head(parts), said


def _weighed(
    folds: Folds,
    logits: Float[Tensor, "examples columns"],
    said: Float[Tensor, "examples outcomes"],
) -> tuple[float, Float[Tensor, "examples columns"]] | None:
    """Return what the opinion counts and the logits moved by it, or None if that decides worse.

    Where examples are few, both ways often decide equally many of them wrongly: then it is heard.
    """
    decision = folds.first.decision
    moved = {share: reconcile(decision, logits, said, share) for share in _SHARES}
    rates = {share: round(folds.judge.rate(one), _DIGITS) for share, one in moved.items()}
    best = min(_SHARES, key=lambda share: rates[share])
    if rates[best] > round(folds.judge.rate(logits), _DIGITS):
        return None
    return best, moved[best]
