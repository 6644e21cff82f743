"""A head over regions: what it says of a picture is a row of logits and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from chameleonapi.apis import NOT_THERE, Detections
from chameleonapi.models.heads import LinearHead
from chameleonapi.models.regions.answers import detections_of
from chameleonapi.models.regions.backbone import REGIONS, read_regions

__all__ = ["RegionHead"]


@final
@dataclass(frozen=True, eq=False)
class RegionHead:
    """A linear head that is asked about each region.

    Attributes:
        linear: over the features of one region.
    """

    linear: LinearHead

    @property
    def labels(self) -> tuple[str, ...]:
        """The label space."""
        return self.linear.labels

    @property
    def regions(self) -> int:
        """Regions in a picture at most."""
        return REGIONS

    def logits(self, features: Float[Tensor, "batch numbers"]) -> Float[Tensor, "batch row"]:
        """Return a row for each picture: logits label by label and region by region, then boxes.

        It is what ``chameleonapi.losses.compile_decision`` takes for this number of regions.
        """
        there, boxes, seen = read_regions(features)
        weight, bias = self.linear.folded
        logits = (seen @ weight.T + bias).transpose(1, 2)
        logits = logits.masked_fill(~there[:, None, :], NOT_THERE)
        return torch.cat([logits.flatten(1), boxes.flatten(1)], 1)

    def detections(self, features: Float[Tensor, "batch numbers"]) -> Sequence[Detections]:
        """Return what is found in each picture, in the regions that are there."""
        rows = read_regions(features)
        width = len(self.labels) * REGIONS
        scores = torch.sigmoid(self.logits(features)[:, :width])
        each = scores.reshape(-1, len(self.labels), REGIONS).transpose(1, 2)
        return [
            detections_of(self.labels, rows, picture, one.tolist())
            for picture, one in enumerate(each)
        ]
