"""What a loop adds to a text for each element of the answer: how often is not a decision."""

from __future__ import annotations

import functools
import re
from typing import Final

__all__ = ["said_once"]

_ANSWER: Final = "<answer>"
_REPEATED: Final = re.compile(r"((?:[^<]{0,80}<answer>){1,6}?[^<]{0,80}?)\1+")
_BESIDE: Final = re.compile(r"((?:[^<]{0,80}<answer>){1,6}?[^<]{0,80}?)(?:[\s,;|/]{1,4}\1)+")
# Things that are not known have long names: a letter of its own stands for each meanwhile.
_UNKNOWN: Final = re.compile(r"<unknown [^<>]*>|⟨[^⟩]*⟩")
_PRIVATE: Final = 0xF0000
_MOST: Final = 0xFFFD
_STANDING: Final = re.compile("[\U000f0000-\U000ffffd]")
_NESTED: Final = 4  # a loop in a loop repeats what the inner one repeats


@functools.lru_cache(4096)
def said_once(text: str) -> str:
    """Return a text in which what is said again and again about the answer is said once.

    Loops are looked for from the inside: a block is the same as the next one as soon as what it
    repeats itself is written once.
    """
    if text.count(_ANSWER) < 2:
        return text
    known: dict[str, str] = {}  # what is not known, by the letter that stands for it
    letters: dict[str, str] = {}

    def letter(match: re.Match[str]) -> str:
        made = letters.setdefault(match[0], chr(_PRIVATE + len(letters) % _MOST))
        known[made] = match[0]
        return made

    text = _UNKNOWN.sub(letter, text)
    for _ in range(_NESTED):
        made = _settled(text)
        made = _BESIDE.sub(r"\1", made)
        if made == text:
            break
        text = made
    return _STANDING.sub(lambda match: known.get(match[0], match[0]), text) if known else text


def _settled(text: str) -> str:
    for _ in range(_NESTED):
        made = _REPEATED.sub(r"\1", text)
        if made == text:
            break
        text = made
    return text
