"""Places in source text."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of an application's source.

    ``file`` is relative to the analysed folder, lines are one-based, columns
    zero-based and in characters, and ``end_column`` is exclusive, as in :mod:`ast`.
    A zero ``end_line`` means that only the start is known.
    """

    file: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
