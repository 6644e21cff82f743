"""Rates of several methods for many applications, one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chameleonapi.evaluation.record import Rate
from chameleonapi.report.characters import shorten
from chameleonapi.report.drawing.grid import rate_grid
from chameleonapi.report.drawing.scale import axis
from chameleonapi.report.drawing.svg import Drawing
from chameleonapi.report.numbers import percent

__all__ = ["DotRow", "dots_svg"]


@dataclass(frozen=True, slots=True)
class DotRow:
    """One application: rates by method, of ours the interval too; without rates, a title."""

    name: str
    rates: Mapping[str, float]
    ours: Rate | None = None


def dots_svg(rows: Sequence[DotRow], base: str, ours: str, *, is_narrow: bool = False) -> str:
    """Return the drawing: a line leads from the generic model to ours, small dots are the others.

    Args:
        rows: applications, and titles between them.
        base, ours: names of the two methods that are drawn strong.
        is_narrow: for a small screen.
    """
    width = 350.0 if is_narrow else 1060.0
    left = 4.0 if is_narrow else 230.0
    right = 16.0 if is_narrow else 120.0
    row = 44.0 if is_narrow else 28.0
    values = [rate for one in rows for rate in one.rates.values()]
    values += [one.ours.high for one in rows if one.ours]
    step, end = axis(values)
    scale = (width - left - right) / end
    bottom = 12 + row * len(rows)
    said = "; ".join(
        f"{one.name}: {base} {percent(one.rates[base])}, {ours} {percent(one.rates[ours])}"
        for one in rows
        if one.rates
    )
    drawing = Drawing(
        width,
        bottom + 30,
        f"Wrong decisions of each application. {said}.",
        "dots narrow" if is_narrow else "dots wide",
    )
    rate_grid(
        drawing,
        step,
        end,
        left=left,
        scale=scale,
        top=8,
        bottom=bottom,
        is_narrow=is_narrow,
    )
    for index, one in enumerate(rows):
        top = 12 + row * index
        if not one.rates:
            place = (left, "start") if is_narrow else (left - 14, "end")
            drawing.text(place[0], top + row - 9, one.name, "t-strong ink", anchor=place[1])
            continue
        middle = top + (31 if is_narrow else row / 2)
        if is_narrow:
            drawing.text(left, top + 18, shorten(one.name, 26), "t-small ink")
        else:
            drawing.text(left - 14, middle + 4, shorten(one.name, 30), "t-body ink", anchor="end")
        _row(drawing, one, base, ours, left, scale, middle)
        text = f"{percent(one.rates[base])} \N{RIGHTWARDS ARROW} {percent(one.rates[ours])}"
        y = top + 18 if is_narrow else middle + 4
        drawing.text(width - 2, y, text, "t-small ink", anchor="end")
    return drawing.markup()


def _row(
    drawing: Drawing,
    one: DotRow,
    base: str,
    ours: str,
    left: float,
    scale: float,
    middle: float,
) -> None:
    before, after = left + one.rates[base] * scale, left + one.rates[ours] * scale
    drawing.line(before, middle, after, middle, "edge strong" if after <= before else "edge")
    if one.ours is not None:
        low, high = left + one.ours.low * scale, left + one.ours.high * scale
        drawing.line(low, middle, high, middle, "whisker ours wide")
    for name, rate in one.rates.items():
        if name not in {base, ours}:
            drawing.circle(left + rate * scale, middle, 2.5, "dot small")
    drawing.circle(before, middle, 5, "dot")
    drawing.circle(after, middle, 5.5, "dot ours")
