"""Regions of interest: which share of something found lies in a region of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["share_within"]

_Point = tuple[float, float]


def share_within(geometry: Mapping[str, Any], region: Mapping[str, Any]) -> float:
    """Return the share, in [0, 1], of a bounding box that lies in a region.

    Args:
        geometry: of what was found, with its ``BoundingBox``.
        region: with a ``BoundingBox``, or a ``Polygon`` that does not cross itself.
    """
    left, top, right, bottom = _sides(geometry.get("BoundingBox", {}))
    area = (right - left) * (bottom - top)
    if area <= 0:
        return 0.0
    if "Polygon" in region:
        corners = [(one.get("X", 0.0), one.get("Y", 0.0)) for one in region["Polygon"]]
    else:
        west, north, east, south = _sides(region.get("BoundingBox", {}))
        corners = [(west, north), (east, north), (east, south), (west, south)]
    for axis, bound, keeps_above in ((0, left, 1), (0, right, 0), (1, top, 1), (1, bottom, 0)):
        corners = _clip(corners, axis, bound, bool(keeps_above))
    return _area(corners) / area


def _sides(box: Mapping[str, float]) -> tuple[float, float, float, float]:
    left, top = box.get("Left", 0.0), box.get("Top", 0.0)
    return left, top, left + box.get("Width", 0.0), top + box.get("Height", 0.0)


def _clip(corners: Sequence[_Point], axis: int, bound: float, keeps_above: bool) -> list[_Point]:
    """Cut a polygon along one line (Sutherland and Hodgman)."""

    def is_kept(point: _Point) -> bool:
        return point[axis] >= bound if keeps_above else point[axis] <= bound

    kept: list[_Point] = []
    for here, following in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        if is_kept(here):
            kept.append(here)
        if is_kept(here) != is_kept(following):
            part = (bound - here[axis]) / (following[axis] - here[axis])
            crossing = [here[one] + part * (following[one] - here[one]) for one in (0, 1)]
            crossing[axis] = bound
            kept.append((crossing[0], crossing[1]))
    return kept


def _area(corners: Sequence[_Point]) -> float:
    turned = [*corners[1:], *corners[:1]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(corners, turned, strict=True))) / 2
