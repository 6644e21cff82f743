"""Lines that show what the lists inside an element hold: loops that print parents or instances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.analysis.trace import HOLE, EffectLevel
from chameleonapi.decision import Span

__all__ = ["inner_echoes", "inner_lists"]

Place = tuple[int, str, Span]
_ANSWER: Final = "<answer>"
_PRINTED: Final = "print"
_DEEPEST: Final = 6
_HOLES: Final = re.compile(r"<answer>(?:\W*<answer>)*")  # what several items make of one line
_NUMBER: Final = re.compile(r"\d+")


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

    One of them has to show data of the answer each time, always in the same words; a heading
    that is printed along with it belongs to it. What is said in two ways is chosen.

    Args:
        rows: for answers of one element each, its filled lists and what happened.
    """
    known = list(rows)
    names = frozenset[str]().union(*(filled for filled, _ in known))
    shows: dict[Place, set[int]] = {}
    silent: dict[Place, set[int]] = {}
    forms: dict[Place, set[str]] = {}
    for number, (_, effects) in enumerate(known):
        for one in effects:
            if one[1] == _PRINTED or one[0] == EffectLevel.ASIDE:
                where = shows if _ANSWER in one[3] else silent
                where.setdefault(one[:3], set()).add(number)
                forms.setdefault(one[:3], set()).add(_form(one[3]))
    found: set[Place] = set()
    for name in names:
        when = {number for number, (filled, _) in enumerate(known) if name in filled}
        if len(when) == len(known):
            continue
        shown = {
            place
            for place, here in shows.items()
            if here == when and place not in silent and len(forms[place]) == 1
        }
        if shown:
            found |= shown | {
                place
                for place, here in silent.items()
                if here == when and place not in shows and len(forms[place]) == 1
            }
    return frozenset(found)


def _form(text: str) -> str:
    """Return what is said around data of the answer, however much of it there is."""
    return _NUMBER.sub("#", _HOLES.sub(_ANSWER, HOLE.sub(_ANSWER, text)))
