"""Lines that show what the lists inside an element hold: loops that print parents or instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.analysis.trace import EffectLevel
from chameleonapi.decision import Span

__all__ = ["inner_echoes", "inner_lists"]

Place = tuple[int, str, Span]
_ANSWER: Final = "<answer>"
_PRINTED: Final = "print"
_DEEPEST: Final = 6


def inner_lists(element: Any, *, depth: int = _DEEPEST) -> frozenset[str]:
    """Return the names of the lists inside an element that hold something."""
    if not isinstance(element, Mapping) or not depth:
        return frozenset()
    found: set[str] = set()
    for name, value in element.items():
        if isinstance(value, list | tuple):
            found |= {name} if value else set()
        else:
            found |= {f"{name}.{one}" for one in inner_lists(value, depth=depth - 1)}
    return frozenset(found)


def inner_echoes(
    rows: Iterable[tuple[frozenset[str], frozenset[EffectKey]]],
) -> frozenset[Place]:
    """Return the places that print or log something just when one list is filled.

    One of them has to show data of the answer each time; a heading that is printed along with
    it belongs to it.

    Args:
        rows: for answers of one element each, its filled lists and what happened.
    """
    known = list(rows)
    names = frozenset[str]().union(*(filled for filled, _ in known))
    shows: dict[Place, set[int]] = {}
    silent: dict[Place, set[int]] = {}
    for number, (_, effects) in enumerate(known):
        for one in effects:
            if one[1] == _PRINTED or one[0] == EffectLevel.ASIDE:
                where = shows if _ANSWER in one[3] else silent
                where.setdefault(one[:3], set()).add(number)
    found: set[Place] = set()
    for name in names:
        when = {number for number, (filled, _) in enumerate(known) if name in filled}
        if len(when) == len(known):
            continue
        shown = {place for place, here in shows.items() if here == when and place not in silent}
        if shown:
            found |= shown | {
                place for place, here in silent.items() if here == when and place not in shows
            }
    return frozenset(found)
