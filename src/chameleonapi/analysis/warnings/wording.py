"""Pieces of the sentences of warnings."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["counted", "listed"]

_SHOWN = 4


def listed(texts: Iterable[str], shown: int = _SHOWN) -> str:
    """Return the first texts, quoted, and how many more there are."""
    every = list(texts)
    head = ", ".join(map(repr, every[:shown]))
    more = len(every) - shown
    return f"{head} and {more} more" if more > 0 else head


def counted(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or the plural."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
