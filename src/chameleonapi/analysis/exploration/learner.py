"""Learn the smallest automaton of a function on words from its values (Angluin's L*).

States are told apart by what the function says after a few suffixes; a word on
which the automaton is wrong gives a new suffix (Rivest and Schapire, 1993).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Final, final

__all__ = ["Machine", "learn"]

Letters = tuple[int, ...]
_ROUNDS: Final = 60


@dataclass(frozen=True)
class Machine:
    """A Moore machine over letters 0, 1, ...; state 0 is the start."""

    transitions: tuple[tuple[int, ...], ...]
    outputs: tuple[Hashable, ...]

    def state(self, word: Letters) -> int:
        """Return the state after a word."""
        state = 0
        for letter in word:
            state = self.transitions[state][letter]
        return state

    def output(self, word: Letters) -> Hashable:
        """Return the output after a word."""
        return self.outputs[self.state(word)]


@final
class _Learner:
    def __init__(self, out: Callable[[Letters], Hashable], letters: int, most: int) -> None:
        self._out = out
        self._letters = letters
        self._most = most
        self._suffixes: list[Letters] = [()]
        self.access: list[Letters] = []

    def close(self) -> Machine | None:
        """Return the automaton of the present suffixes; None if it is too large."""
        found: dict[tuple[Hashable, ...], int] = {}
        self.access = []

        def state_of(word: Letters) -> int:
            row = tuple(self._out(word + suffix) for suffix in self._suffixes)
            if row not in found:
                found[row] = len(self.access)
                self.access.append(word)
            return found[row]

        state_of(())
        transitions: list[tuple[int, ...]] = []
        while len(transitions) < len(self.access):
            if len(self.access) > self._most:
                return None
            here = self.access[len(transitions)]
            transitions.append(tuple(state_of((*here, one)) for one in range(self._letters)))
        return Machine(tuple(transitions), tuple(self._out(one) for one in self.access))

    def refine(self, machine: Machine, word: Letters) -> bool:
        """Find a suffix that shows why ``word`` is read wrongly."""

        def right_after(i: int) -> Hashable:
            return self._out(self.access[machine.state(word[:i])] + word[i:])

        low, high = 0, len(word)
        start, end = right_after(low), right_after(high)
        if start == end:
            return False
        while high - low > 1:
            middle = (low + high) // 2
            if right_after(middle) == start:
                low = middle
            else:
                high = middle
        suffix = word[high:]
        if suffix in self._suffixes:
            return False
        self._suffixes.append(suffix)
        return True


def learn(
    out: Callable[[Letters], Hashable], letters: int, words: Iterable[Letters], most: int
) -> Machine | None:
    """Return the smallest automaton that agrees with ``out`` on ``words``.

    Args:
        out: the function; it is asked for further words as well.
        letters: how many letters there are.
        words: on which the result is right.
        most: give up beyond this many states.
    """
    learner = _Learner(out, letters, most)
    known = list(words)
    for _ in range(_ROUNDS):
        machine = learner.close()
        if machine is None:
            return None
        wrong = next((word for word in known if machine.output(word) != out(word)), None)
        if wrong is None:
            return machine
        if not learner.refine(machine, wrong):
            return None
    return None
