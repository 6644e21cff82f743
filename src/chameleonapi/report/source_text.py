"""Source lines of an analysed application: read within its folder, never beyond it."""

from __future__ import annotations

import itertools
import tokenize
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chameleonapi.analysis.frontend.notebooks import NotebookCell, cell_at, read_notebook
from chameleonapi.decision import DecisionProcess, Span
from chameleonapi.errors import SourceError
from chameleonapi.report.characters import display_width, shorten_width, visible

__all__ = ["Excerpt", "ExcerptLine", "SourceText", "caret_lines", "excerpt_of"]

_MAX_BYTES = 2_000_000
_MAX_LINE = 240
_MAX_LINES = 160
_CONTEXT = 2
_SHOWN_PLACES = 3


class SourceText:
    """The lines of an application's files, from a folder or from texts at hand.

    Args:
        root: the analysed folder; only files in it are read.
        texts: contents by file, as spans name them.
    """

    def __init__(self, root: Path | None = None, texts: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._lines: dict[str, tuple[str, ...]] = {
            file: tuple(text.splitlines()) for file, text in (texts or {}).items()
        }
        self._cells: tuple[NotebookCell, ...] = ()

    def line(self, file: str, number: int) -> str | None:
        """Return one line (one-based), None where it cannot be read."""
        lines = self.lines(file)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def place(self, span: Span) -> str:
        """Return where something is, as a person says it: in a notebook, by its cell."""
        cell = self.cell(span)
        if cell is None:
            return str(span)
        return f"{span.file}:cell {cell.number}:{span.line - cell.line + 1}"

    def places(self, spans: Sequence[Span]) -> str:
        """Return where something is that is at several places, few of them."""
        shown = [self.place(spans[0])]
        for before, span in itertools.pairwise(spans[:_SHOWN_PLACES]):
            same = span.file == before.file and self.cell(span) is None
            shown.append(str(span.line) if same else self.place(span))
        more = len(spans) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")

    def cell(self, span: Span) -> NotebookCell | None:
        """Return the cell of a place in a notebook, None elsewhere."""
        if not span.file.endswith(".ipynb"):
            return None
        self.lines(span.file)
        return cell_at(self._cells, span.file, span.line)

    def lines(self, file: str) -> tuple[str, ...]:
        """Return all lines of a file, none where it cannot be read."""
        if file not in self._lines:
            self._lines[file] = self._read(file)
        return self._lines[file]

    def _read(self, file: str) -> tuple[str, ...]:
        if self._root is None:
            return ()
        try:
            root = self._root.resolve()
            path = (root / file).resolve()
            if not path.is_relative_to(root) or not path.is_file():
                return ()
            if path.stat().st_size > _MAX_BYTES:
                return ()
            if path.suffix == ".ipynb":
                notebook = read_notebook(path.read_bytes(), file)
                self._cells += notebook.cells
                return tuple(notebook.text.splitlines())
            with tokenize.open(path) as stream:
                return tuple(stream.read().splitlines())
        # RuntimeError: links in a circle
        except (OSError, ValueError, SyntaxError, RuntimeError, SourceError):
            return ()


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One line of source.

    Attributes:
        number: one-based.
        parts: stretches of text, each with whether it decides.
        notes: what the line has to do with the decision.
        is_after_gap: whether lines before it are left out.
    """

    number: int
    parts: tuple[tuple[str, bool], ...]
    notes: tuple[str, ...]
    is_after_gap: bool

    @property
    def is_marked(self) -> bool:
        """Whether any part of the line decides."""
        return bool(self.notes)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines of one file that decide, with a little around them."""

    file: str
    lines: tuple[ExcerptLine, ...]
    left_out: int = 0


def excerpt_of(process: DecisionProcess, source: SourceText) -> tuple[Excerpt, ...]:
    """Return the source lines that make the decision, file by file, the call's file first."""
    marks: dict[str, list[tuple[Span, str]]] = {process.call.file: [(process.call, "call")]}

    def mark(span: Span, note: str) -> None:
        if (span, note) not in marks.setdefault(span.file, []):
            marks[span.file].append((span, note))

    for atom in process.atoms:
        for span in atom.spans:
            mark(span, "asks")
    for outcome in process.outcomes:
        for effect in outcome.effects:
            for span in effect.places:
                mark(span, f"→ {outcome.id}")
    for notice in process.warnings:
        mark(notice.span, "warning")
    for gap in process.gaps:
        mark(gap.span, "not understood")
    made = [_excerpt(file, rows, source.lines(file)) for file, rows in marks.items()]
    return tuple(one for one in made if one.lines)


def _excerpt(file: str, marks: list[tuple[Span, str]], lines: tuple[str, ...]) -> Excerpt:
    marked = {span.line for span, _ in marks if 1 <= span.line <= len(lines)}
    near = sorted(
        number
        for number in range(1, len(lines) + 1)
        if any(number + step in marked for step in range(-_CONTEXT, _CONTEXT + 1))
    )
    # A gap of one line would cost as much room as the line.
    near = sorted({*near, *(n + 1 for n in near if n + 2 in near)})
    while near and not lines[near[-1] - 1].strip():
        near.pop()
    while near and not lines[near[0] - 1].strip():
        near.pop(0)
    shown = near[:_MAX_LINES]
    made = []
    for previous, number in zip([0, *shown], shown, strict=False):
        here = [(span, note) for span, note in marks if span.line == number]
        made.append(
            ExcerptLine(
                number,
                _parts(lines[number - 1], [span for span, _ in here]),
                tuple(dict.fromkeys(note for _, note in here)),
                number > previous + 1,
            )
        )
    return Excerpt(file, tuple(made), len(near) - len(shown))


def _parts(line: str, spans: list[Span]) -> tuple[tuple[str, bool], ...]:
    is_hot = [False] * len(line)
    for span in spans:
        ends_here = span.end_line == span.line and span.end_column > span.column
        end = min(span.end_column, len(line)) if ends_here else len(line.rstrip())
        for i in range(min(span.column, end), end):
            is_hot[i] = True
    parts: list[tuple[str, bool]] = []
    for character, hot in zip(line[:_MAX_LINE], is_hot, strict=False):
        if parts and parts[-1][1] == hot:
            parts[-1] = (parts[-1][0] + character, hot)
        else:
            parts.append((character, hot))
    if len(line) > _MAX_LINE:
        parts.append(("…", False))
    return tuple((visible(text, keep="\t").expandtabs(4), hot) for text, hot in parts)


def caret_lines(
    span: Span, source: SourceText, width: int, render: Callable[[str], str] = visible
) -> tuple[str, str] | None:
    """Return the line at a span, and below it a line of carets; None where it cannot be read.

    Args:
        span: what the carets stand under.
        source: the application's files.
        width: columns of a terminal that may be used.
        render: makes text safe to show; carets stand under what it returns.
    """
    line = source.line(span.file, span.line)
    if line is None:
        return None
    # Tabs become spaces one for one here, so that columns keep their meaning.
    raw = line.rstrip().replace("\t", " ")
    code = render(raw)
    ends_here = span.end_line == span.line and span.end_column > span.column
    start = len(render(raw[: span.column]))
    end = len(render(raw[: span.end_column])) if ends_here else start + 1
    indent = len(code) - len(code.lstrip())
    first = min(indent, start)
    if display_width(code[first:end]) > width:  # a long line: show it around the place
        while first < start and display_width(code[first:end]) > width - 3:
            first += 1
    before = display_width(code[first:start])
    carets = min(max(1, display_width(code[start:end])), width - before)
    return shorten_width(code[first:], width, "..."), " " * before + "^" * carets
