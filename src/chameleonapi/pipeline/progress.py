"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

__all__ = ["Advance", "Progress", "SilentProgress"]

Advance = Callable[[int, int], None]


class Progress(Protocol):
    """Shows named steps; the command line has one for terminals."""

    def step(self, title: str) -> AbstractContextManager[Advance]:
        """Show a step while the block runs; call the result with (done, total)."""
        ...

    def note(self, text: str) -> None:
        """Show one remark."""
        ...


def _ignore(done: int, total: int) -> None:
    del done, total


class SilentProgress:
    """Shows nothing."""

    @contextmanager
    def step(self, title: str) -> Iterator[Advance]:
        """Run the block."""
        del title
        yield _ignore

    def note(self, text: str) -> None:
        """Drop the remark."""
