"""Train the finder of regions: things of any sort, once for all applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from jaxtyping import Bool, Float, Float16, Int
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional

from chameleonapi.errors import DataError
from chameleonapi.models.regions import RegionFinder
from chameleonapi.models.regions.geometry import generalised_overlap
from chameleonapi.training.finder_fitting import FinderTask, fit_finder
from chameleonapi.training.loop import Advance, Epoch, Parameters
from chameleonapi.training.settings import TrainSettings

__all__ = ["FINDER_SETTINGS", "FinderExamples", "TrainedFinder", "train_finder"]

FINDER_SETTINGS: Final = TrainSettings(
    epochs=12,
    patience=6,
    batch_size=32,
    learning_rate=1e-3,
    pull=0.0,
    noise=0.0,
)

_MIDDLE: Final = 0.25
"""The part of a thing's width and height, from its middle, whose cells are to find it."""
_FOCUS: Final = 1.5
_BOX_SHARE: Final = 2.0
_LOOKED_AT: Final = 256  # pictures from which the spread of the maps is known


@dataclass(frozen=True, eq=False)
class FinderExamples:
    """Maps of pictures, and the boxes of all that is in them.

    Attributes:
        fine, coarse: as a ``MapBackbone`` gives them.
        boxes: of the things in each picture, one row for each thing.
        digest: of the pictures and the boxes, for checkpoints.
    """

    fine: Float16[Tensor, "pictures fine height width"]
    coarse: Float16[Tensor, "pictures coarse low narrow"]
    boxes: Sequence[Float[Tensor, "things 4"]]
    digest: str

    def __len__(self) -> int:
        return len(self.boxes)


@dataclass(frozen=True, eq=False)
class TrainedFinder:
    """A finder, and how it was trained."""

    finder: RegionFinder
    history: tuple[Epoch, ...]


class _Marked:
    """Pictures, and what each of their cells should say."""

    def __init__(self, data: FinderExamples) -> None:
        self.digest = data.digest
        self._data = data
        height, width = data.fine.shape[-2:]
        self._middles = RegionFinder.middles(height, width, torch.device("cpu"))
        self._half_cell = torch.tensor([0.5 / width, 0.5 / height])
        most = max((len(one) for one in data.boxes), default=0)
        self._boxes = torch.zeros(len(data), max(most, 1), 4)
        self._is_thing = torch.zeros(len(data), max(most, 1), dtype=torch.bool)
        for index, one in enumerate(data.boxes):
            self._boxes[index, : len(one)] = one
            self._is_thing[index, : len(one)] = True

    def __len__(self) -> int:
        return len(self._data)

    def maps(self, rows: Int[Tensor, " batch"]) -> tuple[Tensor, Tensor]:
        """Return both maps of some pictures."""
        return self._data.fine[rows].float(), self._data.coarse[rows].float()

    def targets(
        self, rows: Int[Tensor, " batch"]
    ) -> tuple[Bool[Tensor, "batch cells"], Float[Tensor, "batch cells 4"]]:
        """Return which cells are in the middle of a thing, and its box; the smallest one counts."""
        boxes = self._boxes[rows]
        size = boxes[..., 2:] - boxes[..., :2]
        middle = (boxes[..., 2:] + boxes[..., :2]) / 2
        reach = torch.maximum(size * _MIDDLE, self._half_cell)
        near = ((self._middles - middle[:, :, None]).abs() <= reach[:, :, None]).all(-1)
        near &= self._is_thing[rows][..., None]
        area = size.prod(-1)[..., None].masked_fill(~near, torch.inf)
        best, thing = area.min(1)
        found = boxes.gather(1, thing[..., None].expand(-1, -1, 4))
        return torch.isfinite(best), found


class _Finding(FinderTask[RegionFinder, _Marked]):
    """The task: whether a cell is in the middle of a thing, and where the thing ends."""

    def loss_on(
        self,
        parameters: Parameters,
        data: _Marked,
        rows: Int[Tensor, " batch"],
        generator: torch.Generator | None,  # noqa: ARG002 - nothing is drawn within a step
    ) -> Float[Tensor, ""]:
        logits, boxes = functional_call(self.module, dict(parameters), data.maps(rows))
        is_thing, wanted = data.targets(rows)
        truth = is_thing.to(logits.dtype)
        entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
        score = torch.sigmoid(logits)
        missed = torch.where(is_thing, 1 - score, score)
        count = is_thing.sum().clamp(min=1)
        sure = (entropy * missed**_FOCUS).sum() / count
        apart = (1 - generalised_overlap(boxes, wanted)) * truth
        return sure + _BOX_SHARE * apart.sum() / count


def train_finder(
    train: FinderExamples,
    validation: FinderExamples,
    *,
    seed: int,
    settings: TrainSettings = FINDER_SETTINGS,
    checkpoint: Path | None = None,
    advance: Advance | None = None,
) -> TrainedFinder:
    """Train a finder until the validation pictures say stop.

    Reference: Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017.

    Args:
        train, validation: pictures with the boxes of everything in them.
        seed: of the first weights and of the order of pictures.
        settings: of the loop.
        checkpoint: file for interrupted runs.
        advance: called with (epochs done, epochs).

    Raises:
        DataError: if there is nothing to learn from.
        ModelError: if training diverges.
    """
    for name, one in (("training", train), ("validation", validation)):
        if not any(len(boxes) for boxes in one.boxes):
            raise DataError(
                f"no {name} picture has a box.",
                hint="Give boxes in labels.jsonl, or import data that has them.",
            )
    some = slice(_LOOKED_AT)
    module = RegionFinder.untrained(train.fine[some].float(), train.coarse[some].float(), seed=seed)
    task = _Finding(module, _Marked(train), _Marked(validation), settings)
    finder, fitted = fit_finder(
        task, what="finder", seed=seed, checkpoint=checkpoint, advance=advance
    )
    return TrainedFinder(finder, fitted.history)
