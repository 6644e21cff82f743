"""Analyses of several applications in a terminal: one row for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.analysis import AnalysisReport
from chameleonapi.report.characters import visible
from chameleonapi.report.terminal.style import Adaptive, Style

__all__ = ["analyses_table"]

_NUMBERS = frozenset({"decisions", "other calls", "gaps", "warnings"})


def analyses_table(rows: Sequence[tuple[str, AnalysisReport | None]]) -> ConsoleRenderable:
    """Return a table of paths and what was found there; None where there was an error."""
    return Adaptive(lambda style: _table(style, rows))


def _table(style: Style, rows: Sequence[tuple[str, AnalysisReport | None]]) -> ConsoleRenderable:
    headers = ("application", "status", "decisions", "other calls", "gaps", "warnings", "kinds")
    grid = style.table(*headers, right=_NUMBERS)
    for path, report in rows:
        if report is None:
            grid.add_row(visible(path), "error", *[""] * (len(headers) - 2))
            continue
        kinds = Counter(one.kind.name for one in report.processes)
        others = len(report.calls_without_decision) + len(report.calls_not_understood)
        grid.add_row(
            visible(path),
            report.status.name,
            str(len(report.processes)),
            str(others),
            str(len(report.every_gap)),
            str(len(report.warnings)),
            ", ".join(f"{count} {name}" for name, count in sorted(kinds.items())),
        )
    known = [report for _, report in rows if report is not None]
    decisions = sum(len(one.processes) for one in known)
    failed = len(rows) - len(known)
    line = f"{len(rows)} applications, {decisions} decisions"
    line += f", {failed} with an error." if failed else "."
    return Group(grid, Text(""), style.text(line))
