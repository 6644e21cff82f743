"""Is any of these words in the text? One question, where a loop asks for one after the other.

``any(word in label for word in WORDS)`` tells two sorts of labels apart, not one for each word.
The tests of the rounds are put together into one, if they are all about one value of the answer;
the rounds after the one that settles it are asked too, and leave nothing else behind.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from chameleonapi.analysis.engine.control import Abort, Raised, Stop
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.analysis.trace import Test

__all__ = ["find"]

_MOST = 2_000  # rounds
_LARGE = 60  # size of the expression of one round


def find(
    machine: Machine, items: Sequence[Any], ask: Callable[[Any], bool], *, wanted: bool
) -> int | None:
    """Return the position of the first item whose test comes out as wanted, None if none does.

    Args:
        machine: the run.
        items: of the loop, all of them constants.
        ask: makes the test of one round; does nothing else.
        wanted: what ends the loop.
    """
    joined = _Joined(machine, wanted=wanted)
    found = None
    for position, item in enumerate(items):
        if joined.add(ask, item):
            found = position
            break
    rest = items[found + 1 :] if found is not None else ()
    if joined.is_possible and len(items) <= _MOST:
        joined.add_quietly(ask, rest)
    joined.settle(is_found=found is not None)
    return found


class _Joined:
    """The tests of the rounds of one loop."""

    def __init__(self, machine: Machine, *, wanted: bool) -> None:
        self._machine = machine
        self._wanted = wanted
        self._start = len(machine.tests), len(machine.steps_taken)
        self._leaf: Leaf | None = None
        self._parts: list[Expression] = []
        self.is_possible = True

    def add(self, ask: Callable[[Any], bool], item: Any) -> bool:
        """Make the test of a round; return whether it came out as wanted."""
        machine = self._machine
        tests, steps, else_before = len(machine.tests), len(machine.steps_taken), self._else()
        machine.tick()
        value = ask(item)
        made = machine.tests[tests:]
        is_settled = value is self._wanted
        if self._else() != else_before or len(made) != len(machine.steps_taken) - steps:
            self.is_possible = False
        elif not made:
            self.is_possible = self.is_possible and not is_settled
        elif self.is_possible:
            self.is_possible = len(made) == 1 and self._take(made[0], value)
        return is_settled

    def _else(self) -> tuple[int, ...]:
        """Return how much of anything but tests there is."""
        machine = self._machine
        return len(machine.effects), len(machine.assumptions), len(machine.gaps)

    def _take(self, test: Test, value: bool) -> bool:
        expression = test.expression
        if len(expression.leaves) != 1 or expression.size > _LARGE:
            return False
        (leaf,) = expression.leaves
        if self._leaf not in (None, leaf):
            return False
        self._leaf = leaf
        if test.value is not value:
            text = f"not {expression.text}"
            expression = self._machine.make("not", operator.not_, (expression,), text)
        self._parts.append(expression)
        return True

    def add_quietly(self, ask: Callable[[Any], bool], items: Sequence[Any]) -> None:
        """Make the tests of rounds that do not take place, to know what they would ask."""
        machine = self._machine
        tests, steps, else_before = len(machine.tests), len(machine.steps_taken), self._else()
        try:
            for item in items:
                self.add(ask, item)
                if not self.is_possible:
                    break
        except (Raised, Abort, Stop):
            self.is_possible = False
        del machine.tests[tests:]
        looked = [one for one in machine.steps_taken[steps:] if not isinstance(one, Test)]
        machine.steps_taken[steps:] = looked
        for mark in list(machine.assumptions)[else_before[1] :]:
            del machine.assumptions[mark]
        for place in list(machine.gaps)[else_before[2] :]:
            del machine.gaps[place]
        del machine.effects[else_before[0] :]

    def settle(self, *, is_found: bool) -> None:
        """Put one test in the place of all of them."""
        machine = self._machine
        parts = tuple(dict.fromkeys(self._parts))
        if not self.is_possible or len(parts) < 2:
            return
        tests, steps = self._start
        del machine.tests[tests:]
        del machine.steps_taken[steps:]
        name, function = ("any", _any) if self._wanted else ("all", _all)
        joined = machine.make_deep(name, function, parts, parts)
        machine.test(joined, value=is_found is self._wanted)


def _any(*values: Any) -> bool:
    return any(values)


def _all(*values: Any) -> bool:
    return all(values)
