"""The lines of an axis of rates, from left to right."""

from __future__ import annotations

from chameleonapi.report.drawing.svg import Drawing
from chameleonapi.report.numbers import percent

__all__ = ["rate_grid"]


def rate_grid(
    drawing: Drawing,
    step: float,
    end: float,
    *,
    left: float,
    scale: float,
    top: float,
    bottom: float,
    is_narrow: bool,
) -> None:
    """Draw a line and its rate at every step; ``scale`` is the width of a rate of one."""
    digits = 0 if step >= 0.01 else 1
    for i in range(round(end / step) + 1):
        x = left + i * step * scale
        drawing.line(x, top, x, bottom, "grid zero" if i == 0 else "grid")
        anchor = "start" if is_narrow and i == 0 else "middle"
        drawing.text(x, bottom + 18, percent(i * step, digits), "t-small muted", anchor=anchor)
