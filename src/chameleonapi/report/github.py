"""Workflow commands of GitHub Actions: warnings that show at their lines in a pull request.

Reference: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from __future__ import annotations

from chameleonapi.analysis import AnalysisReport
from chameleonapi.analysis.warnings import RULES, Level
from chameleonapi.decision import Gap, Notice, Span
from chameleonapi.report.characters import visible
from chameleonapi.report.places import Places

__all__ = ["github_commands"]


def github_commands(report: AnalysisReport, places: Places) -> str:
    """Return one command a line: warnings, notes, and what was not understood."""
    lines = [_warning(one, places) for one in report.warnings]
    lines += [_gap(one, places) for one in report.every_gap]
    return "".join(f"{one}\n" for one in lines)


def _warning(notice: Notice, places: Places) -> str:
    rule = RULES[notice.code]
    name = "warning" if rule.level is Level.WARNING else "notice"
    message = f"{notice.message} [{notice.code}]"
    return _command(name, notice.span, rule.title, message, places)


def _gap(gap: Gap, places: Places) -> str:
    message = f"{gap.message} [{gap.code}]"
    return _command("notice", gap.span, "Not understood by the analysis", message, places)


def _command(name: str, span: Span, title: str, message: str, places: Places) -> str:
    span = places.physical(span)
    properties: dict[str, str | int] = {
        "title": title,
        "file": places.path(span.file),
        "line": max(1, span.line),
    }
    if span.end_line:
        properties["endLine"] = span.end_line
    if span.end_line == span.line:
        # GitHub takes columns only within one line
        properties["col"] = span.column + 1
        properties["endColumn"] = max(span.column + 1, span.end_column)
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {shown}::{_data(message)}"


def _data(text: str) -> str:
    escaped = visible(text, keep="\n\r")
    return escaped.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
