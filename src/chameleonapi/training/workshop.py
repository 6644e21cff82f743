"""Everything that all ways to customise one application share, computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import Decision, DecisionLoss, build_loss, compile_decision
from chameleonapi.models import LinearHead
from chameleonapi.training.compact import CompactSpace
from chameleonapi.training.decision_task import DecisionTask, Examples
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.groups import Group, target_groups
from chameleonapi.training.judge import BALANCED, Judge, mix_weights
from chameleonapi.training.loop import Advance, Epoch, Layer
from chameleonapi.training.outcome_task import OutcomeTask, fit_outcomes
from chameleonapi.training.pieces import Terrain
from chameleonapi.training.rehearsal import Curriculum, rehearse
from chameleonapi.training.row_fitting import fit_rows, head_digest
from chameleonapi.training.settings import TrainSettings
from chameleonapi.training.thresholds import Shifts, ThresholdSearch, search_scaled, shift_head

__all__ = ["Workshop"]


@dataclass(frozen=True, eq=False)
class Workshop:
    """One application, one generic head, and its data.

    Attributes:
        process: the application.
        generic: the head that everything starts from.
        space: the columns on which the decision hangs.
        decision: the process over that space.
        groups: target classes, over the labels of the head.
        terrain: what shifted logits can cross.
        train, validation: examples.
        judge: of the validation examples.
        digest: of all sets, for checkpoints.
        contents: digests of the pictures of both sets, in the order of the examples.
        is_held_out: whether the validation examples came with held-out logits, on which heads
            are then judged: the generic head has learnt from these examples.
        rehearsed: examples that only teach, beside those for training; see ``rehearsal``.
    """

    process: DecisionProcess
    generic: LinearHead
    space: CompactSpace
    decision: Decision
    groups: tuple[Group, ...]
    terrain: Terrain
    train: Examples
    validation: Examples
    judge: Judge
    digest: tuple[str, ...]
    contents: tuple[tuple[str, ...], tuple[str, ...]]
    is_held_out: bool = False
    rehearsed: Examples | None = None

    @classmethod
    def open(
        cls,
        process: DecisionProcess,
        generic: LinearHead,
        train: FeatureSet,
        validation: FeatureSet,
        *,
        mix: str = BALANCED,
    ) -> Workshop:
        """Prepare an application for training, and for a mix of outcomes (``MIXES``).

        Raises:
            DataError: if a set is empty, or lets only one outcome be learnt.
            UnsupportedError: if the head knows no label that the application reads.
        """
        space = CompactSpace.of(process, generic.labels)
        if not len(space.matter):
            some = ", ".join(process.labels_read()[:5]) or "no label"
            raise UnsupportedError(
                f"{process.id} reads {some}, and the model knows none of that.",
                hint="Train the generic model on data with these labels.",
            )
        whole = compile_decision(process, generic.labels)
        learnt = _examples(process, "training", train, generic, space, whole)
        checked = _examples(process, "validation", validation, generic, space, whole)
        decision = compile_decision(process, space.labels)
        return cls(
            process,
            generic,
            space,
            decision,
            target_groups(process, generic.labels),
            Terrain.of(process, space.labels),
            learnt,
            checked,
            Judge(decision, checked.acceptable, mix),
            (train.digest, validation.digest),
            (train.digests, validation.digests),
            validation.over(generic.labels).held_out is not None,
        )

    def fit(
        self,
        loss: str,
        settings: TrainSettings,
        *,
        seed: int,
        options: Mapping[str, Any] | None = None,
        sampling: Float[Tensor, " examples"] | None = None,
        checkpoint: Path | None = None,
        advance: Advance | None = None,
        is_time_up: Callable[[], bool] = lambda: False,
    ) -> tuple[LinearHead, tuple[Epoch, ...]]:
        """Train the rows that matter with a loss; thresholds are not touched.

        Args:
            loss: its registered name.
            settings: of the loop.
            seed: of all random numbers.
            options: of the loss.
            sampling: how often each training example is drawn; every outcome alike if None.
            checkpoint: file for interrupted runs.
            advance: called with (epochs done, epochs).
            is_time_up: asked after every step; training then ends with the best so far.
        """
        options = dict(options or {})
        rows = self.space.matter
        learnt = self._curriculum(settings, sampling)
        task = DecisionTask(
            Layer(self.generic.weight[rows], self.generic.bias[rows]),
            build_loss(self.decision, loss, **options),
            self.ordinary,
            self.train if learnt is None else learnt.examples,
            self.validation,
            self.judge,
            settings,
            sampling if learnt is None else learnt.weights,
            None if learnt is None else learnt.size,
        )
        identity = [self.process.digest, loss, options, *self.digest]
        return fit_rows(
            task,
            self.generic,
            rows,
            identity,
            seed=seed,
            checkpoint=checkpoint,
            advance=advance,
            is_time_up=is_time_up,
        )

    def fit_outcomes(
        self,
        settings: TrainSettings,
        *,
        seed: int,
        checkpoint: Path | None = None,
        advance: Advance | None = None,
        is_time_up: Callable[[], bool] = lambda: False,
    ) -> LinearHead:
        """Train a head of the outcomes from nothing; its labels are their ids.

        The arguments are as for ``fit``.
        """
        learnt = self._curriculum(settings, None)
        if learnt is None:
            weights = mix_weights(self.train.acceptable, settings.mix)
            learnt = Curriculum(self.train, weights, len(self.train.features))
        task = OutcomeTask(learnt, self.validation, self.judge.weights, settings)
        found = fit_outcomes(
            task,
            [self.process.digest, *self.digest, head_digest(self.generic)],
            seed=seed,
            checkpoint=checkpoint,
            advance=advance,
            is_time_up=is_time_up,
        )
        return LinearHead(self.decision.outcomes, *found, self.generic.mean, self.generic.std)

    def with_rehearsal(self, data: FeatureSet) -> Workshop:
        """Return the workshop with examples that only teach; none of them may be known to it."""
        whole = compile_decision(self.process, self.generic.labels)
        shown = _examples(self.process, "rehearsal", data, self.generic, self.space, whole)
        return replace(self, rehearsed=shown, digest=(*self.digest, data.digest))

    def _curriculum(self, settings: TrainSettings, sampling: Tensor | None) -> Curriculum | None:
        if self.rehearsed is None or not settings.rehearsal:
            return None
        weights = sampling
        if weights is None:
            weights = mix_weights(self.train.acceptable, settings.mix)
        return rehearse(self.train, weights, self.rehearsed, settings.rehearsal)

    def tune(
        self,
        head: LinearHead,
        groups: Sequence[Group] | None = None,
        *,
        search: ThresholdSearch | None = None,
        features: Tensor | None = None,
    ) -> tuple[LinearHead, Shifts]:
        """Search thresholds on validation data and fold them into the head.

        ``features`` are those of the validation examples, normalised, where the head does not
        take them from the untouched backbone; so everywhere here.
        """
        groups = self.groups if groups is None else groups
        local = [Group(one.name, self.space.local(one.columns)) for one in groups]
        logits = self.logits(head, features)
        shifts = search_scaled(self.judge, logits, local, self.terrain, search=search)
        return shift_head(head, groups, shifts.values, shifts.scale), shifts

    @property
    def ordinary(self) -> DecisionLoss:
        """Cross-entropy on the labels read; on all labels where none is read by name."""
        name = "basic.v1" if self.process.labels_read(self.space.labels) else "bce.v1"
        return build_loss(self.decision, name)

    def everything(self) -> tuple[Group, ...]:
        """Return all labels as one group: a single threshold for the whole API."""
        return (Group("all labels", tuple(range(len(self.generic.labels)))),)

    def logits(self, head: LinearHead, features: Tensor | None = None) -> Tensor:
        """Return the logits of the validation examples, over the compact space."""
        seen = self.validation.features if features is None else features
        if features is None and self.is_held_out:
            return self._moved(head)
        with torch.no_grad():
            whole = torch.addmm(head.bias, seen, head.weight.T)
        return self.space.logits(whole)

    def _moved(self, head: LinearHead) -> Tensor:
        """Return the held-out logits of the validation examples, moved as the generic head was."""
        rows, data = self.space.matter, self.validation
        count = len(rows)
        bias = head.bias - self.generic.bias
        with torch.no_grad():
            change = head.weight[rows] - self.generic.weight[rows]
            read = data.logits[:, :count] + torch.addmm(bias[rows], data.features, change.T)
            # Labels that nobody reads are never trained; a threshold of all labels moves them.
            return torch.cat([read, data.logits[:, count:] + self.space.common(bias)], 1)

    def rate(self, head: LinearHead, features: Tensor | None = None) -> float:
        """Return the balanced rate of incorrect decisions on validation data."""
        return self.judge.rate(self.logits(head, features))

    def loss(
        self,
        head: LinearHead,
        name: str,
        options: Mapping[str, Any] | None = None,
        features: Tensor | None = None,
    ) -> float:
        """Return a loss on validation data, every outcome alike."""
        function = build_loss(self.decision, name, **(options or {}))
        data, logits = self.validation, self.logits(head, features)
        with torch.no_grad():
            each = function(logits, data.acceptable, data.present, data.known, reduction="none")
        return float((each.double() * self.judge.weights).sum())


def _examples(
    process: DecisionProcess,
    name: str,
    data: FeatureSet,
    head: LinearHead,
    space: CompactSpace,
    decision: Decision,
) -> Examples:
    if not len(data):
        raise DataError(
            f"there are no {name} examples for {process.id}.",
            hint="Give every split some examples.",
        )
    data = data.over(head.labels)
    features = (data.features - head.mean) / head.std
    if data.held_out is not None:
        logits = data.held_out
    else:
        with torch.no_grad():
            logits = torch.addmm(head.bias, features, head.weight.T)
    # What is right is found over all labels: the others take places in a perfect answer too.
    acceptable = decision.acceptable(data.present, data.known)
    reached = int(acceptable.any(0).sum())
    if reached < 2:
        raise DataError(
            f"the {name} data of {process.id} holds examples of {reached} outcome only.",
            hint="Add examples for which the application should do something else.",
        )
    present, known = space.truth(data.present), space.truth(data.known)
    return Examples(features, space.logits(logits), present, known, acceptable)
