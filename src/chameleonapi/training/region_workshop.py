"""Customise a head over regions for one application: what ``Workshop`` is for whole pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from chameleonapi.apis import NOT_THERE
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import CompiledDecision, DecisionLoss, EntityDecision, build_loss
from chameleonapi.models import LinearHead
from chameleonapi.models.regions import REGIONS, read_regions
from chameleonapi.training.decision_task import HeadTask
from chameleonapi.training.features import FeatureSet
from chameleonapi.training.groups import Group, target_groups
from chameleonapi.training.judge import BALANCED, Judge
from chameleonapi.training.loop import Advance, Epoch, Layer
from chameleonapi.training.mention_rows import entity_examples
from chameleonapi.training.mention_space import MentionSpace
from chameleonapi.training.noise import logit_noise
from chameleonapi.training.part_rows import RegionExamples
from chameleonapi.training.pieces import Terrain
from chameleonapi.training.region_space import RegionSpace
from chameleonapi.training.region_truth import region_labels, truths_of
from chameleonapi.training.row_fitting import fit_rows
from chameleonapi.training.settings import TrainSettings

__all__ = ["RegionTask", "RegionWorkshop"]


@final
class RegionTask(HeadTask[RegionExamples]):
    """Train the rows of a head that an application reads, on what they say of all regions."""

    def changed(self, data: RegionExamples, change: Layer) -> Float[Tensor, "examples row"]:
        """Return the rows when a layer is added to the first labels of the head."""
        added = _flat(data.features @ change.weight.T + change.bias, data)
        width = added.shape[1]
        return torch.cat([data.logits[:, :width] + added, data.logits[:, width:]], 1)

    def noise(
        self, data: RegionExamples, change: Layer, generator: torch.Generator
    ) -> Float[Tensor, "examples trained"]:
        """Draw the noise of all labels in all regions that are there."""
        count, regions = data.there.shape
        drawn = logit_noise(change.weight, count * regions, self.settings.noise, generator)
        return _flat(drawn.reshape(count, regions, -1), data)

    def width(self, data: RegionExamples) -> int:
        """Return how many columns are trained."""
        return len(self.layer.bias) * data.there.shape[1]


def _flat(
    values: Float[Tensor, "examples regions labels"], data: RegionExamples
) -> Float[Tensor, "examples trained"]:
    """Return values of regions as columns, label by label, zero where no region is."""
    return (values * data.there[..., None]).transpose(1, 2).flatten(1)


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
    space: RegionSpace | MentionSpace
    decision: CompiledDecision | EntityDecision
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
        space: RegionSpace | MentionSpace
        if train.passages:
            space = MentionSpace(generic.labels)
        else:
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
        identity = ["regions", self.process.digest, loss, options, *self.digest]
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

    @property
    def ordinary(self) -> DecisionLoss:
        """Cross-entropy on the labels read; on all labels where none is read by name."""
        reads = isinstance(self.space, MentionSpace) or self.process.labels_read(self.space.labels)
        name = "basic.v1" if reads else "bce.v1"
        return build_loss(self.decision, name)

    def everything(self) -> tuple[Group, ...]:
        """Return all labels as one group: a single threshold for the whole API."""
        return (Group("all labels", tuple(range(len(self.generic.labels)))),)

    def logits(self, head: LinearHead) -> Tensor:
        """Return the rows of the validation examples, over the compact space."""
        with torch.no_grad():
            return self.space.rows(_rows(head, self.validation, self.space.fixed))


def _rows(head: LinearHead, data: RegionExamples, fixed: int) -> Tensor:
    """Return the rows of a head over normalised features, and the numbers that the data has."""
    logits = (data.features @ head.weight.T + head.bias).transpose(1, 2)
    logits = logits.masked_fill(~data.there[:, None, :], NOT_THERE)
    return torch.cat([logits.flatten(1), data.logits[:, -fixed:]], 1)


def _examples(
    process: DecisionProcess,
    name: str,
    data: FeatureSet,
    head: LinearHead,
    space: RegionSpace | MentionSpace,
    decision: CompiledDecision | EntityDecision,
) -> RegionExamples:
    if not len(data):
        raise DataError(
            f"there are no {name} examples for {process.id}.",
            hint="Give every split some examples.",
        )
    data = data.over(head.labels)
    if isinstance(decision, EntityDecision):
        made = entity_examples(data, head, decision)
    else:
        assert isinstance(space, RegionSpace)
        made = _region_examples(process, data, head, space, decision)
    reached = int(made.acceptable.any(0).sum())
    if reached < 2:
        raise DataError(
            f"the {name} data of {process.id} holds examples of {reached} outcome only.",
            hint="Add examples for which the application should do something else.",
        )
    return made


def _region_examples(
    process: DecisionProcess,
    data: FeatureSet,
    head: LinearHead,
    space: RegionSpace,
    decision: CompiledDecision,
) -> RegionExamples:
    there, boxes, seen = read_regions(data.features)
    features = (seen - head.mean) / head.std
    acceptable = decision.acceptable_for(truths_of(process, data))
    truth = region_labels(data)
    width = len(decision.labels)
    empty = torch.zeros(len(data), width, dtype=torch.bool)
    bare = RegionExamples(features, there, boxes.flatten(1), empty, empty, acceptable)
    with torch.no_grad():
        rows = space.rows(_rows(head, bare, space.fixed))
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
