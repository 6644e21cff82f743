"""An import's report in the terminal: what was found first, what does not fit last and loud."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from chameleonapi.data.importers import ImportReport

__all__ = ["print_import"]

_MOST_LABELS: Final = 40
_MOST_MATCHES: Final = 20


def print_import(report: ImportReport, console: Console) -> None:
    """Print a report."""
    console.print(f"[bold]{report.format}[/] [dim]({escape(report.evidence)})[/]")
    if report.also:
        console.print(
            f"[yellow]It could also be {', '.join(report.also)}: choose with --format.[/]"
        )
    splits = ", ".join(
        f"{name or 'no split'} {count:,}" for name, count in sorted(report.splits.items())
    )
    boxes = f", {report.boxes:,} boxes" if report.boxes else ""
    console.print(f"{report.examples:,} pictures ({splits}), {len(report.labels):,} labels{boxes}")
    _print_labels(report, console)
    _print_matches(report, console)
    _print_findings(report, console)


def _print_labels(report: ImportReport, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("label", overflow="fold", min_width=16, max_width=40)
    table.add_column("present", justify="right", min_width=7)
    table.add_column("absent", justify="right", min_width=6)
    table.add_column("for example", overflow="fold", ratio=1)
    ordered = sorted(report.labels.items(), key=lambda item: (-item[1].present, item[0]))
    for name, one in ordered[:_MOST_LABELS]:
        table.add_row(
            escape(name), f"{one.present:,}", f"{one.absent:,}", escape("".join(one.examples[:1]))
        )
    console.print(table)
    if len(ordered) > _MOST_LABELS:
        console.print(f"[dim]and {len(ordered) - _MOST_LABELS:,} more labels (--json has all)[/]")


def _print_matches(report: ImportReport, console: Console) -> None:
    rules = Counter(one.rule.value for one in report.matches)
    if set(rules) <= {"kept"}:
        return
    console.print("labels matched: " + ", ".join(f"{rule} {n}" for rule, n in rules.items()))
    changed = [one for one in report.matches if one.labels and one.labels != (one.name,)]
    lost = [one for one in report.matches if not one.labels]
    for title, some in (("", changed), ("[bold red]matched to nothing:[/]", lost)):
        if some and title:
            console.print(title)
        for one in some[:_MOST_MATCHES]:
            near = f"; close: {', '.join(one.near)}" if one.near else ""
            console.print(
                f"  {one.name} -> {', '.join(one.labels) or '(nothing)'}  [{one.rule.value}{near}]",
                markup=False,
            )
        if len(some) > _MOST_MATCHES:
            console.print(f"  [dim]and {len(some) - _MOST_MATCHES} more (--json has all)[/]")


def _print_findings(report: ImportReport, console: Console) -> None:
    if not report.findings:
        console.print("[green]Everything fits.[/]")
        return
    console.print("[bold]what does not fit[/]")
    for one in sorted(report.findings, key=lambda one: not one.is_loss):
        colour = "red" if one.is_loss else "yellow"
        tail = " (left out)" if one.is_loss else ""
        console.print(f"[{colour}]{one.count:>8,}[/] {escape(one.title)}{tail}")
        for example in one.examples[:3]:
            console.print(f"           {example}", markup=False, overflow="fold")
