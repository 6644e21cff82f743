"""Words of a text, and what their letters look like: an encoder that knows no capitals needs it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["SHAPES", "Word", "split_words"]

_WORD: Final = re.compile(r"[^\W_]+|[^\w\s]|_")
_ENDS: Final = frozenset(".!?")

SHAPES: Final = 11
"""How many facts are known of the letters of a word."""


class Word(NamedTuple):
    """A run of letters and digits, or one other mark.

    Attributes:
        begin, end: its place in the text, in characters.
        shape: facts about it, bit by bit.
    """

    begin: int
    end: int
    shape: int


def split_words(text: str) -> list[Word]:
    """Return the words of a text, in order.

    Example:
        >>> [(one.begin, one.end) for one in split_words("U.S. won")]
        [(0, 1), (1, 2), (2, 3), (3, 4), (5, 8)]
    """
    found: list[Word] = []
    before = ""
    last = 0
    for match in _WORD.finditer(text):
        begin, end = match.span()
        gap = text[last:begin]
        found.append(Word(begin, end, _shape(match.group(), before, gap, is_first=not before)))
        before, last = match.group(), end
    return found


def _shape(word: str, before: str, gap: str, *, is_first: bool) -> int:
    letters = word.isalpha()
    facts = (
        word[:1].isupper(),
        letters and len(word) > 1 and word.isupper(),
        letters and word[:1].isupper() and word[1:].islower(),
        letters and word.islower(),
        any(one.isupper() for one in word[1:]) and not word.isupper(),
        word.isdigit(),
        any(one.isdigit() for one in word) and not word.isdigit(),
        not word[:1].isalnum(),
        is_first or "\n" in gap,
        before in _ENDS and bool(gap),
        bool(gap),
    )
    return sum(1 << place for place, holds in enumerate(facts) if holds)
