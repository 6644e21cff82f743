"""What heads say of regions, as detections."""

from __future__ import annotations

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor

from chameleonapi.apis import Detections
from chameleonapi.models.regions.backbone import REGIONS, RegionRows, read_regions
from chameleonapi.models.served import ServedModel, answer_batch, as_scores

__all__ = ["detect_batch", "detections_of"]


def detections_of(
    labels: tuple[str, ...], rows: RegionRows, picture: int, scores: Sequence[Sequence[float]]
) -> Detections:
    """Return what is found in one picture of a batch.

    Args:
        labels: of the model.
        rows: the regions of the batch.
        picture: which of the batch.
        scores: of every label, in each region of this picture.
    """
    kept: list[int] = rows.there[picture].nonzero().flatten().tolist()
    sides: list[list[float]] = rows.boxes[picture].tolist()
    boxes = [(one[0], one[1], one[2], one[3]) for one in (sides[region] for region in kept)]
    by_label = list(zip(*(scores[region] for region in kept), strict=True))
    return Detections(labels, boxes, by_label or [()] * len(labels))


def detect_batch(
    models: Sequence[ServedModel], found: Float[Tensor, "batch numbers"]
) -> list[Detections]:
    """Return what is found in each picture of a batch by the model that stands beside it.

    Args:
        models: heads over regions.
        found: features of a backbone of regions.
    """
    rows = read_regions(found)
    each = [one for one in models for _ in range(REGIONS)]
    scores = answer_batch(each, rows.features.flatten(0, 1), as_scores)
    return [
        detections_of(one.labels, rows, picture, scores[picture * REGIONS :][:REGIONS])
        for picture, one in enumerate(models)
    ]
