"""Labels in regions of a picture, and the answers of the APIs that say where things are.

``object_answer`` is the one place where scores of regions become an answer: evaluation, losses
and the server agree with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.apis.spec import ApiSpec, RegionForm
from chameleonapi.errors import AnswerError

__all__ = [
    "CORNER_FIELDS",
    "INSTANCE_COUNT",
    "NOT_THERE",
    "Detections",
    "RegionBox",
    "corner_values",
    "object_answer",
]

RegionBox = tuple[float, float, float, float]
"""Left, top, right and bottom, in fractions of the picture's width and height."""

# Clockwise from the corner at the top left, as Google's client gets them.
_CORNERS: Final = ((0, 1), (2, 1), (2, 3), (0, 3))

CORNER_FIELDS: Final[Mapping[str, int]] = {
    f"boundingPoly.normalizedVertices.{corner}.{axis}": side
    for corner, sides in enumerate(_CORNERS)
    for axis, side in zip("xy", sides, strict=True)
}
"""Which side of its box each coordinate of an element is."""

INSTANCE_COUNT: Final = "Instances.#"
"""The field that says how often a label is seen, where its boxes stand below it."""


NOT_THERE: Final = -60.0
"""The logit of every label in a region that is not there; it is in no answer, whatever the line."""


@dataclass(frozen=True, slots=True)
class Detections:
    """Scores of every label in every region of one picture.

    Attributes:
        labels: the model's label space; one tuple shared by all answers of a model.
        boxes: one for each region.
        scores: in [0, 1]; a row for each label, with one number for each region.
    """

    labels: tuple[str, ...]
    boxes: Sequence[RegionBox]
    scores: Sequence[Sequence[float]]


def corner_values(box: RegionBox) -> dict[str, float]:
    """Return the coordinates of the corners of a box, by field."""
    return {path: float(box[side]) for path, side in CORNER_FIELDS.items()}


def object_answer(
    spec: ApiSpec,
    found: Detections,
    *,
    shown_score: float | None = None,
    max_results: int | None = None,
) -> dict[str, Any]:
    """Turn scores of regions into an answer of an API that says where things are.

    Where each thing is an element, a region is shown once for each label whose score is high
    enough. Where boxes stand below labels, a label has the score of its best region, and an
    instance in each region in which it is high enough. Equal scores keep the order of the labels,
    then that of the regions.

    Args:
        spec: an API with a form for regions.
        found: in one picture.
        shown_score: in [0, 1], the API's default if None.
        max_results: of elements; the API's default if None.

    Raises:
        AnswerError: if the API says nothing of regions.
    """
    least = spec.limits.shown_score if shown_score is None else shown_score
    most = spec.limits.max_results if max_results is None else max_results
    pairs = [
        (float(score), place, region)
        for place, row in enumerate(found.scores)
        for region, score in enumerate(row)
        if score >= least
    ]
    pairs.sort(key=lambda one: -one[0])
    if spec.regions is RegionForm.ELEMENTS:
        rows = [_element(spec, found, *one) for one in pairs]
    elif spec.regions is RegionForm.INSTANCES:
        rows = _labels(spec, found, pairs)
    else:
        raise AnswerError(f"{spec.id} says nothing of regions.", hint="Use label_answer for it.")
    return {spec.main.path: rows if most is None else rows[:most]}


def _element(
    spec: ApiSpec, found: Detections, score: float, place: int, region: int
) -> dict[str, Any]:
    assert spec.label_field is not None
    assert spec.score_field is not None
    box = found.boxes[region]
    corners = [{"x": float(box[across]), "y": float(box[down])} for across, down in _CORNERS]
    return {
        spec.label_field: found.labels[place],
        spec.score_field: score * spec.score_scale,
        "boundingPoly": {"normalizedVertices": corners},
    }


def _labels(
    spec: ApiSpec, found: Detections, pairs: Sequence[tuple[float, int, int]]
) -> list[dict[str, Any]]:
    assert spec.label_field is not None
    assert spec.score_field is not None
    instances: dict[int, list[tuple[float, int]]] = {}
    for score, place, region in pairs:  # so that a label comes with its best region
        instances.setdefault(place, []).append((score, region))
    return [
        {
            spec.label_field: found.labels[place],
            spec.score_field: seen[0][0] * spec.score_scale,
            "Instances": [
                {"BoundingBox": _ratios(found.boxes[region]), "Confidence": score * 100.0}
                for score, region in seen
            ],
        }
        for place, seen in instances.items()
    ]


def _ratios(box: RegionBox) -> dict[str, float]:
    left, top, right, bottom = (float(one) for one in box)
    return {"Width": right - left, "Height": bottom - top, "Left": left, "Top": top}
