"""Any reading of a list as a finite machine over the sorts of labels that it tells apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import torch

from chameleonapi.decision import (
    Automaton,
    AutomatonGives,
    ElementAt,
    ExistsInTop,
    FirstAmong,
)
from chameleonapi.decision.monitors import Letter, make_monitor
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.buffers import Buffer
from chameleonapi.losses.elements import AtomGroup

__all__ = ["Machine", "build_machine", "explore"]

_MAX_STATES: Final = 512


@final
@dataclass(frozen=True, eq=False)
class Machine:
    """A deterministic machine that reads an answer, element by element.

    Attributes:
        sorts: labels with the same atoms, as columns.
        sort_of: the sort of each label.
        ends: where the logit axis is cut, because some atom's score test begins or stops.
        letters: the letter of an element, by its sort and its stretch of the axis.
        transitions: the next state, by state and letter; state 0 is the start.
        accepts: the truth of the predicate at the end, by state.
    """

    sorts: tuple[Buffer, ...]
    sort_of: Buffer
    ends: tuple[float, ...]
    letters: Buffer
    transitions: Buffer
    accepts: Buffer


def build_machine(
    leaf: ElementAt | ExistsInTop | FirstAmong | AutomatonGives,
    atoms: Sequence[AtomGroup],
    automata: Mapping[str, Automaton],
    process_id: str,
) -> Machine:
    """Return the machine of a predicate on the order of an answer.

    Raises:
        UnsupportedError: if it has too many states.
    """
    masks = torch.stack([one.labels.mask.host for one in atoms], -1)
    kinds, sort_of = torch.unique(masks, dim=0, return_inverse=True)
    ends = tuple(sorted({end for one in atoms for end in one.scores.ends}))
    middles = _middles(ends)
    alphabet: dict[frozenset[str], int] = {}
    table = []
    for kind in kinds.tolist():
        row = []
        for middle in middles:
            held = frozenset(
                atom.id
                for atom, is_member in zip(atoms, kind, strict=True)
                if is_member and middle in atom.scores
            )
            row.append(alphabet.setdefault(held, len(alphabet)))
        table.append(row)
    transitions, accepts = explore(leaf, automata, [Letter(one, ()) for one in alphabet])
    if not transitions:
        raise UnsupportedError(
            f"{process_id}: {type(leaf).__name__} needs more than {_MAX_STATES} states to read.",
            hint="Ask for a smaller index or fewer elements, or use an ordinary loss.",
        )
    return Machine(
        tuple(Buffer((sort_of == one).nonzero().flatten()) for one in range(len(kinds))),
        Buffer(sort_of),
        ends,
        Buffer(torch.tensor(table)),
        Buffer(torch.tensor(transitions)),
        Buffer(torch.tensor(accepts)),
    )


def _middles(ends: Sequence[float]) -> list[float]:
    if not ends:
        return [0.0]
    return [ends[0] - 1, *(math.fsum(pair) / 2 for pair in itertools.pairwise(ends)), ends[-1] + 1]


def explore(
    leaf: ElementAt | ExistsInTop | FirstAmong | AutomatonGives,
    automata: Mapping[str, Automaton],
    alphabet: Sequence[Letter],
) -> tuple[list[list[int]], list[bool]]:
    """Return the next state by state and letter, and the truth at the end by state.

    State 0 is the start. Both are empty where there are too many states.
    """
    monitor = make_monitor(leaf, automata, None)
    places = {monitor.start: 0}
    queue = [monitor.start]
    transitions: list[list[int]] = []
    for state in queue:
        row = []
        for letter in alphabet:
            after = monitor.step(state, letter)
            if after not in places:
                places[after] = len(queue)
                queue.append(after)
            row.append(places[after])
        transitions.append(row)
        if len(queue) > _MAX_STATES:
            return [], []
    return transitions, [bool(monitor.read(one)) for one in queue]
