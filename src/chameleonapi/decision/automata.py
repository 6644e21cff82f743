"""A deterministic automaton over label classes: the fallback that expresses any bounded reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Automaton"]


@dataclass(frozen=True, slots=True)
class Automaton:
    """Reads a collection from its first element to its last and gives an output.

    Attributes:
        id: unique in its process.
        collection: what it reads.
        atoms: their truth on an element, in this order, is the element's class.
        classes: the classes that have a letter; a class that is not listed reads as letter 0.
        transitions: ``transitions[state][letter]`` is the next state; state 0 is the start.
        outputs: the output of each state.
        bound: the longest collection on which it was fitted to the source, None if proved for all.
    """

    id: str
    collection: str
    atoms: tuple[str, ...]
    classes: tuple[tuple[bool, ...], ...]
    transitions: tuple[tuple[int, ...], ...]
    outputs: tuple[str, ...]
    bound: int | None = None

    def letter(self, atom_values: tuple[bool, ...]) -> int:
        """Return the letter of an element whose atoms have these values."""
        try:
            return self.classes.index(atom_values)
        except ValueError:
            return 0

    def run(self, letters: Iterable[int], state: int = 0) -> int:
        """Return the state after these letters."""
        for letter in letters:
            state = self.transitions[state][letter]
        return state
