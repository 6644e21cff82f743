"""Items of a list that show nothing of the answer, beside others that do.

``[{'kind': 'face', 'x': <answer>}, {'kind': 'summary'}]`` shows one row for each element, and one
more that says something by itself: that it is there is no echo.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Final

__all__ = ["lone_items"]

_ANSWER: Final = "<answer>"
_TEXT: Final = re.compile(r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
_OPENING: Final = "[({"
_CLOSING: Final = "])}"
_WORD: Final = re.compile(r"[^\W\d]{2}")


@functools.lru_cache(4096)
def lone_items(text: str) -> frozenset[str]:
    """Return the items of lists in the text of an effect that are constant, beside data.

    Of a list within another value, only records count: a row such as ``['face', <answer>]`` says
    what its data is.
    """
    if "[" not in text or _ANSWER not in text:
        return frozenset()
    found: set[str] = set()
    for is_within, items in _lists(text):
        if any(_ANSWER in one for one in items):
            found.update(
                one
                for one in items
                if _ANSWER not in one
                and _WORD.search(one)
                and not one.startswith("<")
                and (one[0] in _OPENING or not is_within)
            )
    return frozenset(found)


def _lists(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Yield of each list its items, and whether it stands in another list or a record."""
    open_ones: list[tuple[int, list[int]]] = []  # where it begins, where its items end
    quoted = {i for one in _TEXT.finditer(text) for i in range(one.start(), one.end())}
    for place, letter in enumerate(text):
        if place in quoted:
            continue
        if letter in _OPENING:
            open_ones.append((place, [place]))
        elif letter == "," and open_ones:
            open_ones[-1][1].append(place)
        elif letter in _CLOSING and open_ones:
            start, ends = open_ones.pop()
            if text[start] == "[" and letter == "]":
                ends = [*ends, place]
                pairs = itertools.pairwise(ends)
                is_within = any(text[outer] in "[{" for outer, _ in open_ones)
                yield is_within, [text[one + 1 : other].strip() for one, other in pairs]
