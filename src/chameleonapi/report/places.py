"""Where the files of an analysed application are, for readers that know another folder."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import final

from chameleonapi.decision import Span
from chameleonapi.report.source_text import SourceText

__all__ = ["Places"]


@final
class Places:
    """Names of files as they are seen from the folder in which the command runs.

    Args:
        root: the analysed folder, to which the files of spans are relative.
        base: the folder of the reader; the current one if None.
    """

    def __init__(self, root: Path, base: Path | None = None) -> None:
        self._root = root.resolve()
        self._base = (base or Path.cwd()).resolve()
        self._source = SourceText(self._root)

    def path(self, file: str) -> str:
        """Return a path relative to the reader's folder, else an absolute one."""
        whole = self._root / PurePath(file)
        if whole.is_relative_to(self._base):
            return whole.relative_to(self._base).as_posix()
        return whole.as_posix()

    def physical(self, span: Span) -> Span:
        """Return a place by the lines of its file: a notebook's are those of its JSON."""
        cell = self._source.cell(span)
        if cell is None:
            return span
        if not cell.raw_line:
            return Span(span.file, 1)
        step = cell.raw_line - cell.line
        is_inside = span.end_line > span.line
        return Span(span.file, span.line + step, 0, (span.end_line + step) * is_inside, 0)
