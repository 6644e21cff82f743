"""Streaming forms of the predicates: each reads a collection element by element.

A monitor has a small hashable state, so that all orders of a set of elements can
be explored by dynamic programming over (elements left, states) instead of over
permutations. What it reads at the end is the truth of a predicate or the value
of a numeric term.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, final

from chameleonapi.decision.automata import Automaton
from chameleonapi.decision.numbers import Aggregate, ElementValue
from chameleonapi.decision.predicates import (
    AutomatonGives,
    CountAtLeast,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    LengthAtLeast,
    Predicate,
)

__all__ = ["Leaf", "Letter", "Monitor", "make_monitor"]

Leaf = Predicate | Aggregate | ElementValue


@dataclass(frozen=True, slots=True)
class Letter:
    """What the monitors see of an element.

    Attributes:
        atoms: the ids of the atoms that it satisfies.
        numbers: the numeric terms that aggregates and sort keys read, by their position in
            the list of all terms; None where undefined.
    """

    atoms: frozenset[str]
    numbers: tuple[float | None, ...]


class Monitor(ABC):
    """One leaf, read as a stream.

    ``depends_on_order`` is whether two orders of the same elements can read differently, and
    ``counts_all`` whether elements that satisfy no atom make a difference.
    """

    depends_on_order: bool = False
    counts_all: bool = False
    start: Hashable = False

    @abstractmethod
    def step(self, state: Any, letter: Letter) -> Hashable:
        """Return the state after one more element."""

    def read(self, state: Any) -> Any:
        """Return the value of the leaf at the end."""
        return state


@final
class _Count(Monitor):
    start = 0

    def __init__(self, atom: str | None, count: int) -> None:
        self._atom = atom
        self._count = count
        self.counts_all = atom is None

    def step(self, state: int, letter: Letter) -> int:
        hit = self._atom is None or self._atom in letter.atoms
        return min(state + hit, self._count)

    def read(self, state: int) -> bool:
        return state >= self._count


@final
class _At(Monitor):
    depends_on_order = True
    counts_all = True

    def __init__(self, index: int, atom: str) -> None:
        self._index = index
        self._atom = atom
        self.start = (0, False) if index >= 0 else ()

    def step(self, state: Any, letter: Letter) -> Hashable:
        hit = self._atom in letter.atoms
        if self._index < 0:
            return (*state, hit)[self._index :]
        position, value = state
        if position > self._index:
            return state  # type: ignore[no-any-return]
        return (position + 1, hit if position == self._index else value)

    def read(self, state: Any) -> bool:
        if self._index < 0:
            return len(state) == -self._index and bool(state[0])
        return bool(state[1])


@final
class _Top(Monitor):
    depends_on_order = True

    def __init__(self, predicate: ExistsInTop, key: int | None) -> None:
        self._predicate = predicate
        self._key = key
        self.counts_all = predicate.among is None
        self.start = ()

    def step(self, state: Any, letter: Letter) -> Hashable:
        among = self._predicate.among
        if among is not None and among not in letter.atoms:
            return state  # type: ignore[no-any-return]
        value = 0.0
        if self._key is not None:
            number = letter.numbers[self._key]
            value = float("-inf") if number is None else number
        rows = [*state, (value, self._predicate.atom in letter.atoms)]
        rows.sort(key=lambda row: -row[0])  # stable: the earlier of equals stays first
        return tuple(rows[: self._predicate.count])

    def read(self, state: Any) -> bool:
        return any(hit for _, hit in state)


@final
class _First(Monitor):
    depends_on_order = True
    start = None

    def __init__(self, predicate: FirstAmong) -> None:
        self._predicate = predicate
        self._among = frozenset(predicate.among)

    def step(self, state: bool | None, letter: Letter) -> bool | None:
        if state is not None and not self._predicate.from_end:
            return state
        if self._among & letter.atoms:
            return self._predicate.atom in letter.atoms
        return state

    def read(self, state: bool | None) -> bool:
        return bool(state)


@final
class _Automaton(Monitor):
    depends_on_order = True
    counts_all = True
    start = 0

    def __init__(self, automaton: Automaton, output: str) -> None:
        self._automaton = automaton
        self._output = output

    def step(self, state: int, letter: Letter) -> int:
        values = tuple(atom in letter.atoms for atom in self._automaton.atoms)
        return self._automaton.run((self._automaton.letter(values),), state)

    def read(self, state: int) -> bool:
        return self._automaton.outputs[state] == self._output


@final
class _Aggregate(Monitor):
    counts_all = True
    start = ()

    def __init__(self, term: Aggregate, key: int | None) -> None:
        self._term = term
        self._key = key
        self.depends_on_order = term.how in {"first", "last"}

    def step(self, state: Any, letter: Letter) -> Hashable:
        if self._term.where is not None and self._term.where not in letter.atoms:
            return state  # type: ignore[no-any-return]
        if self._term.how == "count":
            return (*state, 1.0) if not state else (state[0] + 1.0,)
        assert self._key is not None
        value = letter.numbers[self._key]
        if value is None:
            return state  # type: ignore[no-any-return]
        match self._term.how:
            case "first":
                return state or (value,)
            case "last":
                return (value,)
            case "max":
                return (max(*state, value),) if state else (value,)
            case "min":
                return (min(*state, value),) if state else (value,)
            case _:
                # Sorted, so that the sum does not depend on the order of additions.
                return tuple(sorted((*state, value)))

    def read(self, state: Any) -> float | None:
        match self._term.how:
            case "count" | "sum":
                return float(sum(state))
            case "mean":
                return sum(state) / len(state) if state else None
            case _:
                return float(state[0]) if state else None


@final
class _ElementValue(Monitor):
    depends_on_order = True
    counts_all = True

    def __init__(self, term: ElementValue, key: int) -> None:
        self._index = term.index
        self._key = key
        self.start = (0, None) if term.index >= 0 else ()

    def step(self, state: Any, letter: Letter) -> Hashable:
        value = letter.numbers[self._key]
        if self._index < 0:
            return (*state, value)[self._index :]
        position, old = state
        if position > self._index:
            return state  # type: ignore[no-any-return]
        return (position + 1, value if position == self._index else old)

    def read(self, state: Any) -> float | None:
        if self._index < 0:
            return state[0] if len(state) == -self._index else None
        return state[1]  # type: ignore[no-any-return]


def make_monitor(leaf: Leaf, automata: Mapping[str, Automaton], key: int | None) -> Monitor:
    """Return the monitor of a leaf.

    Args:
        leaf: a predicate without operands, or a numeric term over a collection.
        automata: of the process, by id.
        key: position in ``Letter.numbers`` of the number that the leaf reads, if it reads one.
    """
    match leaf:
        case Exists(atom):
            return _Count(atom, 1)
        case CountAtLeast(atom, count):
            return _Count(atom, count)
        case LengthAtLeast(_, count):
            return _Count(None, count)
        case ElementAt(index, atom):
            return _At(index, atom)
        case ExistsInTop():
            return _Top(leaf, key)
        case FirstAmong():
            return _First(leaf)
        case AutomatonGives(name, output):
            return _Automaton(automata[name], output)
        case Aggregate():
            return _Aggregate(leaf, key)
        case ElementValue() if key is not None:
            return _ElementValue(leaf, key)
        case _:
            raise TypeError(f"{type(leaf).__name__} has operands and no monitor.")
