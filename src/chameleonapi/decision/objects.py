"""What is really where in a picture, as the answer that a perfect API gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chameleonapi.apis import (
    INSTANCE_COUNT,
    ApiSpec,
    RegionBox,
    RegionForm,
    corner_values,
)
from chameleonapi.decision.truth import TrueElement, Truth
from chameleonapi.errors import UnsupportedError

__all__ = ["TrueObject", "object_truth"]


@dataclass(frozen=True, slots=True)
class TrueObject:
    """One thing in a picture.

    Attributes:
        label: its name.
        box: left, top, right and bottom, in fractions of the picture.
    """

    label: str
    box: RegionBox


def object_truth(spec: ApiSpec, objects: Sequence[TrueObject], labels: Iterable[str] = ()) -> Truth:
    """Return the truth about a picture of which every thing that matters has a box.

    Args:
        spec: of the API that is asked.
        objects: the things.
        labels: further labels that are there without a box; they matter where an API gives labels
            and the boxes of their instances.

    Raises:
        UnsupportedError: if the API says nothing of regions.
    """
    assert spec.label_field is not None
    assert spec.score_field is not None
    sure = spec.score_scale
    rows: list[dict[str, str | float | tuple[str, ...]]]
    if spec.regions is RegionForm.ELEMENTS:
        rows = [
            {spec.label_field: one.label, spec.score_field: sure, **corner_values(one.box)}
            for one in objects
        ]
    elif spec.regions is RegionForm.INSTANCES:
        counts = dict.fromkeys([*(one.label for one in objects), *labels], 0)
        for one in objects:
            counts[one.label] += 1
        rows = [
            {spec.label_field: label, spec.score_field: sure, INSTANCE_COUNT: float(count)}
            for label, count in counts.items()
        ]
    else:
        raise UnsupportedError(
            f"{spec.id} does not say where in a picture things are.",
            hint="Use Truth.of for labels of whole inputs.",
        )
    return Truth(elements=tuple(TrueElement(spec.main.path, tuple(row.items())) for row in rows))
