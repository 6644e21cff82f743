"""Cross-fitting: where examples are few, each of them teaches and each of them checks.

A single split spends a quarter of a few hundred examples on early stopping, thresholds and the
choice between models, and has too few of them to choose well. Here the examples are divided into
folds; a model is trained for each fold on the others, stops by its own fold, and is judged there.
Thresholds and choices rest on the judgements of all folds together, none of which saw its
examples in training. The model that is kept is the mean of the models of the folds, which for
linear heads is a linear head.

Reference: Chernozhukov et al., "Double/debiased machine learning for treatment and structural
parameters", The Econometrics Journal 2018, for cross-fitting; Breiman, "Stacked regressions",
Machine Learning 1996, for means of cross-validated models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import DecisionLoss, build_loss
from chameleonapi.models import LinearHead
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.groups import Group
from chameleonapi.training.judge import BALANCED, Judge
from chameleonapi.training.loop import Advance, Epoch
from chameleonapi.training.parts import right_outcomes
from chameleonapi.training.region_workshop import RegionWorkshop
from chameleonapi.training.rehearsal import without_contents
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import (
    Shifts,
    search_scaled,
    search_shifts,
    shift_head,
)
from chameleonapi.training.workshop import Workshop

__all__ = ["STRIDE", "Folds", "Heads", "mean_head", "numbered", "part_of"]

Heads = tuple[LinearHead, ...]
"""What one way to train came to: a head for each fold."""

_FOLDS: Final = 4
_MOST_EXAMPLES: Final = 1500
STRIDE: Final = 7919
"""Between the seeds of folds: odd and large, so that those of neighbouring runs share nothing."""

_Sampling = Callable[[FeatureSet], Float[Tensor, " examples"]]


def mean_head(heads: Sequence[LinearHead]) -> LinearHead:
    """Return the head whose logits are the means of those of heads over the same features."""
    first, *others = heads
    if not others:
        return first
    return LinearHead(
        first.labels,
        torch.stack([one.weight for one in heads]).mean(0),
        torch.stack([one.bias for one in heads]).mean(0),
        first.mean,
        first.std,
    )


@dataclass(frozen=True, eq=False)
class Folds:
    """One application, one generic head, and its data in one or several divisions.

    Attributes:
        workshops: one for each fold; a single one where the split that came is used.
        training: the examples that each of them trains on.
    """

    workshops: tuple[Workshop | RegionWorkshop, ...]
    training: tuple[FeatureSet, ...]

    @classmethod
    def open(
        cls,
        process: DecisionProcess,
        generic: LinearHead,
        train: FeatureSet,
        validation: FeatureSet,
        *,
        count: int = 0,
        mix: str = BALANCED,
        rehearsal: FeatureSet | None = None,
    ) -> Folds:
        """Prepare an application for training.

        Args:
            process: the application.
            generic: where training starts from.
            train, validation: examples.
            count: of folds; 1 takes the two sets as they are, 0 decides by their size.
            mix: of outcomes; one of ``MIXES``.
            rehearsal: examples that only teach, in every fold; see
                ``chameleonapi.training.rehearsal``. Copies of others are left out.

        Raises:
            DataError: if a set is empty, or lets only one outcome be learnt.
            UnsupportedError: if the head knows no label that the application reads, or examples
                are to be rehearsed where parts of inputs are asked for.
        """
        found = cls._divided(process, generic, train, validation, count, mix)
        shown = None if rehearsal is None else without_contents(rehearsal, train, validation)
        return found if shown is None or not len(shown) else found.rehearsing(shown)

    @classmethod
    def _divided(
        cls,
        process: DecisionProcess,
        generic: LinearHead,
        train: FeatureSet,
        validation: FeatureSet,
        count: int,
        mix: str,
    ) -> Folds:
        opened = RegionWorkshop.open if train.has_parts else Workshop.open
        single = cls((opened(process, generic, train, validation, mix=mix),), (train,))
        size = len(train) + len(validation)
        wanted = count or (_FOLDS if size <= _MOST_EXAMPLES else 1)
        if wanted == 1 or train.labels != validation.labels:
            return single
        whole = train.joined(validation)
        for folds in range(wanted, 1, -1):
            place = _places(process, whole, folds)
            parts = [
                (
                    whole.select((place != one).nonzero()[:, 0]),
                    whole.select((place == one).nonzero()[:, 0]),
                )
                for one in range(folds)
            ]
            try:
                workshops = tuple(opened(process, generic, *one, mix=mix) for one in parts)
            except DataError:
                continue  # so few examples that a fold holds no two outcomes
            return cls(workshops, tuple(learnt for learnt, _ in parts))
        return single

    def rehearsing(self, data: FeatureSet) -> Folds:
        """Return the folds with examples that teach in each of them; copies of none here."""
        first = self.first
        known = [one for one in self.workshops if isinstance(one, Workshop)]
        if isinstance(first, RegionWorkshop) or data.has_parts:
            raise UnsupportedError(
                f"{first.process.id} is about parts of inputs: nothing is rehearsed there.",
                hint="Leave out the examples to rehearse.",
            )
        ready = first.with_rehearsal(data)
        # One copy for all folds: these are the most examples, and all start from one head.
        workshops = tuple(
            replace(one, rehearsed=ready.rehearsed, digest=(*one.digest, data.digest))
            for one in known
        )
        return Folds(workshops, self.training)

    def __len__(self) -> int:
        return len(self.workshops)

    @property
    def first(self) -> Workshop | RegionWorkshop:
        """A workshop, for all in which they are alike: process, groups, columns."""
        return self.workshops[0]

    @cached_property
    def judge(self) -> Judge:
        """The judge of all validation examples together."""
        acceptable = torch.cat([one.validation.acceptable for one in self.workshops])
        return Judge(self.first.decision, acceptable, self.first.judge.mix)

    def same(self, head: LinearHead) -> Heads:
        """Return a head that needs no training, as if each fold had made it."""
        return (head,) * len(self)

    def fit(
        self,
        loss: str,
        settings: TrainSettings,
        *,
        seed: int,
        options: Mapping[str, Any] | None = None,
        sampling: _Sampling | None = None,
        checkpoint: Path | None = None,
        advance: Advance | None = None,
        next_deadline: Callable[[], Callable[[], bool]] = lambda: lambda: False,
    ) -> tuple[Heads, tuple[Epoch, ...]]:
        """Train a head for each fold; return them, and the history of the first.

        ``next_deadline`` is called before each head, for what tells that its time is up; the
        rest is as for :meth:`Workshop.fit`.
        """
        heads: list[LinearHead] = []
        histories: list[tuple[Epoch, ...]] = []
        for index, (workshop, data) in enumerate(zip(self.workshops, self.training, strict=True)):
            head, history = workshop.fit(
                loss,
                settings,
                seed=seed + STRIDE * index,
                options=options,
                sampling=None if sampling is None else sampling(data),
                checkpoint=numbered(checkpoint, index, len(self), "fold"),
                advance=part_of(advance, index, len(self)),
                is_time_up=next_deadline(),
            )
            heads.append(head)
            histories.append(history)
        return tuple(heads), histories[0]

    def tune(self, heads: Heads, groups: Sequence[Group] | None = None) -> tuple[Heads, Shifts]:
        """Search thresholds on all validation data, and fold them into every head.

        Groups of one's own are shifted only; the target classes may also be scaled.
        """
        search = search_scaled if groups is None else search_shifts
        groups = self.first.groups if groups is None else groups
        local = [Group(one.name, self.first.space.local(one.columns)) for one in groups]
        shifts = search(self.judge, self.logits(heads), local, self.first.terrain)
        return tuple(shift_head(one, groups, shifts.values, shifts.scale) for one in heads), shifts

    def logits(self, heads: Heads) -> Float[Tensor, "examples columns"]:
        """Return the logits of all validation examples, each by the head that never saw it."""
        pairs = zip(self.workshops, heads, strict=True)
        return torch.cat([workshop.logits(head) for workshop, head in pairs])

    def rate(self, heads: Heads) -> float:
        """Return the rate of incorrect decisions on validation data, on the mix."""
        return self.judge.rate(self.logits(heads))

    def loss(self, heads: Heads, name: str, options: Mapping[str, Any] | None = None) -> float:
        """Return a loss on validation data, on the mix."""
        return self.loss_on(self.logits(heads), name, options)

    def loss_on(
        self,
        logits: Float[Tensor, "examples columns"],
        name: str,
        options: Mapping[str, Any] | None = None,
    ) -> float:
        """Return the loss of logits of all validation examples, on the mix."""
        function: DecisionLoss = build_loss(self.first.decision, name, **(options or {}))
        data = [one.validation for one in self.workshops]
        with torch.no_grad():
            each = function(
                logits,
                torch.cat([one.acceptable for one in data]),
                torch.cat([one.present for one in data]),
                torch.cat([one.known for one in data]),
                reduction="none",
            )
        return float((each.double() * self.judge.weights).sum())


def _places(process: DecisionProcess, data: FeatureSet, folds: int) -> Int[Tensor, " examples"]:
    """Return the fold of each example: outcomes spread evenly, copies of a picture together."""
    acceptable = right_outcomes(process, data)
    generator = torch.Generator().manual_seed(len(data))
    place = torch.zeros(len(data), dtype=torch.long)
    for pattern in acceptable.unique(dim=0):  # type: ignore[no-untyped-call]  # torch's own
        rows = (acceptable == pattern).all(1).nonzero()[:, 0]
        rows = rows[torch.randperm(len(rows), generator=generator)]
        begin = int(torch.randint(folds, (1,), generator=generator))
        place[rows] = (torch.arange(len(rows)) + begin) % folds
    first: dict[str, int] = {}
    for index, digest in enumerate(data.digests):
        place[index] = place[first.setdefault(digest, index)]
    return place


def numbered(file: Path | None, index: int, count: int, word: str = "") -> Path | None:
    """Return the checkpoint of one of several trainings."""
    if file is None or count == 1:
        return file
    return file.with_name(f"{file.stem}-{word}{index}{file.suffix}")


def part_of(advance: Advance | None, index: int, count: int) -> Advance | None:
    """Return what reports progress of one of several trainings of the same length."""
    if advance is None:
        return None
    return lambda done, total: advance((index * total + done) // count, total)
