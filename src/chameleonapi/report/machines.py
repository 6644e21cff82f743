"""Automata for readers: which results lead from where to where, and what each state means."""

from __future__ import annotations

from dataclasses import dataclass

from chameleonapi.decision import Automaton, DecisionProcess
from chameleonapi.report.number_words import atom_words

__all__ = ["MachineState", "machine_states"]


@dataclass(frozen=True, slots=True)
class MachineState:
    """One state of an automaton.

    Attributes:
        number: one-based; reading begins at 1.
        output: what it is to end here.
        ways: what leads on, with the number of the state that it leads to; what stays is left
            out.
    """

    number: int
    output: str
    ways: tuple[tuple[str, int], ...]


def machine_states(process: DecisionProcess, machine: Automaton) -> tuple[MachineState, ...]:
    """Return the states of an automaton that some sequence of results reaches."""
    letters = [_letter_words(process, machine, one) for one in machine.classes]
    order = [0]
    for state in order:
        order += [one for one in dict.fromkeys(machine.transitions[state]) if one not in order]
    numbers = {state: number for number, state in enumerate(order, start=1)}
    return tuple(
        MachineState(
            numbers[state], machine.outputs[state], _ways(machine, state, letters, numbers)
        )
        for state in order
    )


def _ways(
    machine: Automaton, state: int, letters: list[str], numbers: dict[int, int]
) -> tuple[tuple[str, int], ...]:
    targets: dict[int, list[str]] = {}
    for letter, target in enumerate(machine.transitions[state]):
        targets.setdefault(target, []).append(letters[letter])
    if len(targets) == 1:
        (only,) = targets
        return () if only == state else (("any result", numbers[only]),)
    return tuple(
        (" or ".join(dict.fromkeys(words)), numbers[target])
        for target, words in targets.items()
        if target != state
    )


def _letter_words(process: DecisionProcess, machine: Automaton, values: tuple[bool, ...]) -> str:
    atoms = zip(machine.atoms, values, strict=True)
    found = [atom_words(process, process.atom(name)) for name, holds in atoms if holds]
    return " and ".join(found) or "anything else"
