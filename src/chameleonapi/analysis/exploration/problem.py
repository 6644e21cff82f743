"""One function from lists of letters to outcomes, and what it means to have a shape for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from chameleonapi.analysis.exploration.atom_book import AtomBook
from chameleonapi.decision import Automaton, Order, Predicate

__all__ = ["Fit", "Letters", "Problem", "Rule"]

Letters = tuple[int, ...]
Rule = tuple[Predicate, Hashable]
_PROBES: Final = 6_000


@dataclass(frozen=True)
class Fit:
    """A shape that agrees with everything seen.

    Attributes:
        shape: its name.
        predict: the outcome of a list of letters.
        build: the rules, first match wins; the automata that they name.
        default: the outcome when no rule holds.
        order: what breaks ties, where something has to.
        automata: filled when the rules are built.
        size: how many rules, for choosing the simplest form.
    """

    shape: str
    predict: Callable[[Letters], Hashable]
    build: Callable[[AtomBook], list[Rule]]
    default: Hashable
    order: Order | None = None
    automata: list[Automaton] = field(default_factory=list)
    size: int = 0


@final
class Problem:
    """A function to be fitted.

    Args:
        out: its value; may raise ``OutOfBudgetError``.
        letters: how many letters there are; letter 0 is the one that nobody names.
        words: on which a fit is checked.
        bound: counts and indices up to this may matter.
        by: the field by which the application orders elements, if it does.
        alike: for each letter the one that stands for it wherever it comes; itself if None.
    """

    def __init__(
        self,
        out: Callable[[Letters], Hashable],
        letters: int,
        words: Iterable[Letters],
        bound: int,
        by: str | None = None,
        alike: Sequence[int] | None = None,
    ) -> None:
        self.out = out
        self.count = letters
        self.words = list(dict.fromkeys(words))
        self.bound = bound
        self.by = by
        self.single = [out((i,)) for i in range(letters)]
        self.empty = out(())
        self._classes: list[Letters] | None = None
        self._members: dict[int, list[int]] = {}
        for i, one in enumerate(alike or range(letters)):
            self._members.setdefault(one, []).append(i)

    @property
    def longest(self) -> int:
        """The length of the longest word to check."""
        return max(map(len, self.words), default=0)

    @property
    def outcomes(self) -> list[Hashable]:
        """All outcomes of the words to check, each once."""
        return list(dict.fromkeys(self.out(word) for word in self.words))

    def agrees(self, predict: Callable[[Letters], Hashable]) -> bool:
        """Return whether a prediction is right for every word to check."""
        return all(predict(word) == self.out(word) for word in self.words)

    @property
    def classes(self) -> list[Letters]:
        """Letters that behave alike alone and beside others; the neutral ones first."""
        if self._classes is None:
            self._classes = self._classify()
        return self._classes

    def _classify(self) -> list[Letters]:
        partners = self._partners()
        found: dict[tuple[Hashable, ...], list[int]] = {}
        for i in self._members:
            key: list[Hashable] = [self.single[i], self.out((i, i))]
            for j in partners:
                key += [self.out((i, j)), self.out((j, i))]
            if self.bound > 2 and len(self._members) <= 40:
                key += [self.out((i,) * n) for n in range(3, self.bound + 1)]
            found.setdefault(tuple(key), []).extend(self._members[i])
        return [tuple(group) for group in found.values()]

    def _partners(self) -> list[int]:
        if len(self._members) * len(self._members) * 2 <= _PROBES // 4:
            return list(self._members)
        seen: dict[Hashable, int] = {}
        for i, outcome in enumerate(self.single):
            seen.setdefault(outcome, i)
        partners = list(seen.values())
        for word in self.words:
            if len(word) == 2:
                i, j = word
                if self.out(word) not in {self.single[i], self.single[j], self.empty}:
                    partners += [i, j]
        most = max(4, _PROBES // (2 * len(self._members)))
        return list(dict.fromkeys([0, *partners]))[:most]
