"""Spellings of one label: separators, capitals inside a word, and the plural."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["joined_words", "singulars", "words"]

_BREAKS: Final = re.compile(r"[\s_\-/.]+")
_CAMEL: Final = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_IRREGULAR: Final = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "persons": "person",
    "mice": "mouse",
    "geese": "goose",
    "feet": "foot",
    "teeth": "tooth",
    "oxen": "ox",
    "dice": "die",
    "cacti": "cactus",
    "fungi": "fungus",
}
# What looks like a plural of these is another thing: glasses are no glass.
_NO_PLURAL: Final = frozenset(
    {"glasses", "goods", "arms", "customs", "spectacles", "jeans", "news", "series", "species"}
)


def words(label: str) -> tuple[str, ...]:
    """Return the words of a label, folded: ``T-Shirt`` and ``t_shirt`` have the same.

    Example:
        >>> words("TrafficLight"), words("traffic_light")
        (('traffic', 'light'), ('traffic', 'light'))
    """
    parts = _BREAKS.split(label.strip())
    return tuple(one.casefold() for part in parts for one in _CAMEL.split(part) if one)


def joined_words(label: str) -> str:
    """Return the words without anything between them, which is how separators are ignored."""
    return "".join(words(label))


def singulars(label: str) -> frozenset[str]:
    """Return the joined words with the last word in every form that may be its singular.

    Two labels that share one of them are taken for singular and plural of one word.
    """
    parts = words(label)
    if not parts:
        return frozenset()
    start = "".join(parts[:-1])
    return frozenset(start + one for one in _singulars(parts[-1]))


def _singulars(word: str) -> set[str]:
    if word in _NO_PLURAL:
        return {word}
    found = {word}
    if word in _IRREGULAR:
        found.add(_IRREGULAR[word])
    for compound in ("men", "women", "children", "people", "mice"):
        if word.endswith(compound) and word != compound:
            found.add(word.removesuffix(compound) + _IRREGULAR[compound])
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return found
    found.add(word[:-1])
    if word.endswith("ies"):
        found.add(word[:-3] + "y")
    elif word.endswith("ves"):
        found |= {word[:-3] + "f", word[:-3] + "fe"}
    elif word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        found.add(word[:-2])
    return found
