"""From the predicates of a record to nodes over a label space."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import final

import torch

from chameleonapi.decision import (
    Aggregate,
    Always,
    And,
    Automaton,
    AutomatonGives,
    Compare,
    CountAtLeast,
    DecisionProcess,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    Interval,
    IntervalSet,
    LengthAtLeast,
    Not,
    Number,
    Or,
    Predicate,
)
from chameleonapi.errors import UnsupportedError
from chameleonapi.losses.counting import Enough
from chameleonapi.losses.elements import AtomGroup, LabelGroup, LabelSpace
from chameleonapi.losses.nodes import AllOf, AnyOf, Constantly, Node, Opposite
from chameleonapi.losses.numeric import Comparison, NumberReader
from chameleonapi.losses.positions import At, First, InTop
from chameleonapi.losses.ranked import AtPlace, RankedMatch
from chameleonapi.losses.words import Reading, build_machine

__all__ = ["Lowering"]


@final
class Lowering:
    """Makes the nodes of one process."""

    def __init__(self, process: DecisionProcess, space: LabelSpace) -> None:
        self._process = process
        self._space = space
        self._made: dict[Predicate, Node] = {}

    def node(self, predicate: Predicate) -> Node:
        """Return the node of a predicate; equal predicates share one.

        Raises:
            UnsupportedError: if labels and scores do not determine its truth.
        """
        if predicate not in self._made:
            self._made[predicate] = self._lower(predicate)
        return self._made[predicate]

    def _lower(self, predicate: Predicate) -> Node:
        match predicate:
            case Always():
                return Constantly(truth=True)
            case Not(operand):
                return Opposite(self.node(operand))
            case And(operands):
                return _join(AllOf, [self.node(one) for one in operands], empty=True)
            case Or(operands):
                return _join(AnyOf, [self.node(one) for one in operands], empty=False)
            case Exists(atom):
                return Enough(self._space.atom(atom), 1)
            case CountAtLeast(atom, count):
                return Enough(self._space.atom(atom), count)
            case LengthAtLeast(collection, count):
                self._space.check_collection(collection, "a test of length")
                return Enough(self._space.everything, count)
            case ElementAt(index, atom):
                return self._element_at(predicate, index, self._space.atom(atom))
            case ExistsInTop():
                return self._in_top(predicate)
            case FirstAmong():
                return self._first(predicate)
            case AutomatonGives(name, _):
                automaton = self._process.automaton(name)
                self._space.check_collection(automaton.collection, f"the automaton {name!r}")
                return self._word(predicate, automaton.atoms, automaton)
        return self._compare(predicate)

    # Places

    def _element_at(self, predicate: ElementAt, index: int, atom: AtomGroup) -> Node:
        if atom.sides:
            return AtPlace(index, atom)
        if index < 0:
            return self._word(predicate, (predicate.atom,))
        return At(index, atom, self._space.group(~atom.labels.mask.host))

    def _in_top(self, predicate: ExistsInTop) -> Node:
        score_field = self._space.reader.score_field
        if predicate.by not in {None, score_field}:
            raise UnsupportedError(
                f"{self._process.id}: a test sorts by the field {predicate.by!r}, which the"
                " scores of labels do not determine.",
                hint="No loss over labels can train for this decision.",
            )
        if predicate.count < 0:
            raise UnsupportedError(
                f"{self._process.id}: a test asks for the first {predicate.count} elements.",
                hint="The number of elements must not be negative.",
            )
        # Answers come sorted by score, so that sorting by it changes nothing.
        predicate = replace(predicate, by=None)
        atom = self._space.atom(predicate.atom)
        among = self._space.everything
        names: tuple[str, ...] = (predicate.atom,)
        if predicate.among is not None:
            among = self._space.atom(predicate.among)
            names = (predicate.atom, predicate.among)
        if atom.sides or among.sides:
            return RankedMatch(atom, (among,), predicate.count)
        if not (_is_upward(atom) and _is_upward(among)):
            return self._word(predicate, names)
        mine, theirs = atom.labels.mask.host, among.labels.mask.host
        both = AtomGroup(
            atom.id,
            self._space.group(mine & theirs),
            atom.scores.intersect(among.scores),
        )
        rivals = self._space.group(theirs & ~mine)
        return InTop(predicate.count, atom, among, both, rivals)

    def _first(self, predicate: FirstAmong) -> Node:
        atom = self._space.atom(predicate.atom)
        among = tuple(self._space.atom(one) for one in predicate.among)
        if any(one.sides for one in (atom, *among)):
            return RankedMatch(atom, among, from_end=predicate.from_end)
        if predicate.from_end or not all(_is_upward(one) for one in among):
            return self._word(predicate, tuple(dict.fromkeys((predicate.atom, *predicate.among))))
        return First(atom, among, self._rivals(atom, among))

    def _rivals(
        self, atom: AtomGroup, among: Sequence[AtomGroup]
    ) -> tuple[tuple[float, LabelGroup], ...]:
        """Group the labels that match without having the atom by the logit from which they do."""
        size = len(self._space.labels)
        entry = torch.full((size,), math.inf, dtype=torch.float64)
        for one in among:
            if one.is_possible:
                mask = one.labels.mask.host
                entry[mask] = entry[mask].clamp(max=one.scores.low)
        entry[atom.labels.mask.host] = math.inf
        lows = sorted(set(entry[entry < math.inf].tolist()))
        return tuple((low, self._space.group(entry == low)) for low in lows)

    def _word(
        self,
        predicate: ElementAt | ExistsInTop | FirstAmong | AutomatonGives,
        names: tuple[str, ...],
        automaton: Automaton | None = None,
    ) -> Node:
        atoms = tuple(self._space.atom(one) for one in names)
        if any(one.sides for one in atoms):
            raise UnsupportedError(
                f"{self._process.id}: an automaton reads more of an element than its label and"
                " its score.",
                hint="No loss is made for automata over places in a picture.",
            )
        automata = {} if automaton is None else {automaton.id: automaton}
        machine = build_machine(predicate, atoms, automata, self._process.id)
        return Reading(machine, predicate, atoms, self._space.everything, automaton)

    # Numbers

    def _compare(self, predicate: Compare) -> Node:
        value = predicate.value
        if isinstance(value, Aggregate) and value.how in {"count", "max", "min"}:
            self._space.check_collection(value.collection, f"the number {value.how!r}")
            where = self._where(value)
            if value.how == "count":
                return _count_within(where, predicate.accepts)
            assert value.value is not None  # the record checks this
            self._space.reader.check(value.value, f"{self._process.id}: a comparison")
            return self._extreme_within(where, value.value, value.how, predicate.accepts)
        reader = NumberReader(self._process.id, self._space)
        reader.check(value)
        return Comparison(value, predicate.accepts, reader)

    def _where(self, value: Aggregate) -> AtomGroup:
        return self._space.everything if value.where is None else self._space.atom(value.where)

    def _extreme_within(
        self, where: AtomGroup, number: Number, how: str, accepts: IntervalSet
    ) -> Node:
        """Return "the maximum is in [a, b]" as "one is at least a, and none is above b"."""
        is_max = how == "max"
        ways = []
        for one in accepts.intervals:
            upwards = None if one.low is None else Interval(one.low, None, one.low_open)
            downwards = None if one.high is None else Interval(None, one.high, False, one.high_open)
            reached, kept = (upwards, downwards) if is_max else (downwards, upwards)
            some = where
            if reached is not None:
                some = self._space.narrowed(where, number, IntervalSet((reached,)))
            parts: list[Node] = [Enough(some, 1)]
            if kept is not None:
                beyond = self._space.narrowed(where, number, IntervalSet((kept,)).inverse())
                parts.append(Opposite(Enough(beyond, 1)))
            ways.append(_join(AllOf, parts, empty=True))
        return _join(AnyOf, ways, empty=False)


def _is_upward(atom: AtomGroup) -> bool:
    return not atom.is_possible or atom.is_upward


def _join(kind: type[AllOf | AnyOf], nodes: Sequence[Node], *, empty: bool) -> Node:
    if not nodes:
        return Constantly(empty)
    return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))


def _count_within(where: AtomGroup, accepts: IntervalSet) -> Node:
    ways = []
    for one in accepts.intervals:
        parts: list[Node] = []
        if one.low is not None:
            least = math.floor(one.low) + 1 if one.low_open else math.ceil(one.low)
            parts.append(Enough(where, least))
        if one.high is not None:
            over = math.ceil(one.high) if one.high_open else math.floor(one.high) + 1
            parts.append(Opposite(Enough(where, over)))
        ways.append(_join(AllOf, parts, empty=True))
    return _join(AnyOf, ways, empty=False)
