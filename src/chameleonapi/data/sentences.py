"""Where sentences begin and end, in characters."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Sentence", "split_sentences"]

# A mark that ends a sentence, what closes with it, and white space; or an empty line.
_END: Final = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"')\]\u201d\u2019]*(?=\s|$)|\n\s*\n")
# What ends with a full stop and mostly ends no sentence.
_SHORT: Final = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "no", "inc"}
    | {"ltd", "co", "corp", "dept", "fig", "al", "approx", "a.m", "p.m", "u.s"}
)
_LAST_WORD: Final = re.compile(r"([\w.]+)\.$")


class Sentence(NamedTuple):
    """A sentence and the place of its first character in the text."""

    text: str
    begin: int


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text, in order, without the white space around them.

    A sentence ends with a full stop, a question or exclamation mark before white space, or with
    an empty line. No sentence ends behind a common abbreviation, behind a single capital, or
    where the next word begins with a small letter. A text of white space has none.

    Example:
        >>> [one.text for one in split_sentences("Dr. Ann slept. Was it late? Yes!")]
        ['Dr. Ann slept.', 'Was it late?', 'Yes!']
    """
    found: list[Sentence] = []
    start = 0
    for mark in _END.finditer(text):
        if mark.group().strip() and not _is_end(text, start, mark.end()):
            continue
        _add(found, text, start, mark.end())
        start = mark.end()
    _add(found, text, start, len(text))
    return found


def _is_end(text: str, start: int, end: int) -> bool:
    following = text[end:].lstrip()[:1]
    if following.islower():
        return False
    word = _LAST_WORD.search(text[max(start, end - 40) : end])
    if word is None:
        return True
    name = word.group(1)
    return name.lower() not in _SHORT and not (len(name) == 1 and name.isupper() and name != "I")


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        found.append(Sentence(stripped, start + len(piece) - len(piece.lstrip())))
