"""Customise a head over regions for one application: what ``Workshop`` is for whole pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from chameleonapi.apis import NOT_THERE
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import CompiledDecision, DecisionLoss, build_loss
from chameleonapi.models import LinearHead
from chameleonapi.models.regions import REGIONS, read_regions
from chameleonapi.training.checkpoints import Checkpoint
from chameleonapi.training.decision_task import common_rate
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.groups import Group, target_groups
from chameleonapi.training.judge import BALANCED, Judge, mix_weights
from chameleonapi.training.loop import Advance, Epoch, Layer, Parameters, fit
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.pieces import Terrain
from chameleonapi.training.region_space import RegionSpace
from chameleonapi.training.region_truth import region_labels, truths_of
from chameleonapi.training.settings import TrainSettings

__all__ = ["RegionExamples", "RegionTask", "RegionWorkshop"]


class RegionExamples(NamedTuple):
    """Examples of one application, over the rows of its compact space.

    Attributes:
        features: of each region, normalised.
        there: which regions are there.
        logits: rows of the head that training starts from: logits, then boxes.
        present, known: verified labels of regions, at the same places; nothing of boxes.
        acceptable: outcomes that are right.
    """

    features: Float[Tensor, "examples regions dimension"]
    there: Bool[Tensor, "examples regions"]
    logits: Float[Tensor, "examples row"]
    present: Bool[Tensor, "examples row"]
    known: Bool[Tensor, "examples row"]
    acceptable: Bool[Tensor, "examples outcomes"]

    def take(self, rows: Int[Tensor, " batch"]) -> RegionExamples:
        """Return the examples at these positions."""
        return RegionExamples(*(one[rows] for one in self))

    def changed(self, change: Layer) -> Float[Tensor, "examples row"]:
        """Return the rows when a layer is added to the first labels of the head."""
        added = self.features @ change.weight.T + change.bias
        added = (added * self.there[..., None]).transpose(1, 2).flatten(1)
        width = added.shape[1]
        return torch.cat([self.logits[:, :width] + added, self.logits[:, width:]], 1)


@dataclass(frozen=True, eq=False)
class RegionTask:
    """Train the rows of a head that an application reads, on what they say of all regions.

    Attributes:
        layer: these rows, as they are in the head.
        main: the loss.
        ordinary: the loss that is added in the share that the settings say.
        train, validation: examples.
        referee: of the validation examples.
        settings: of the run.
        sampling: how often each training example is drawn; by the mix of the settings if None.
    """

    layer: Layer
    main: DecisionLoss
    ordinary: DecisionLoss
    train: RegionExamples
    validation: RegionExamples
    referee: Judge
    settings: TrainSettings
    sampling: Float[Tensor, " examples"] | None = None

    @property
    def start(self) -> Parameters:
        """Where training starts from."""
        return self.layer.parameters

    @cached_property
    def _weights(self) -> Float[Tensor, " examples"]:
        if self.sampling is not None:
            return self.sampling
        return mix_weights(self.train.acceptable, self.settings.mix)

    def order(self, generator: torch.Generator) -> Int[Tensor, " examples"]:
        """Draw at least as many examples as there are."""
        draws = max(len(self._weights), self.settings.least_steps * self.settings.batch_size)
        return torch.multinomial(self._weights, draws, replacement=True, generator=generator)

    def loss(
        self, parameters: Parameters, rows: Int[Tensor, " batch"], generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """Return main loss, share of the ordinary loss, and pull towards the start."""
        batch = self.train.take(rows)
        change = self._change(parameters)
        logits = batch.changed(change)
        if self.settings.noise:
            regions = batch.there.shape[1]
            drawn = logit_noise(
                change.weight, len(rows) * regions, self.settings.noise, generator
            ).reshape(len(rows), regions, -1)
            drawn = (drawn * batch.there[..., None]).transpose(1, 2).flatten(1)
            width = drawn.shape[1]
            logits = torch.cat([logits[:, :width] + drawn, logits[:, width:]], 1)
        total = self.main(logits, batch.acceptable, batch.present, batch.known)
        if self.settings.ordinary:
            extra = self.ordinary(logits, batch.acceptable, batch.present, batch.known)
            total = total + self.settings.ordinary * extra
        if self.settings.pull:
            drift = change.weight.square().sum() + change.bias.square().sum()
            total = total + self.settings.pull * drift
        return total

    def judge(self, parameters: Parameters) -> tuple[float, float]:
        """Return rate and loss on validation data, as ``DecisionTask`` does."""
        data = self.validation
        with torch.no_grad():
            logits = data.changed(self._change(parameters))
            each = self.main(logits, data.acceptable, data.present, data.known, reduction="none")
            width = len(self.layer.bias) * data.there.shape[1]
            rate = common_rate(self.referee, logits, width, self.settings)
        return rate, float((each.double() * self.referee.weights).sum())

    def _change(self, parameters: Parameters) -> Layer:
        now = Layer.of(parameters)
        return Layer(now.weight - self.layer.weight, now.bias - self.layer.bias)


@dataclass(frozen=True, eq=False)
class RegionWorkshop:
    """One application, one generic head over regions, and its data.

    Attributes:
        process: the application.
        generic: the head that everything starts from.
        space: the rows on which the decision hangs.
        decision: the process over that space.
        groups: target classes, over the labels of the head.
        terrain: what shifted logits can cross.
        train, validation: examples.
        judge: of the validation examples.
        digest: of both sets, for checkpoints.
    """

    process: DecisionProcess
    generic: LinearHead
    space: RegionSpace
    decision: CompiledDecision
    groups: tuple[Group, ...]
    terrain: Terrain
    train: RegionExamples
    validation: RegionExamples
    judge: Judge
    digest: tuple[str, str]

    @classmethod
    def open(
        cls,
        process: DecisionProcess,
        generic: LinearHead,
        train: FeatureSet,
        validation: FeatureSet,
        *,
        mix: str = BALANCED,
    ) -> RegionWorkshop:
        """Prepare an application for training, and for a mix of outcomes (``MIXES``).

        Raises:
            DataError: if a set is empty, or lets only one outcome be learnt.
            UnsupportedError: if the head knows no label that the application reads, or its
                decision hangs on more than labels, scores and places.
        """
        space = RegionSpace.of(process, generic.labels, REGIONS)
        if not len(space.matter):
            some = ", ".join(process.labels_read()[:5]) or "no label"
            raise UnsupportedError(
                f"{process.id} reads {some}, and the model knows none of that.",
                hint="Train the generic model on data with these labels.",
            )
        decision = space.compile(process)
        learnt = _examples(process, "training", train, generic, space, decision)
        checked = _examples(process, "validation", validation, generic, space, decision)
        return cls(
            process,
            generic,
            space,
            decision,
            target_groups(process, generic.labels),
            space.terrain(process),
            learnt,
            checked,
            Judge(decision, checked.acceptable, mix),
            (train.digest, validation.digest),
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
        """Train the rows that matter with a loss; see ``Workshop.fit``."""
        options = dict(options or {})
        rows = self.space.matter
        task = RegionTask(
            Layer(self.generic.weight[rows], self.generic.bias[rows]),
            build_loss(self.decision, loss, **options),
            self.ordinary,
            self.train,
            self.validation,
            self.judge,
            settings,
            sampling,
        )
        saved = None
        if checkpoint is not None:
            parts = [self.process.digest, loss, options, settings.to_json(), seed, *self.digest]
            if sampling is not None:
                parts.append(hashlib.sha256(sampling.numpy().tobytes()).hexdigest())
            start = hashlib.sha256(self.generic.to_bytes()).hexdigest()
            saved = Checkpoint.of(checkpoint, "regions", *parts, start)
        fitted = fit(
            task,
            settings,
            seed=seed,
            checkpoint=saved,
            advance=advance,
            is_time_up=is_time_up,
        )
        weight, bias = self.generic.weight.clone(), self.generic.bias.clone()
        layer = Layer.of(fitted.parameters)
        weight[rows], bias[rows] = layer.weight.detach(), layer.bias.detach()
        generic = self.generic
        head = LinearHead(generic.labels, weight, bias, generic.mean, generic.std)
        return head, fitted.history

    @property
    def ordinary(self) -> DecisionLoss:
        """Cross-entropy on the labels read; on all labels where none is read by name."""
        name = "basic.v1" if self.process.labels_read(self.space.labels) else "bce.v1"
        return build_loss(self.decision, name)

    def everything(self) -> tuple[Group, ...]:
        """Return all labels as one group: a single threshold for the whole API."""
        return (Group("all labels", tuple(range(len(self.generic.labels)))),)

    def logits(self, head: LinearHead) -> Tensor:
        """Return the rows of the validation examples, over the compact space."""
        with torch.no_grad():
            return self.space.rows(_rows(head, self.validation))


def _rows(head: LinearHead, data: RegionExamples) -> Tensor:
    """Return the rows of a head over normalised features, with the boxes that the data has."""
    logits = (data.features @ head.weight.T + head.bias).transpose(1, 2)
    logits = logits.masked_fill(~data.there[:, None, :], NOT_THERE)
    boxes = data.logits[:, -4 * data.there.shape[1] :]
    return torch.cat([logits.flatten(1), boxes], 1)


def _examples(
    process: DecisionProcess,
    name: str,
    data: FeatureSet,
    head: LinearHead,
    space: RegionSpace,
    decision: CompiledDecision,
) -> RegionExamples:
    if not len(data):
        raise DataError(
            f"there are no {name} examples for {process.id}.",
            hint="Give every split some examples.",
        )
    data = data.over(head.labels)
    there, boxes, seen = read_regions(data.features)
    features = (seen - head.mean) / head.std
    acceptable = decision.acceptable_for(truths_of(process, data))
    reached = int(acceptable.any(0).sum())
    if reached < 2:
        raise DataError(
            f"the {name} data of {process.id} holds examples of {reached} outcome only.",
            hint="Add examples for which the application should do something else.",
        )
    truth = region_labels(data)
    width = len(decision.labels)
    empty = torch.zeros(len(data), width, dtype=torch.bool)
    bare = RegionExamples(features, there, boxes.flatten(1), empty, empty, acceptable)
    with torch.no_grad():
        rows = space.rows(_rows(head, bare))
    return bare._replace(
        logits=rows,
        present=_spread(truth.present, space, width),
        known=_spread(truth.known, space, width),
    )


def _spread(
    labels: Bool[Tensor, "examples regions labels"], space: RegionSpace, width: int
) -> Bool[Tensor, "examples row"]:
    """Return labels of regions at their places in a compact row; nothing is said of the rest."""
    kept = labels[..., space.matter].transpose(1, 2).flatten(1)
    return torch.cat([kept, kept.new_zeros(len(kept), width - kept.shape[1])], 1)
