"""Boxes in fractions of the picture, cut off at its edge."""

from __future__ import annotations

import math
from typing import Final

from chameleonapi.data.examples import Box
from chameleonapi.data.importers.findings import Findings

__all__ = ["make_box"]

_ROUNDING: Final = 1e-3


def make_box(
    label: str,
    edges: tuple[float, float, float, float],
    size: tuple[float, float],
    *,
    where: str,
    findings: Findings,
) -> Box | None:
    """Return a box, or None after a finding.

    Args:
        label: what is in it.
        edges: left, top, right, bottom.
        size: width and height in the same unit; (1, 1) for fractions.
        where: who says so.
        findings: receives boxes that reach beyond the edge, by more than rounding, or are empty.
    """
    width, height = size
    if not all(map(math.isfinite, (*edges, *size))) or width <= 0 or height <= 0:
        findings.add("empty-box", f"{where}: {label}: {edges} in {width:g} x {height:g}")
        return None
    raw = (edges[0] / width, edges[1] / height, edges[2] / width, edges[3] / height)
    left, top, right, bottom = (min(max(one, 0.0), 1.0) for one in raw)
    if left >= right or top >= bottom:
        findings.add("empty-box", f"{where}: {label}: {edges} in {width:g} x {height:g}")
        return None
    if any(one < -_ROUNDING or one > 1 + _ROUNDING for one in raw):
        findings.add("box-outside", f"{where}: {label}: {edges} in {width:g} x {height:g}")
    return Box(label, left, top, right, bottom)
