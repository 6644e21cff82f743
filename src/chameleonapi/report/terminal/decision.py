"""A decision process as a person reads it at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import ConsoleRenderable, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from chameleonapi.decision import DecisionProcess, Outcome, Status
from chameleonapi.report.conditions import Clause, Row, rule_rows
from chameleonapi.report.machines import machine_states
from chameleonapi.report.number_ranges import number_ranges
from chameleonapi.report.phrases import order_words, status_words
from chameleonapi.report.source_text import SourceText
from chameleonapi.report.terminal.number_line import number_line
from chameleonapi.report.terminal.remarks import remark_lines, remarks_of
from chameleonapi.report.terminal.style import Adaptive, Style

__all__ = ["decision_panel", "draw_decision"]

_SHOWN_LABELS = 8
_SHOWN_CLAUSES = 8
_SHOWN_EFFECTS = 3
_LABEL_WIDTH = 40
_EFFECT_WIDTH = 76
_SHOWN_STATES = 14
_WAY_WIDTH = 60
_FRAME = 8  # columns of the frame around a decision


def decision_panel(process: DecisionProcess, source_root: Path | None = None) -> ConsoleRenderable:
    """Return a decision process as a person reads it at a glance.

    Args:
        process: what to show.
        source_root: the analysed folder, for the lines at warnings and gaps.
    """
    return Adaptive(lambda style: draw_decision(style, process, SourceText(source_root)))


def draw_decision(style: Style, process: DecisionProcess, source: SourceText) -> ConsoleRenderable:
    """Return a decision process drawn with the signs and the room of a console."""
    parts: list[ConsoleRenderable] = [_verdict(style, process), Text("")]
    rows = rule_rows(process)
    draw = _rules_narrow if style.is_narrow else _rules
    parts.append(draw(style, rows, source))
    parts += _line(style, process)
    parts += _machines(style, process)
    if any(one.unknown for row in rows for one in row.clauses):
        parts += [Text(""), Text("? no label of the vocabulary, only of the source", "dim")]
    parts += remark_lines(style, remarks_of(process.warnings, process.gaps), source)
    place = f"{source.place(process.call)}  {process.api}"
    if style.is_plain:
        return Group(style.text(place), *parts, Text(""))
    return Panel(
        Group(*parts),
        title=style.text(place, "bold"),
        title_align="left",
        border_style="dim",
        padding=(1, 2),
    )


def _verdict(style: Style, process: DecisionProcess) -> Text:
    """Return the verdict on a line of its own, and how several matches are settled below it."""
    colour = {Status.COMPLETE: "green", Status.PARTIAL: "yellow", Status.UNSUPPORTED: "red"}
    line = Text()
    line.append(process.kind.name, "bold")
    line.append(", ")
    line.append(process.status.name, f"bold {colour[process.status]}")
    line.append(f" ({status_words(process.status)})")
    if process.entry:
        entry = "top level" if process.entry == "<module>" else process.entry
        line.append_text(style.text(f", reached from {entry}", "dim"))
    if order_words(process):
        words = order_words(process)
        line.append(f"\n{words[:1].upper()}{words[1:]}.", "dim")
    return line


def _rules(style: Style, rows: Sequence[Row], source: SourceText) -> Table:
    table = style.table("outcome", "", "when the answer has", "then")
    for row in rows:
        table.add_row(
            style.text(row.outcome.id, "bold"),
            style.sign("←", "<-"),
            _conditions(style, row),
            _effects(style, row, source),
        )
        if row is not rows[-1]:
            table.add_row()
    return table


def _rules_narrow(style: Style, rows: Sequence[Row], source: SourceText) -> Group:
    lines: list[ConsoleRenderable] = []
    for row in rows:
        head = style.text(row.outcome.id, "bold")
        head.append(" <-")
        lines.append(head)
        lines += [
            Padding(one, (0, 0, 0, 4))
            for one in (_conditions(style, row), _effects(style, row, source))
        ]
    return Group(*lines)


def _conditions(style: Style, row: Row) -> Text:
    if row.is_default:
        return Text("otherwise", "italic")
    suggestion = _suggestion(style, row.outcome)
    lines = [_clause(style, one) for one in row.clauses[:_SHOWN_CLAUSES]]
    more = len(row.clauses) - len(lines)
    if more:
        lines.append(Text(f"and {more} more questions", "dim"))
    return Text("\n").join([*lines, *suggestion])


def _line(style: Style, process: DecisionProcess) -> list[ConsoleRenderable]:
    ranges = number_ranges(process)
    drawn = None if ranges is None else number_line(style, ranges, style.width - _FRAME)
    return [] if drawn is None else [Text(""), drawn]


def _machines(style: Style, process: DecisionProcess) -> list[ConsoleRenderable]:
    """Return how automata read the answer, state by state."""
    lines: list[ConsoleRenderable] = []
    for machine in process.automata:
        states = machine_states(process, machine)
        if len(states) > _SHOWN_STATES:
            continue
        lines += [Text(""), Text("How the results are read, one after the other:", "dim")]
        table = style.table("at", "ends as", "goes on")
        for one in states:
            ways = [
                style.text(f"{style.short(words, _WAY_WIDTH)} {style.sign('→', '->')} {target}")
                for words, target in one.ways
            ]
            table.add_row(
                str(one.number),
                style.text(one.output, "bold"),
                Text("\n").join(ways or [Text("stays", "dim")]),
            )
        lines.append(table)
    return lines


def _suggestion(style: Style, outcome: Outcome) -> list[Text]:
    """Return the labels that were probably meant, where they differ from the accepted ones."""
    if set(outcome.suggested) == set(outcome.accepts) or not outcome.suggested:
        return []
    line = Text("probably meant: ", "yellow")
    line.append_text(_labels(style, outcome.suggested))
    return [line]


def _labels(style: Style, labels: Sequence[str]) -> Text:
    shown = [style.short(one, _LABEL_WIDTH) for one in labels[:_SHOWN_LABELS]]
    line = Text(", ").join(style.text(one, "cyan") for one in shown)
    if len(labels) > len(shown):
        line.append(f" and {len(labels) - len(shown)} more", "dim")
    return line


def _clause(style: Style, clause: Clause) -> Text:
    line = Text("  " * min(clause.depth, 6))
    if clause.lead:
        line.append(f"{clause.lead} ", "dim")
    line.append(clause.phrase, "dim" if clause.labels else "")
    if clause.is_complement:
        line.append(" anything but" if clause.labels else " anything", "dim")
    shown = clause.labels[:_SHOWN_LABELS]
    for i, label in enumerate(shown):
        line.append(", " if i else " ")
        line.append_text(style.text(style.short(label, _LABEL_WIDTH), "cyan"))
        if label in clause.unknown:
            line.append("?", "yellow")
    if len(clause.labels) > len(shown):
        line.append(f" and {len(clause.labels) - len(shown)} more", "dim")
    for bound in clause.bounds:
        line.append_text(style.text(f", {bound}"))
    return line


def _effects(style: Style, row: Row, source: SourceText) -> Text:
    lines = [
        style.text(style.middle(one.text, _EFFECT_WIDTH))
        + style.text(f"  {source.places(one.places)}", "dim")
        for one in row.effects[:_SHOWN_EFFECTS]
    ]
    more = len(row.effects) - len(lines)
    if more:
        lines.append(Text(f"and {more} more effects", "dim"))
    return Text("\n").join(lines or [Text("nothing", "dim")])
