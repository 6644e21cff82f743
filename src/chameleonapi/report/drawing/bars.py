"""Rates of all methods as bars with their intervals, on one axis."""

from __future__ import annotations

import math

from chameleonapi.evaluation.record import Evaluation, MethodResult, Rate
from chameleonapi.report.characters import shorten, visible, wrap_width
from chameleonapi.report.drawing.grid import rate_grid
from chameleonapi.report.drawing.scale import axis
from chameleonapi.report.drawing.svg import Drawing
from chameleonapi.report.findings import ours_of
from chameleonapi.report.numbers import percent, percent_span

__all__ = ["bars_svg"]


def bars_svg(evaluation: Evaluation, *, is_narrow: bool = False) -> str:
    """Return the chart: a strong bar for the balanced rate, a thin one for the natural mix."""
    ours = ours_of(evaluation)
    width = 350.0 if is_narrow else 1060.0
    left = 2.0 if is_narrow else 270.0
    right = 14.0 if is_narrow else 190.0
    row = 76.0 if is_narrow else 58.0
    top = 8.0
    step, end = _axis(evaluation)
    scale = (width - left - right) / end
    bottom = top + row * len(evaluation.methods)
    rates = "; ".join(
        f"{one.title} {percent(one.balanced.rate)} ({percent_span(one.balanced)}), "
        f"natural mix {percent(one.natural.rate)}"
        for one in evaluation.methods
    )
    drawing = Drawing(
        width,
        bottom + 30,
        f"Bar chart of wrong decisions, balanced over outcomes: {rates}.",
        "bars narrow" if is_narrow else "bars wide",
    )
    rate_grid(
        drawing,
        step,
        end,
        left=left,
        scale=scale,
        top=top,
        bottom=bottom,
        is_narrow=is_narrow,
    )
    for i, method in enumerate(evaluation.methods):
        is_ours = method is ours
        _row(drawing, method, top + i * row, left, scale, is_ours=is_ours, is_narrow=is_narrow)
    return drawing.markup()


def _axis(evaluation: Evaluation) -> tuple[float, float]:
    return axis(
        value
        for one in evaluation.methods
        for rate in (one.balanced, one.natural)
        for value in (rate.rate, rate.high)
    )


def _row(
    drawing: Drawing,
    method: MethodResult,
    top: float,
    left: float,
    scale: float,
    *,
    is_ours: bool,
    is_narrow: bool,
) -> None:
    strong = "t-strong ink" if is_ours else "t-body ink"
    title = visible(method.title)
    if is_narrow:
        drawing.text(left, top + 15, shorten(title, 34), strong)
        drawing.text(348, top + 15, percent(method.balanced.rate), "t-strong ink", anchor="end")
        first = top + 24
    else:
        lines = wrap_width(title, 14, left - 24, 2)
        start = top + (29 if len(lines) == 1 else 20)
        for i, line in enumerate(lines):
            drawing.text(left - 14, start + 17 * i, line, strong, anchor="end")
        first = top + 12
        x = left + scale * max(_finite(method.balanced.high), _finite(method.balanced.rate)) + 12
        drawing.texts(
            x,
            first + 14,
            (
                (percent(method.balanced.rate), "t-strong ink"),
                (percent_span(method.balanced), "t-small muted"),
            ),
        )
    _bar(drawing, method.balanced, left, first, 20, scale, "bar ours" if is_ours else "bar")
    thin = "bar thin ours" if is_ours else "bar thin"
    _bar(drawing, method.natural, left, first + 25, 6, scale, thin)


def _bar(
    drawing: Drawing,
    rate: Rate,
    left: float,
    y: float,
    height: float,
    scale: float,
    css_class: str,
) -> None:
    drawing.rect(left, y, _finite(rate.rate) * scale, height, css_class, 1.5)
    if not (math.isfinite(rate.low) and math.isfinite(rate.high)):
        return
    low, high, middle = left + rate.low * scale, left + rate.high * scale, y + height / 2
    cap = height / 4 + 1
    # A light line under the dark one keeps the interval visible on the bar.
    for css in ("whisker halo", "whisker"):
        drawing.line(low, middle, high, middle, css)
        drawing.line(low, middle - cap, low, middle + cap, css)
        drawing.line(high, middle - cap, high, middle + cap, css)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
