"""Where the commands write: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

__all__ = ["Advance", "TerminalProgress", "notes", "output", "print_error", "print_json", "working"]

_PIPE_WIDTH = 100
_LINE_SECONDS = 30.0


def output() -> Console:
    """Return the console for results; colour and width fit the terminal, plain in a pipe."""
    return Console(
        file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH
    )


def notes() -> Console:
    """Return the console for progress and remarks."""
    return Console(stderr=True, highlight=False)


def print_json(data: Any) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def print_error(message: str, hint: str = "") -> None:
    """Write one error the way that all commands do."""
    console = notes()
    console.print("[bold red]error:[/] ", end="")
    console.print(message, markup=False, soft_wrap=True)
    if hint:
        console.print(hint, markup=False, soft_wrap=True)


@contextmanager
def working(title: str) -> Iterator[None]:
    """Show on a terminal that something goes on; nothing elsewhere, and nothing remains."""
    console = notes()
    if not console.is_terminal or os.environ.get("TERM") == "dumb":
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(title, total=None)
        yield


def _ignore(done: int, total: int) -> None:
    del done, total


class Advance(Protocol):
    """Reports that so much of a step is done."""

    def __call__(self, done: int, total: int) -> None:
        """Set the number of finished parts and of all parts, 0 where that is not known."""
        ...


class _Lines:
    """Tells now and then, in a line of its own, how far a step is."""

    def __init__(self, console: Console, title: str, start: float) -> None:
        self._console = console
        self._title = title
        self._start = self._last = start

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < _LINE_SECONDS:
            return
        self._last = now
        spent = now - self._start
        left = f", about {spent / done * (total - done):.0f} s left" if 0 < done <= total else ""
        of = f" of {total:,}" if total else ""
        text = f"  {self._title}: {done:,}{of} ({spent:.0f} s{left})"
        self._console.print(text, markup=False, soft_wrap=True)


class TerminalProgress:
    """Progress of named steps: live bars on a terminal, a line every half minute elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = notes()
        self._quiet = quiet
        self._live = self._console.is_terminal and not quiet and os.environ.get("TERM") != "dumb"

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:
        """Show one step while the block runs; ends with the time that it took."""
        start = time.monotonic()
        if not self._live:
            yield _ignore if self._quiet else _Lines(self._console, title, start)
        else:
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            )
            with Progress(*columns, console=self._console, transient=True) as progress:
                task = progress.add_task(title, total=None)

                def advance(done: int, total: int) -> None:
                    progress.update(task, completed=done, total=total or None)

                yield advance
        if not self._quiet:
            seconds = time.monotonic() - start
            self._console.print(f"  [green]done[/] {escape(title)} [dim]({seconds:.1f} s)[/]")

    def note(self, text: str) -> None:
        """Write one remark."""
        if not self._quiet:
            self._console.print(f"  {text}", markup=False, soft_wrap=True)
