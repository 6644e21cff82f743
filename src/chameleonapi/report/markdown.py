"""The decisions of an application as Markdown, with diagrams that code hosts draw."""

from __future__ import annotations

from chameleonapi.analysis import AnalysisReport
from chameleonapi.decision import Gap, Notice, Span
from chameleonapi.report.characters import visible
from chameleonapi.report.mermaid import decision_diagram
from chameleonapi.report.phrases import order_words, status_words
from chameleonapi.report.places import Places

__all__ = ["analysis_markdown"]


def analysis_markdown(report: AnalysisReport, places: Places) -> str:
    """Return a section for each decision, and what has none or is open as a list.

    Texts of the application stand in code spans and in the diagrams only: none can begin a link,
    an image or HTML.
    """
    lines: list[str] = []
    for process in report.processes:
        path = places.path(process.call.file)
        order = order_words(process)
        lines += [
            f"### {_code(f'{path}:{process.call.line}')} {process.api}",
            "",
            f"{process.kind.name}, {process.status.name} ({status_words(process.status)})"
            + (f", {order}" if order else "")
            + (f", reached from {_code(process.entry)}" if process.entry else ""),
            "",
            "```mermaid",
            decision_diagram(process).rstrip("\n"),
            "```",
            "",
        ]
    rows = [
        f"- {_code(f'{places.path(one.file)}:{one.line}')} {one.api}: nothing is decided"
        for one in report.calls_without_decision
    ]
    rows += [
        f"- {_code(f'{places.path(one.file)}:{one.line}')} {one.api}: not understood"
        for one in report.calls_not_understood
    ]
    remarks: list[Notice | Gap] = [*report.warnings, *report.every_gap]
    rows += [f"- {_place(places, one.span)} {one.code}: {_code(one.message)}" for one in remarks]
    return "\n".join([*lines, *rows]).rstrip("\n") + "\n"


def _place(places: Places, span: Span) -> str:
    return _code(f"{places.path(span.file)}:{span.line}")


def _code(text: str) -> str:
    """Return a code span that holds just this text."""
    shown = visible(text)
    longest = run = 0
    for one in shown:
        run = run + 1 if one == "`" else 0
        longest = max(longest, run)
    if not longest:
        return f"`{shown}`"
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}"
