"""An analysis in a terminal: verdicts, tables and remarks call by call, and a line of counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rich.console import ConsoleRenderable, Group
from rich.text import Text

from chameleonapi.analysis import AnalysisReport, CallWithoutDecision
from chameleonapi.analysis.warnings import Level, level_of
from chameleonapi.decision import DecisionProcess, Gap, Notice, Span, Status
from chameleonapi.report.source_text import SourceText
from chameleonapi.report.terminal.decision import draw_decision
from chameleonapi.report.terminal.remarks import remark_lines, remarks_of
from chameleonapi.report.terminal.style import Adaptive, Style

__all__ = ["analysis_text"]


def analysis_text(report: AnalysisReport, source_root: Path | None = None) -> ConsoleRenderable:
    """Return a whole analysis as a person reads it.

    Args:
        report: what was found.
        source_root: the analysed folder, for the lines at warnings and gaps.
    """
    return Adaptive(lambda style: _analysis(style, report, SourceText(source_root)))


def _analysis(style: Style, report: AnalysisReport, source: SourceText) -> ConsoleRenderable:
    said: set[Notice | Gap] = set()
    parts: list[ConsoleRenderable] = [
        draw_decision(style, _unsaid(process, said), source) for process in report.processes
    ]
    for call in report.calls_without_decision:
        parts.append(_silent(style, call, source))
        parts += remark_lines(style, remarks_of(_new(call.warnings, said), ()), source)
        parts.append(Text(""))
    rest = remarks_of(_new(report.notes, said), [one for one in report.gaps if one not in said])
    if rest:
        parts += [*remark_lines(style, rest, source)[1:], Text("")]
    parts.append(_counts(style, report))
    if report.assumed:
        given = ", ".join(f"{name} is {value!r}" for name, value in report.assumed.items())
        parts.append(style.text(f"Assumed: {given}."))
    return Group(*parts)


def _unsaid(process: DecisionProcess, said: set[Notice | Gap]) -> DecisionProcess:
    """Return a process without the remarks that an earlier one has shown already."""
    gaps = tuple(one for one in process.gaps if one not in said)
    warnings = tuple(_new(process.warnings, said))
    said.update(gaps)
    return replace(process, warnings=warnings, gaps=gaps)


def _new(notices: Iterable[Notice], said: set[Notice | Gap]) -> list[Notice]:
    found = [one for one in notices if one not in said]
    said.update(found)
    return found


def _silent(style: Style, call: CallWithoutDecision, source: SourceText) -> Text:
    line = style.text(f"{source.place(Span(call.file, call.line))}  {call.api}", "bold")
    line.append(": ")
    line.append("called, but nothing is decided on the answer.")
    return line


def _counts(style: Style, report: AnalysisReport) -> Text:
    levels = Counter(level_of(one.code) for one in report.warnings)
    open_count = sum(one.status is not Status.COMPLETE for one in report.processes)
    decisions = _number(len(report.processes), "decision")
    if open_count:
        decisions += f" ({open_count} not fully understood)"
    parts = [decisions]
    if report.calls_without_decision:
        parts.append(f"{_number(len(report.calls_without_decision), 'call')} without one")
    rows = (
        (levels[Level.WARNING], "warning"),
        (len(report.every_gap), "gap"),
        (levels[Level.NOTE], "note"),
    )
    parts += [_number(count, noun) for count, noun in rows if count]
    return style.text(", ".join(parts) + ".")


def _number(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}" + ("" if count == 1 else "s")
