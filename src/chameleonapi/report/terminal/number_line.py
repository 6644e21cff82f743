"""A decision by where a number lies, drawn as a line."""

from __future__ import annotations

from rich.text import Text

from chameleonapi.report.characters import display_width
from chameleonapi.report.number_ranges import NumberRanges
from chameleonapi.report.terminal.style import Style

__all__ = ["number_line"]

_LEAST = 9  # columns of a stretch
_NAME = 20


def number_line(style: Style, ranges: NumberRanges, room: int) -> Text | None:
    """Return the line below its name and its numbers; None if there is no room for it.

    A bracket opens towards the stretch to which the number itself belongs.
    """
    names = [style.safe(style.short(one, _NAME)) for one in ranges.outcomes]
    widths = [max(_LEAST, display_width(one) + 4) for one in names]
    marks = [
        "" if ranges.low is None else f"{ranges.low:g}",
        *(f"{cut:g}" for cut, _ in ranges.cuts),
        "" if ranges.high is None else f"{ranges.high:g}",
    ]
    if sum(widths) + len(widths) + 2 > room or max(map(len, marks)) > _LEAST - 2:
        return None
    dash = style.sign("─", "-")
    signs = [
        "|" if ranges.low is not None else "<",
        *("[" if is_upper else "]" for _, is_upper in ranges.cuts),
        "|" if ranges.high is not None else ">",
    ]
    scale = bar = ""
    places = [0]
    for width in widths:
        places.append(places[-1] + width + 1)
    for place, mark in zip(places, marks, strict=True):
        scale = scale.ljust(place + 1 - (len(mark) - 1) // 2) + mark
    for sign, name, width in zip(signs, names, widths, strict=False):
        spare = width - display_width(name) - 2
        bar += sign + dash * (spare // 2) + f" {name} " + dash * (spare - spare // 2)
    bar += signs[-1]
    made = Text("")
    made.append_text(style.text(ranges.name, "dim"))
    made.append(f"\n{scale}\n", "dim")
    return made.append_text(style.text(f" {bar}"))
