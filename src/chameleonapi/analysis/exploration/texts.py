"""Sample texts for fields that hold free text, made from the literals of the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["PLAIN_TEXTS", "sample_texts"]

PLAIN_TEXTS: Final = (
    "",
    " ",
    "a",
    "A",
    "hello",
    "Hello world",
    "THE QUICK BROWN FOX",
    "42",
    "3.14",
    "2024-01-31",
    "12:30",
    "ABC-123",
    "name@example.org",
    "https://example.org",
    "first line\nsecond line",
    "en",
    "de",
)
_MOST: Final = 400


def sample_texts(literals: Sequence[str]) -> list[str]:
    """Return texts that hold, begin with, end with and differ in case from each literal."""
    made: dict[str, None] = dict.fromkeys(PLAIN_TEXTS)
    for one in literals[:_MOST]:
        word = one.strip()
        if not word:
            continue
        for text in (
            word,
            word.lower(),
            word.upper(),
            word.title(),
            f"{word} more",
            f"the {word}",
            f"the {word} more",
            f"x{word}x",
            f"{word} {word}",
        ):
            made.setdefault(text)
    return list(made)
