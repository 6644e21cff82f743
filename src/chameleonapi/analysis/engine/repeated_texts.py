"""What a loop adds to a text for each element of the answer: how often is not a decision."""

from __future__ import annotations

import functools
import re
from typing import Final

__all__ = ["said_once"]

_ANSWER: Final = "<answer>"
_REPEATED: Final = re.compile(r"((?:[^<]{0,80}<answer>){1,6}?[^<]{0,80}?)\1+")
_BESIDE: Final = re.compile(r"((?:[^<]{0,80}<answer>){1,6}?[^<]{0,80}?)(?:[\s,;|/]{1,4}\1)+")
_NESTED: Final = 4  # a loop in a loop repeats what the inner one repeats


@functools.lru_cache(4096)
def said_once(text: str) -> str:
    """Return a text in which what is said again and again about the answer is said once.

    Loops are looked for from the inside: a block is the same as the next one as soon as what it
    repeats itself is written once.
    """
    if text.count(_ANSWER) < 2:
        return text
    for _ in range(_NESTED):
        made = _settled(text)
        made = _BESIDE.sub(r"\1", made)
        if made == text:
            break
        text = made
    return text


def _settled(text: str) -> str:
    for _ in range(_NESTED):
        made = _REPEATED.sub(r"\1", text)
        if made == text:
            break
        text = made
    return text
