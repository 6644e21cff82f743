"""Places in a text, in the units that a client counts in.

Within this package an offset counts characters: code points, as Python's strings do.
A combining mark and each half of a joined emoji is a character of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

__all__ = ["ENCODINGS", "characters", "units"]

# Units that a piece of text takes, by the names of Google's ``EncodingType``.
ENCODINGS: Final[dict[str, Callable[[str], int]]] = {
    "UTF8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "UTF16": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "UTF32": len,
}


def units(text: str, offsets: Iterable[int], encoding: str) -> dict[int, int]:
    """Return the offset in units of ``encoding`` for each offset in characters."""
    measure = ENCODINGS[encoding]
    found: dict[int, int] = {}
    here = counted = 0
    for offset in sorted(set(offsets)):
        counted += measure(text[here:offset])
        here = max(here, offset)
        found[offset] = counted
    return found


def characters(text: str, offsets: Iterable[int], encoding: str) -> dict[int, int]:
    """Return the offset in characters for each offset in units of ``encoding``.

    An offset within a character is one of its beginning.
    """
    measure = ENCODINGS[encoding]
    if measure is len or text.isascii():
        return {offset: min(offset, len(text)) for offset in set(offsets)}
    wanted = iter(sorted(set(offsets)))
    offset = next(wanted, None)
    found: dict[int, int] = {}
    counted = 0
    for place, character in enumerate(text):
        counted += measure(character)
        while offset is not None and offset < counted:
            found[offset] = place
            offset = next(wanted, None)
        if offset is None:
            return found
    while offset is not None:
        found[offset] = len(text)
        offset = next(wanted, None)
    return found
