"""Warnings, notes and gaps in a terminal: what, where, and the line with carets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text

from chameleonapi.analysis.warnings import RULES, Level
from chameleonapi.decision import Gap, Notice, Span
from chameleonapi.report.source_text import SourceText, caret_lines
from chameleonapi.report.terminal.style import Style

__all__ = ["Remark", "remark_lines", "remarks_of"]

_MARGIN = 16
_LEAST_WIDTH = 20
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about one place."""

    title: str
    colour: str
    code: str
    message: str
    span: Span


def remarks_of(notices: Iterable[Notice], gaps: Iterable[Gap]) -> list[Remark]:
    """Return warnings first, then gaps, then notes."""
    found = list(notices)
    warnings = [one for one in found if _level(one.code) is Level.WARNING]
    notes = [one for one in found if _level(one.code) is Level.NOTE]
    return [
        *(Remark("warning", "yellow", one.code, one.message, one.span) for one in warnings),
        *(_gap_remark(one) for one in gaps),
        *(Remark("note", "cyan", one.code, one.message, one.span) for one in notes),
    ]


def _gap_remark(gap: Gap) -> Remark:
    title = "repaired" if gap.code == "repaired-source" else "not understood"
    return Remark(title, "red", gap.code, gap.message, gap.span)


def _level(code: str) -> Level:
    # a record of another version may know codes that we do not
    return RULES[code].level if code in RULES else Level.WARNING


def remark_lines(style: Style, remarks: list[Remark], source: SourceText) -> list[Text]:
    """Return the lines of remarks, an empty one before each."""
    lines: list[Text] = []
    for one in remarks[:_MOST_LINES]:
        head = style.text(f"{source.place(one.span)}  ", "dim")
        head.append(one.title, f"bold {one.colour}")
        head.append_text(style.text(f": {one.message} [{one.code}]"))
        lines += [Text(""), head, *_caret(style, one, source)]
    if len(remarks) > _MOST_LINES:
        lines += [Text(""), Text(f"and {len(remarks) - _MOST_LINES} more remarks")]
    return lines


def _caret(style: Style, remark: Remark, source: SourceText) -> list[Text]:
    width = max(_LEAST_WIDTH, style.width - _MARGIN)
    found = caret_lines(remark.span, source, width, style.safe)
    if found is None:
        return []
    cell = source.cell(remark.span)
    line = remark.span.line if cell is None else remark.span.line - cell.line + 1
    number = f"{line:>6} | "
    return [
        Text(number, "dim") + Text(found[0]),
        Text(" " * (len(number) - 2) + "| ", "dim") + Text(found[1], remark.colour),
    ]
