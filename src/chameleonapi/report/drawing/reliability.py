"""What margins claim against how many decisions are right."""

from __future__ import annotations

from collections.abc import Sequence

from chameleonapi.evaluation.record import MethodResult
from chameleonapi.report.drawing.svg import Drawing
from chameleonapi.report.numbers import percent

__all__ = ["reliability_svg"]

_LEFT, _TOP, _SIDE = 46.0, 30.0, 278.0


def reliability_svg(methods: Sequence[MethodResult]) -> str:
    """Return the diagram of methods that have a calibration; the last one is drawn strong.

    Both axes begin at the lowest claim or share that occurs, a half at most.
    """
    bins = [part for one in methods if one.calibration for part in one.calibration.bins]
    least = min([0.5, *(part.right for part in bins), *(part.claimed for part in bins)])
    low = int(least * 10) / 10
    said = "; ".join(
        f"{one.title}: calibration error {percent(one.calibration.error)}"
        for one in methods
        if one.calibration
    )
    width, height = _LEFT + _SIDE + 24, _TOP + _SIDE + 44
    drawing = Drawing(width, height, f"Reliability of margins. {said}.", "reliability")

    def x(value: float) -> float:
        return _LEFT + (value - low) / (1 - low) * _SIDE

    def y(value: float) -> float:
        return _TOP + _SIDE - (value - low) / (1 - low) * _SIDE

    lines = round((1 - low) * 10)
    for i in range(lines + 1):
        value = low + i / 10
        css = "grid zero" if i == 0 else "grid"
        drawing.line(x(value), y(low), x(value), y(1), css)
        drawing.line(x(low), y(value), x(1), y(value), css)
        if lines <= 6 or i % 2 == lines % 2:
            drawing.text(x(value), y(low) + 17, percent(value, 0), "t-small muted", anchor="middle")
            drawing.text(x(low) - 7, y(value) + 4, percent(value, 0), "t-small muted", anchor="end")
    drawing.text(2, 14, "right in fact", "t-small ink")
    drawing.line(x(low), y(low), x(1), y(1), "edge dashed")
    drawing.text(
        x((low + 1) / 2), y(low) + 36, "claimed by the margin", "t-small ink", anchor="middle"
    )
    for one in methods:
        if one.calibration is None:
            continue
        strong = one is methods[-1]
        spots = [(x(part.claimed), y(part.right)) for part in one.calibration.bins]
        commands = " ".join(
            f"{'L' if i else 'M'}{px:.1f} {py:.1f}" for i, (px, py) in enumerate(spots)
        )
        drawing.path(commands, "edge strong" if strong else "edge")
        for px, py in spots:
            drawing.circle(px, py, 4.5 if strong else 3.5, "dot ours" if strong else "dot")
    return drawing.markup()
