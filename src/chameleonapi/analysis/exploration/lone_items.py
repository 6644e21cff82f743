"""Items of a list that show nothing of the answer, beside others that do.

``[{'kind': 'face', 'x': <answer>}, {'kind': 'summary'}]`` shows one row for each element, and one
more that says something by itself: that it is there is no echo. Nor is an entry of a dictionary
that is there either way, such as ``'found': 'Yes'`` beside ``'names': <answer>``.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Final

__all__ = ["lone_items", "says_more"]

_ANSWER: Final = "<answer>"
_TEXT: Final = re.compile(r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
_OPENING: Final = "[({"
_CLOSING: Final = "])}"
_WORD: Final = re.compile(r"[^\W\d]{2}")
_PAIRS: Final = frozenset({"[]", "{}"})
_ENTRY: Final = re.compile(rf"(?:{_TEXT.pattern}): (?:{_TEXT.pattern}|True|False)")


@functools.lru_cache(4096)
def lone_items(text: str) -> frozenset[str]:
    """Return the items of lists in the text of an effect that are constant, beside data.

    Of a list within another value, only records count: a row such as ``['face', <answer>]`` says
    what its data is.
    """
    if "[" not in text or _ANSWER not in text:
        return frozenset()
    found: set[str] = set()
    for opening, is_within, items in _groups(text):
        if opening == "[" and any(_ANSWER in one for one in items):
            found.update(
                one
                for one in items
                if _ANSWER not in one
                and _WORD.search(one)
                and not one.startswith("<")
                and (one[0] in _OPENING or not is_within)
            )
    return frozenset(found)


@functools.lru_cache(4096)
def says_more(full: str, bare: str) -> bool:
    """Return whether one text says more than another one beside the data it shows.

    Args:
        full: the text of an effect that shows data.
        bare: that of an effect that shows none.
    """
    if any(one not in bare for one in lone_items(full)):
        return True
    if "{" not in full or _ANSWER not in full:
        return False
    for opening, _, items in _groups(full):
        if opening == "{":
            constant = [one for one in items if _ANSWER not in one]
            more = [one for one in constant if one not in bare and _ENTRY.fullmatch(one)]
            if more and any(one in bare for one in constant):
                return True
    return False


def _groups(text: str) -> Iterator[tuple[str, bool, list[str]]]:
    """Yield how each list or record opens, whether it stands in another one, and its items."""
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
            if text[start] + letter in _PAIRS:
                ends = [*ends, place]
                pairs = itertools.pairwise(ends)
                is_within = any(text[outer] in "[{" for outer, _ in open_ones)
                yield (
                    text[start],
                    is_within,
                    [text[one + 1 : other].strip() for one, other in pairs],
                )
