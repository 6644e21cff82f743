"""The record of a benchmark in a terminal: applications, kinds, and ours against the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.report.benchmark_rows import counted, methods_of, setting_words
from chameleonapi.report.characters import visible
from chameleonapi.report.findings import BASELINE, OURS
from chameleonapi.report.numbers import percent, points
from chameleonapi.report.terminal.style import Adaptive, Style

__all__ = ["benchmark_table"]

_MOST_METHODS = 6
_OTHERS = 4  # beside ours in each of several tables
_AGAINST = "ours vs generic"


def benchmark_table(record: Mapping[str, Any]) -> ConsoleRenderable:
    """Return the tables of a benchmark record in its JSON form."""
    return Adaptive(lambda style: _whole(style, record))


def _whole(style: Style, record: Mapping[str, Any]) -> ConsoleRenderable:
    parts: list[ConsoleRenderable] = []
    for table in (record, *record["curve"]):
        parts += [*_table(style, table, _title(record, table["shots"])), Text("")]
    for name, reason in record["left_out"].items():
        parts.append(style.text(f"{visible(name)} is left out: {visible(reason)}"))
    return Group(*parts)


def _title(record: Mapping[str, Any], shots: int | None) -> str:
    seeds = len(record["seeds"])
    title = f"{record['benchmark']}, {setting_words(record)}, {seeds} seed{'s' * (seeds > 1)}"
    level = record.get("level", "head")  # records of before there was a choice
    title += f", level {level}" * (level != "head")
    return title if shots is None else f"{title}, {shots} examples for each outcome"


def _table(style: Style, table: Mapping[str, Any], title: str) -> list[ConsoleRenderable]:
    methods = methods_of(table["overall"])
    overall = table["overall"]
    return [
        style.text(title, "bold"),
        *(_grid(style, table, some) for some in _side_by_side(methods)),
        *_remark(style, overall, methods),
        *_comparisons(style, overall["against"]),
        *_findings(style, overall, methods),
    ]


def _side_by_side(methods: Sequence[str]) -> list[list[str]]:
    """Return the methods of each table: no more than there is room for, ours in all of them."""
    if len(methods) <= _MOST_METHODS:
        return [list(methods)]
    others = [one for one in methods if one != OURS]
    return [[*others[at : at + _OTHERS], OURS] for at in range(0, len(others), _OTHERS)]


def _grid(style: Style, table: Mapping[str, Any], methods: Sequence[str]) -> ConsoleRenderable:
    overall = table["overall"]
    # With many methods there is no room for the kind; the means below name it too.
    lead = ["wrong decisions, balanced"] + ["kind"] * (len(methods_of(overall)) <= _MOST_METHODS)
    against = [_AGAINST] * (BASELINE in methods)
    grid = style.table(*lead, *methods, *against, right=frozenset([*methods, _AGAINST]))
    rows: list[tuple[str, str, Mapping[str, Any]]] = [
        (visible(one["name"]), one["kind"], one) for one in table["applications"]
    ]
    rows += [(f"mean of {_words(kind)}", "", one) for kind, one in table["kinds"].items()]
    rows.append(("mean", "", overall))
    for name, kind, row in rows:
        texts = [name, _words(kind)][: len(lead)]
        spans = [Text(_span(style, row["against"]))] * len(against)
        grid.add_row(*texts, *_cells(style, row, methods), *spans)
    natural = [percent(overall[one]["natural"]["rate"]) + _mark(overall, one) for one in methods]
    shown = (Text(style.number(one), "dim") for one in natural)
    blank = [""] * (len(lead) - 1)
    grid.add_row("mean, natural mix", *blank, *shown, *[""] * len(against))
    return grid


def _remark(
    style: Style, overall: Mapping[str, Any], methods: Sequence[str]
) -> list[ConsoleRenderable]:
    if not any(_mark(overall, one) for one in methods):
        return []
    return [style.text("* a mean over those applications alone that the method can express")]


def _findings(
    style: Style, overall: Mapping[str, Any], methods: Sequence[str]
) -> list[ConsoleRenderable]:
    """Say what the gain is due to, and how wrong decisions are wrong."""
    lines: list[ConsoleRenderable] = []
    if overall["shares"]:
        steps = (
            f"{cause} {points(one['rate'])} ({points(one['low'])} to {points(one['high'])})"
            for cause, one in overall["shares"].items()
        )
        text = f"from generic to ours, in points: {', '.join(steps)}"
        lines.append(style.text(style.number(text)))
    for name in methods:
        errors = overall["errors"].get(name)
        if not errors:
            continue
        total = sum(errors.values()) or 1
        sorts = ", ".join(f"{sort} {percent(count / total, 0)}" for sort, count in errors.items())
        error = overall["calibration"].get(name)
        claimed = "" if error is None else f"; calibration error {percent(error)}"
        lines.append(style.text(style.number(f"{name}: of its wrong decisions {sorts}{claimed}")))
    return lines


def _cells(style: Style, row: Mapping[str, Any], methods: Sequence[str]) -> list[Text]:
    rates = [percent(row[one]["rate"]) + _mark(row, one) if one in row else "-" for one in methods]
    return [Text(style.number(one)) for one in rates]


def _mark(row: Mapping[str, Any], method: str) -> str:
    mine, of = counted(row, method)
    return "*" if mine < of else ""


def _words(kind: str) -> str:
    return kind.lower().replace("_", "-")


def _span(style: Style, against: Mapping[str, Any]) -> str:
    if "generic" not in against:
        return "-"
    found = against["generic"]["difference"]
    points = (f"{100 * found[one]:+.1f}" for one in ("rate", "low", "high"))
    middle, low, high = points
    return style.number(f"{middle} ({low} to {high})")


def _comparisons(style: Style, against: Mapping[str, Any]) -> list[ConsoleRenderable]:
    lines: list[ConsoleRenderable] = []
    for name, one in against.items():
        share = one["relative"]
        change = "no share" if share is None else f"{100 * share['rate']:+.1f}%"
        between = (
            "" if share is None else f" ({100 * share['low']:+.1f} to {100 * share['high']:+.1f})"
        )
        lines.append(
            style.text(
                style.number(
                    f"ours against {name}: {change}{between} of its wrong decisions; better on "
                    f"{one['better']} of {one['of']} applications and worse on {one['worse']} "
                    "beyond the 95% interval"
                )
            )
        )
    return lines
