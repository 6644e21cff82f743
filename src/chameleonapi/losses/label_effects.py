"""Which labels make a difference to a program, where, and which make the same one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, final

from chameleonapi.decision.asked import SURE, Shown
from chameleonapi.losses.questions import Asker

__all__ = ["SUREST", "LabelEffects", "contexts_of"]

SUREST: Final = 0.995
"""The score of what is put before everything else."""

_UNREAD: Final = "Zzyzx"  # a label that no application reads
_PATH: Final = "/"  # labels of a hierarchy begin with it
_CONTEXTS: Final = 12
_MOST_QUESTIONS: Final = 20_000  # about which labels matter
_SHRUNK: Final = 2  # examples of each outcome
_MOST_BORDERS: Final = 24


def contexts_of(
    asker: Asker,
    rows: Sequence[tuple[str, ...]],
    perfect: Sequence[Shown],
    labels: Sequence[str],
    draw: random.Random,
) -> list[Shown]:
    """Return answers into which labels are put.

    These are none, what is in some examples, some labels at random, and answers at a border: as
    few labels as lead somewhere, and all of them but one.

    Args:
        asker: asks.
        rows: what is in the examples.
        perfect: perfect answers about them.
        labels: all.
        draw: draws.
    """
    most = max(3, min(_CONTEXTS, _MOST_QUESTIONS // (2 * max(1, len(labels)))))
    seen = draw.sample(list(rows), min(len(rows), most))
    some = [tuple(draw.sample(list(labels), min(len(labels), size))) for size in (1, 2, 2, 3, 3, 4)]
    mixed = [one for pair in zip(seen, [*some, *seen], strict=False) for one in pair]
    found = list(dict.fromkeys([(), *mixed]))[:most]
    plain = [tuple((label, SURE) for label in one) for one in found]
    return list(dict.fromkeys([*plain, *_borders(asker, perfect)]))[: most + _MOST_BORDERS]


def _borders(asker: Asker, perfect: Sequence[Shown]) -> list[Shown]:
    """Return answers with as few labels as lead to an outcome, and what they are without one."""
    (on_nothing,) = asker.ask([()])
    leading: dict[str, list[Shown]] = {}
    ordered = sorted(dict.fromkeys(perfect), key=lambda one: (len(one), one))
    for shown, outcome in zip(ordered, asker.ask(ordered), strict=True):
        mine = leading.setdefault(outcome, [])
        if outcome != on_nothing and len(mine) < _SHRUNK:
            mine.append(shown)
    smallest = _shrunk(asker, [one for some in leading.values() for one in some])
    without = [(*one[:at], *one[at + 1 :]) for one in smallest for at in range(len(one))]
    return list(dict.fromkeys([*without, *smallest]))


def _shrunk(asker: Asker, shown: Sequence[Shown]) -> list[Shown]:
    """Return each answer without what can go, one label after the other, and changes nothing."""
    wanted = asker.ask(shown)
    left, at = list(shown), [0] * len(shown)
    while active := [one for one, some in enumerate(left) if at[one] < len(some)]:
        tried = [(*left[one][: at[one]], *left[one][at[one] + 1 :]) for one in active]
        for one, fewer, told in zip(active, tried, asker.ask(tried), strict=True):
            if told == wanted[one]:
                left[one] = fewer
            else:
                at[one] += 1
    return left


@final
class LabelEffects:
    """In which contexts a label changes what is done."""

    def __init__(self, asker: Asker, contexts: Sequence[Shown], labels: Sequence[str]) -> None:
        self._asker = asker
        self._contexts = frozenset(contexts)
        self._where: dict[str, list[Shown]] = {}
        self._does: dict[str, dict[Shown, str]] = {}
        # Of the form of the others: what takes paths apart would fail on anything else.
        name = _PATH * all(one.startswith(_PATH) for one in labels) + _UNREAD
        unread = ((name, SUREST),)
        last = ((name, SURE - 0.005),)
        plain = asker.ask(contexts)
        first = asker.ask([(*unread, *one) for one in contexts])
        behind = asker.ask([(*one, *last) for one in contexts])
        self.reads_length = any(
            len(set(some)) > 1 for some in zip(plain, first, behind, strict=True)
        )
        asked: list[tuple[str, Shown, Shown]] = []
        for label in labels:
            for context in contexts:
                others = tuple(one for one in context if one[0] != label)
                asked.append((label, ((label, SUREST), *others), (*unread, *others)))
        told = asker.ask([one for _, with_it, without in asked for one in (with_it, without)])
        for number, (label, with_it, without) in enumerate(asked):
            if without[1:] in self._contexts:
                self._does.setdefault(label, {})[without[1:]] = told[2 * number]
            if told[2 * number] != told[2 * number + 1]:
                self._where.setdefault(label, []).append(with_it[1:])

    @property
    def on_nothing(self) -> str:
        """What is done on an empty answer."""
        return self._asker.ask([()])[0]

    def alone(self, label: str) -> str:
        """Return what is done on an answer that is sure of this label, and holds no other."""
        return self._asker.ask([((label, SURE),)])[0]

    def classes(self, labels: Iterable[str]) -> list[tuple[str, ...]]:
        """Return the labels, together those of which it makes no difference which it is."""
        made: list[list[str]] = []
        for label in labels:
            for one in made:
                if self._are_alike(self._does.get(one[0], {}), self._does.get(label, {})):
                    one.append(label)
                    break
            else:
                made.append([label])
        return [tuple(one) for one in made]

    @staticmethod
    def _are_alike(one: Mapping[Shown, str], other: Mapping[Shown, str]) -> bool:
        return all(other.get(context, told) == told for context, told in one.items())

    def where(self, label: str) -> list[Shown]:
        """Return the contexts in which it makes a difference which label this is."""
        return self._where.get(label, [])
