"""Two statements that do the same, such as two branches that print one text: one effect.

Whoever sees what an application does cannot tell which of its lines did it. Where both of them
run one after the other, however, it matters which of them says what.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.analysis.trace import EffectLevel

__all__ = ["same_elsewhere"]

_ANSWER: Final = "<answer>"
_KINDS: Final = ("print", "call")


def same_elsewhere(
    rows: Iterable[Iterable[EffectKey]], short: Iterable[frozenset[EffectKey]] = ()
) -> dict[EffectKey, EffectKey]:
    """Return the effects that another one does as well, by what stands for both: the first place.

    Data of the answer is another one at each place: only what is constant can be the same.

    Args:
        rows: what was done in each run.
        short: what was done on answers of at most one element: what happens there at two places
            is no choice between two branches, as it may be in the rounds of a loop. Then all
            places stay apart.
    """
    together = list(short)
    places: dict[tuple[int, str, str, str], set[EffectKey]] = {}
    for one in frozenset[EffectKey]().union(*rows):
        if one[0] == EffectLevel.EXTERNAL and one[1] in _KINDS and _ANSWER not in one[3]:
            places.setdefault((*one[:2], *one[3:]), set()).add(one)
    made: dict[EffectKey, EffectKey] = {}
    for group in places.values():
        if any(len(group & one) > 1 for one in together):
            return {}  # several questions are answered in the same words, one after the other
        first = min(group, key=lambda one: one[2])
        made.update((one, first) for one in group if one != first)
    return made
