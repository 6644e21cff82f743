"""What the gain is due to, how sure decisions are, and how many examples it takes."""

from __future__ import annotations

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.evaluation.record import Evaluation
from chameleonapi.report.findings import ours_of
from chameleonapi.report.numbers import percent, points, points_span
from chameleonapi.report.terminal.style import Adaptive, Style

__all__ = ["gain_lines"]


def gain_lines(evaluation: Evaluation) -> ConsoleRenderable:
    """Return what is said below the table of rates; nothing where nothing is known."""
    return Adaptive(lambda style: _lines(style, evaluation))


def _lines(style: Style, evaluation: Evaluation) -> ConsoleRenderable:
    parts: list[ConsoleRenderable] = []
    if len(evaluation.shares) > 1:
        steps = ", ".join(
            f"{one.cause} {points(one.difference.rate)} ({points_span(one.difference)})"
            for one in evaluation.shares
        )
        parts.append(_sentence(style, f"The change in points is due to: {steps}."))
    ours = ours_of(evaluation)
    total = sum(ours.errors.values())
    if total:
        sorts = ", ".join(f"{sort} {count}" for sort, count in ours.errors.items() if count)
        parts.append(_sentence(style, f"Wrong decisions of {ours.name} by sort: {sorts}."))
    if ours.calibration is not None:
        surest = ours.calibration.bins[-1]
        parts.append(
            _sentence(
                style,
                f"Calibration error of its margins: {percent(ours.calibration.error)}; of the "
                f"surest {surest.examples} decisions {percent(surest.right)} are right.",
            )
        )
    if evaluation.curve:
        parts += [Text(""), _curve(style, evaluation)]
    return Group(Text(""), *parts) if parts else Group()


def _sentence(style: Style, text: str) -> Text:
    return style.text(style.number(text))


def _curve(style: Style, evaluation: Evaluation) -> ConsoleRenderable:
    names = list(dict.fromkeys(one.method for one in evaluation.curve))
    table = style.table("wrong, balanced, with", *names, right=frozenset(names))
    for shots in dict.fromkeys(one.shots for one in evaluation.curve):
        found = {one.method: one for one in evaluation.curve if one.shots == shots}
        examples = next(iter(found.values())).examples
        table.add_row(
            f"{shots} for each outcome ({examples:,.0f} in all)",
            *(
                Text(style.number(percent(found[name].balanced.rate) if name in found else "-"))
                for name in names
            ),
        )
    return table
