"""What the gain is due to, as steps from the generic model's rate to ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chameleonapi.evaluation.record import Share
from chameleonapi.report.characters import shorten
from chameleonapi.report.drawing.grid import rate_grid
from chameleonapi.report.drawing.scale import axis
from chameleonapi.report.drawing.svg import Drawing
from chameleonapi.report.findings import judge
from chameleonapi.report.numbers import percent, points, points_span

__all__ = ["CAUSES", "steps_svg"]

CAUSES = {
    "thresholds": "Thresholds tuned to the decision",
    "data": "The application's examples",
    "loss": "The loss compiled from the source",
    "opinion": "A second opinion on the outcome",
    "level": "More of the model than its head",
}
_SHORT = {
    "thresholds": "Thresholds",
    "data": "Examples",
    "loss": "Loss",
    "opinion": "Opinion",
    "level": "Level",
}


def steps_svg(
    shares: Sequence[Share],
    rates: Mapping[str, float],
    titles: Mapping[str, str],
    *,
    is_narrow: bool = False,
) -> str:
    """Return the drawing: the two rates as bars, each step between them as a floating bar.

    Args:
        shares: the steps, in their order.
        rates, titles: of the methods by name.
        is_narrow: for a small screen.
    """
    first, last = shares[0].against, shares[-1].method
    width = 350.0 if is_narrow else 1060.0
    left = 2.0 if is_narrow else 270.0
    right = 14.0 if is_narrow else 210.0
    row = 50.0 if is_narrow else 44.0
    high = 18.0
    step, end = axis(rates[name] for one in shares for name in (one.method, one.against))
    scale = (width - left - right) / end
    bottom = 8 + row * (len(shares) + 2)
    said = "; ".join(
        f"{CAUSES.get(one.cause, one.cause)} {points(one.difference.rate)} points "
        f"({points_span(one.difference)})"
        for one in shares
    )
    drawing = Drawing(
        width,
        bottom + 30,
        f"Steps from {percent(rates[first])} wrong decisions to {percent(rates[last])}: {said}.",
        "steps narrow" if is_narrow else "steps wide",
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

    def label(y: float, text: str, css: str) -> None:
        if is_narrow:
            drawing.text(left, y + 14, shorten(text, 30), css)
        else:
            drawing.text(left - 14, y + row / 2 + 5, shorten(text, 32), css, anchor="end")

    def bar_top(y: float) -> float:
        return y + (22 if is_narrow else (row - high) / 2)

    def whole(y: float, name: str, css: str) -> None:
        label(y, titles.get(name, name), "t-strong ink")
        drawing.rect(left, bar_top(y), rates[name] * scale, high, css, 1.5)
        x = left + rates[name] * scale + 10
        if is_narrow:
            drawing.text(348, y + 14, percent(rates[name]), "t-strong ink", anchor="end")
        else:
            drawing.text(x, bar_top(y) + 14, percent(rates[name]), "t-strong ink")

    def link(y: float, rate: float) -> None:
        """Lead with a thin line from one step to the next, where no text is in the way."""
        if not is_narrow:
            x = left + rate * scale
            drawing.line(x, bar_top(y) - (row - high), x, bar_top(y), "edge dashed")

    whole(8, first, "bar")
    for index, one in enumerate(shares, 1):
        y = 8 + row * index
        words = _SHORT if is_narrow else CAUSES
        label(y, words.get(one.cause, one.cause), "t-body ink")
        before, after = rates[one.against], rates[one.method]
        low, top = sorted((before, after))
        css = {"BETTER": "step better", "WORSE": "step worse"}.get(
            judge(one.difference).name, "step unclear"
        )
        drawing.rect(left + low * scale, bar_top(y), max((top - low) * scale, 2), high, css, 1.5)
        link(y, before)
        change = (points(one.difference.rate), "t-strong ink")
        span = (points_span(one.difference), "t-small muted")
        if is_narrow:
            text = f"{change[0]} ({span[0]})"
            drawing.text(348, y + 14, text, "t-small ink", anchor="end")
        else:
            drawing.texts(left + top * scale + 10, bar_top(y) + 14, (change, span))
    y = 8 + row * (len(shares) + 1)
    link(y, rates[last])
    whole(y, last, "bar ours")
    return drawing.markup()
