"""Rates against the number of labelled examples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from chameleonapi.evaluation.record import CurvePoint
from chameleonapi.report.characters import shorten
from chameleonapi.report.drawing.scale import axis, spread
from chameleonapi.report.drawing.svg import Drawing
from chameleonapi.report.findings import OURS
from chameleonapi.report.numbers import percent

__all__ = ["curve_svg"]

_STYLES = ("one", "two", "three", "four", "five", "six")


def curve_svg(
    points: Sequence[CurvePoint], titles: Mapping[str, str], *, is_narrow: bool = False
) -> str:
    """Return the drawing: one line for each method, ours strong and with its intervals."""
    names = list(dict.fromkeys(one.method for one in points))
    strong = OURS if OURS in names else names[-1]
    shots = sorted({one.shots for one in points})
    width, height = (350.0, 330.0) if is_narrow else (1060.0, 380.0)
    left, top = 44.0, 12.0
    right = 92.0 if is_narrow else 300.0
    bottom = height - 52
    step, end = axis(
        [one.balanced.rate for one in points]
        + [one.balanced.high for one in points if one.method == strong]
    )
    first, last = math.log(shots[0]), math.log(shots[-1])

    def x(value: int) -> float:
        share = (math.log(value) - first) / (last - first) if last > first else 0.5
        return left + 16 + share * (width - left - right - 28)

    def y(rate: float) -> float:
        return bottom - rate / end * (bottom - top)

    drawing = Drawing(
        width,
        height,
        f"Learning curve. {_words(points, names, titles)}",
        "curve narrow" if is_narrow else "curve wide",
    )
    for i in range(round(end / step) + 1):
        level = y(i * step)
        drawing.line(left, level, width - right, level, "grid zero" if i == 0 else "grid")
        digits = 0 if step >= 0.01 else 1
        drawing.text(left - 8, level + 4, percent(i * step, digits), "t-small muted", anchor="end")
    for number in shots:
        drawing.text(x(number), bottom + 20, str(number), "t-small muted", anchor="middle")
    middle = (left + width - right) / 2
    words = "examples for each set of right outcomes"
    drawing.text(middle, bottom + 42, words, "t-small ink", anchor="middle")
    others = [name for name in names if name != strong]
    ends = []
    for index, name in enumerate([*others, strong]):
        mine = sorted((one for one in points if one.method == name), key=lambda one: one.shots)
        css = "strong" if name == strong else _STYLES[index % len(_STYLES)]
        _line(drawing, [(x(one.shots), y(one.balanced.rate)) for one in mine], css)
        for one in mine:
            spot = x(one.shots)
            if name == strong:
                drawing.line(spot, y(one.balanced.low), spot, y(one.balanced.high), "whisker ours")
            css_dot = "dot ours" if name == strong else "dot"
            drawing.circle(spot, y(one.balanced.rate), 4 if name == strong else 3, css_dot)
        ends.append((name, x(mine[-1].shots), y(mine[-1].balanced.rate), css))
    places = spread([one[2] for one in ends], 17.0, top + 8, bottom)
    for (name, end_x, end_y, css), place in zip(ends, places, strict=True):
        start = width - right + 16
        drawing.path(f"M{end_x + 5:.1f} {end_y:.1f}L{start - 4:.1f} {place:.1f}", "edge leader")
        text = name if is_narrow else shorten(titles.get(name, name), 40)
        drawing.text(
            start, place + 4, text, "t-small t-bold ink" if css == "strong" else "t-small ink"
        )
    return drawing.markup()


def _line(drawing: Drawing, spots: Sequence[tuple[float, float]], css: str) -> None:
    commands = " ".join(f"{'L' if i else 'M'}{px:.1f} {py:.1f}" for i, (px, py) in enumerate(spots))
    drawing.path(commands, f"edge trace {css}")


def _words(points: Sequence[CurvePoint], names: Sequence[str], titles: Mapping[str, str]) -> str:
    parts = []
    for name in names:
        rates = ", ".join(
            f"{percent(one.balanced.rate)} with {one.shots}" for one in points if one.method == name
        )
        parts.append(f"{titles.get(name, name)}: {rates}")
    return "; ".join(parts) + "."
