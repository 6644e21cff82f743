"""Everything that all ways to customise one application share, computed once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import CompiledDecision, DecisionLoss, build_loss, compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.decision_task import DecisionTask, Examples, replace_rows
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.groups import Group, columns_that_matter, target_groups
from chameleonapi.training.judge import Judge
from chameleonapi.training.loop import Advance, Epoch, fit
from chameleonapi.training.pieces import Terrain
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import Shifts, ThresholdSearch, search_shifts, shift_head

__all__ = ["Workshop"]


@dataclass(frozen=True, eq=False)
class Workshop:
    """One application, one generic head, and its data.

    Attributes:
        process: the application.
        generic: the head that everything starts from.
        decision: the process over the head's labels.
        columns: the labels that can change a decision.
        groups: target classes.
        train, validation: examples.
        judge: of the validation examples.
        digest: of both sets, for checkpoints.
    """

    process: DecisionProcess
    generic: LinearHead
    decision: CompiledDecision
    columns: Int[Tensor, " columns"]
    groups: tuple[Group, ...]
    terrain: Terrain
    train: Examples
    validation: Examples
    judge: Judge
    digest: tuple[str, str]

    @classmethod
    def open(
        cls,
        process: DecisionProcess,
        generic: LinearHead,
        train: FeatureSet,
        validation: FeatureSet,
    ) -> Workshop:
        """Prepare an application for training.

        Raises:
            DataError: if a set is empty, or lets only one outcome be learnt.
            UnsupportedError: if the head knows no label that the application reads.
        """
        _check(process, train, validation)
        columns = columns_that_matter(process, generic.labels)
        if not columns:
            some = ", ".join(process.labels_read()[:5]) or "no label"
            raise UnsupportedError(
                f"{process.id} reads {some}, and the model knows none of that.",
                hint="Train the generic model on data with these labels.",
            )
        decision = compile_decision(process, generic.labels)
        learnt = Examples.of(train, generic, decision)
        checked = Examples.of(validation, generic, decision)
        for name, examples in (("training", learnt), ("validation", checked)):
            reached = int(examples.acceptable.any(0).sum())
            if reached < 2:
                raise DataError(
                    f"the {name} data of {process.id} holds examples of {reached} outcome only.",
                    hint="Add examples for which the application should do something else.",
                )
        return cls(
            process,
            generic,
            decision,
            torch.tensor(columns, dtype=torch.long),
            target_groups(process, generic.labels),
            Terrain.of(process, generic.labels),
            learnt,
            checked,
            Judge(decision, checked.acceptable),
            (train.digest, validation.digest),
        )

    def fit(
        self,
        loss: str,
        settings: TrainSettings,
        *,
        seed: int,
        options: Mapping[str, Any] | None = None,
        checkpoint: Path | None = None,
        advance: Advance | None = None,
    ) -> tuple[LinearHead, tuple[Epoch, ...]]:
        """Train the rows that matter with a loss; thresholds are not touched.

        Args:
            loss: its registered name.
            settings: of the loop.
            seed: of all random numbers.
            options: of the loss.
            checkpoint: file for interrupted runs.
            advance: called with (epochs done, epochs).
        """
        options = dict(options or {})
        task = DecisionTask(
            self.generic,
            self.columns,
            build_loss(self.decision, loss, **options),
            self.ordinary,
            self.train,
            self.validation,
            self.judge,
            settings,
            self.decision.acceptable,
        )
        saved = None
        if checkpoint is not None:
            parts = [self.process.digest, loss, options, settings.to_json(), seed, *self.digest]
            saved = Checkpoint.of(checkpoint, *parts, _digest(self.generic))
        fitted = fit(task, settings, seed=seed, checkpoint=saved, advance=advance)
        return replace_rows(self.generic, self.columns, fitted.layer), fitted.history

    def tune(
        self,
        head: LinearHead,
        groups: Sequence[Group] | None = None,
        *,
        search: ThresholdSearch | None = None,
    ) -> tuple[LinearHead, Shifts]:
        """Search thresholds on validation data and fold them into the head."""
        groups = self.groups if groups is None else groups
        shifts = search_shifts(self.judge, self.logits(head), groups, self.terrain, search=search)
        return shift_head(head, groups, shifts.values), shifts

    @property
    def ordinary(self) -> DecisionLoss:
        """Cross-entropy on the labels read; on all labels where none is read by name."""
        name = "basic.v1" if self.process.labels_read(self.generic.labels) else "bce.v1"
        return build_loss(self.decision, name)

    def everything(self) -> tuple[Group, ...]:
        """Return all labels as one group: a single threshold for the whole API."""
        return (Group("all labels", tuple(range(len(self.generic.labels)))),)

    def logits(self, head: LinearHead) -> Tensor:
        """Return the logits of the validation examples."""
        with torch.no_grad():
            return torch.addmm(head.bias, self.validation.features, head.weight.T)

    def rate(self, head: LinearHead) -> float:
        """Return the balanced rate of incorrect decisions on validation data."""
        return self.judge.rate(self.logits(head))

    def loss(self, head: LinearHead, name: str) -> float:
        """Return a loss on validation data, every outcome alike."""
        function = build_loss(self.decision, name)
        data = self.validation
        with torch.no_grad():
            each = function(
                self.logits(head), data.acceptable, data.present, data.known, reduction="none"
            )
        return float((each.double() * self.judge.weights).sum())


def _check(process: DecisionProcess, train: FeatureSet, validation: FeatureSet) -> None:
    for name, data in (("training", train), ("validation", validation)):
        if not len(data):
            raise DataError(
                f"there are no {name} examples for {process.id}.",
                hint="Give every split some examples.",
            )


def _digest(head: LinearHead) -> str:
    return hashlib.sha256(head.to_bytes()).hexdigest()
