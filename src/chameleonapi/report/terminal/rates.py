"""How many decisions each method gets wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.evaluation.record import Evaluation, MethodResult, Rate
from chameleonapi.report import phrases
from chameleonapi.report.characters import visible
from chameleonapi.report.findings import baseline_of, find_headline, ours_of, stand
from chameleonapi.report.numbers import percent, percent_span, relative
from chameleonapi.report.terminal.style import Adaptive, Style, block

__all__ = ["rates_table"]

_AXIS = 24


def rates_table(evaluation: Evaluation) -> ConsoleRenderable:
    """Return how many decisions each method gets wrong, with intervals on one axis."""
    return Adaptive(lambda style: _rates(style, evaluation))


def _rates(style: Style, evaluation: Evaluation) -> ConsoleRenderable:
    wrong, natural = "wrong, balanced", "natural mix"
    span = f"{evaluation.confidence:.0%} interval"
    change, moved = "vs generic", "fixed/broken"
    base, ours = baseline_of(evaluation), ours_of(evaluation)
    if base.name != "generic":
        change = f"vs {visible(base.name)}"
    headers = ["method", wrong, span, "", natural, change, moved]
    if style.width < 120:
        headers.remove("")
    table = style.table(*headers, right=frozenset({wrong, natural, change, moved}))
    for column in table.columns[1:]:
        column.no_wrap = True
    top = _axis_end([one.balanced for one in evaluation.methods])
    blocks: list[ConsoleRenderable] = []
    for one in evaluation.methods:
        found = stand(evaluation, one.name, base.name)
        is_base = one is base
        cells = {
            "method": style.text(one.title, "bold" if one is ours else ""),
            wrong: Text(style.number(percent(one.balanced.rate)), "bold"),
            span: Text(style.number(percent_span(one.balanced)), "dim"),
            "": _whisker(style, one, top, is_ours=one is ours),
            natural: Text(style.number(percent(one.natural.rate))),
            change: Text("" if is_base else style.number(relative(found.relative))),
            moved: Text("" if is_base else f"{found.fixed}/{found.broken}"),
        }
        table.add_row(*(cells[header] for header in headers))
        blocks.append(block(cells))
    headline = find_headline(evaluation)
    colour = {"better": "green", "worse": "red"}.get(headline.verdict.value, "yellow")
    lines: list[ConsoleRenderable] = [*(blocks if style.is_narrow else [table]), Text("")]
    lines.append(style.text(style.number(headline.short) + ".", f"bold {colour}"))
    for sentence in (headline.sentence, headline.rival):
        if sentence:
            plain = style.number(sentence).replace("“", '"').replace("”", '"')
            lines.append(style.text(plain if style.is_plain else sentence))
    if evaluation.through_program:
        lines.append(style.text(phrases.THROUGH_PROGRAM))
    return Group(*lines)


def _axis_end(rates: Sequence[Rate]) -> float:
    ends = [one for rate in rates for one in (rate.rate, rate.high) if math.isfinite(one)]
    return max([*ends, 1e-9])


def _whisker(style: Style, method: MethodResult, top: float, *, is_ours: bool) -> Text:
    rate = method.balanced
    if not all(math.isfinite(one) for one in (rate.rate, rate.low, rate.high)):
        return Text(" " * _AXIS)
    low, here, high = (
        min(_AXIS - 1, max(0, round(one / top * (_AXIS - 1))))
        for one in (rate.low, rate.rate, rate.high)
    )
    cells = [" "] * _AXIS
    for i in range(low, high + 1):
        cells[i] = style.sign("─", "-")
    cells[low] = style.sign("├", "|")
    cells[high] = style.sign("┤", "|")
    cells[here] = style.sign("●", "o")
    return Text("".join(cells), "green" if is_ours else "")
