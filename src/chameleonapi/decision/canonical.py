"""One form for all spellings of a decision: what a digest is made of.

Names, places, texts and the order in which things were found are left out: atoms stand for
what they test, states of automata are numbered as they are reached, and rules stand in an
order that does not depend on the source, as far as their order changes nothing.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from typing import Any

from chameleonapi.decision.atoms import Atom, ElementTest, InnerTest, LabelTest, NumberTest
from chameleonapi.decision.automata import Automaton
from chameleonapi.decision.codec import encode
from chameleonapi.decision.predicates import (
    And,
    AutomatonGives,
    Compare,
    ElementAt,
    ExistsInTop,
    FirstAmong,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.rules import Case, Cases, Rules
from chameleonapi.decision.sets import Interval, IntervalSet

__all__ = ["canonical_rules"]


def canonical_rules(
    rules: Rules, atoms: Mapping[str, Atom], automata: Mapping[str, Automaton]
) -> Any:
    """Return rules as JSON, the same for all records that say the same in other words.

    Outcomes become numbers in the order of the result: what is done is not what decides.
    """
    writer = _Writer(atoms, automata)
    if isinstance(rules, Cases):
        rows = writer.ordered(rules.cases)
        numbers: dict[str, int] = {}
        for _, outcome in rows:
            numbers.setdefault(outcome, len(numbers))
        numbers.setdefault(rules.default, len(numbers))
        written = [[key, numbers[outcome]] for key, outcome in rows]
        return {"op": rules.op, "cases": written, "default": numbers[rules.default]}
    return {"op": rules.op, "flags": sorted(writer.key(one.predicate) for one in rules.flags)}


def _dump(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _digest(value: Any) -> str:
    return hashlib.sha256(_dump(value).encode()).hexdigest()[:32]


class _Writer:
    def __init__(self, atoms: Mapping[str, Atom], automata: Mapping[str, Automaton]) -> None:
        self._atoms = atoms
        self._atom_keys = {name: _digest(_atom(one)) for name, one in atoms.items()}
        self._machines = {name: self._machine(one) for name, one in automata.items()}

    def key(self, predicate: Predicate) -> str:
        """Return the text of a predicate, with what atoms test in place of their names."""
        match predicate:
            case Not(operand):
                return _dump(["not", self.key(operand)])
            case And(operands) | Or(operands):
                # an operand of its own kind is as good as its operands
                flat: set[str] = set()
                stack = list(operands)
                while stack:
                    one = stack.pop()
                    if type(one) is type(predicate):
                        stack.extend(one.operands)
                    else:
                        flat.add(self.key(one))
                return _dump([predicate.op, sorted(flat)])
            case FirstAmong(atom, among, from_end):
                others = sorted({self._atom_keys[one] for one in among})
                return _dump([predicate.op, self._atom_keys[atom], others, from_end])
            case AutomatonGives(name, output):
                machine, outputs = self._machines[name]
                return _dump([predicate.op, machine, outputs.get(output, -1)])
            case _:
                return _dump(self._renamed(encode(predicate)))

    def ordered(self, cases: tuple[Case, ...]) -> list[tuple[str, str]]:
        """Return keys and outcomes: the first in order of all that none left has to precede."""
        left = [(self.key(one.predicate), one) for one in cases]
        made: list[tuple[str, str]] = []
        while left:
            free = [
                row
                for at, row in enumerate(left)
                if all(self._may_swap(before[1], row[1]) for before in left[:at])
            ]
            chosen = min(free, key=lambda row: row[0])
            left.remove(chosen)
            made.append((chosen[0], chosen[1].outcome))
        return made

    def _may_swap(self, one: Case, two: Case) -> bool:
        return one.outcome == two.outcome or self._exclude(one.predicate, two.predicate)

    def _exclude(self, one: Predicate, two: Predicate) -> bool:
        """Return whether two predicates are never both true, as far as that is easily seen."""
        match one, two:
            case (Or(operands), other) | (other, Or(operands)):
                return all(self._exclude(part, other) for part in operands)
            case (And(operands), other) | (other, And(operands)):
                return any(self._exclude(part, other) for part in operands)
            case (Not(operand), other) | (other, Not(operand)):
                return self.key(operand) == self.key(other)
            case AutomatonGives(first, output), AutomatonGives(second, another):
                return first == second and output != another
            case FirstAmong(atom, among, end), FirstAmong(other, others, other_end):
                same = {self._atom_keys[x] for x in among} == {self._atom_keys[x] for x in others}
                return same and end is other_end and self._are_apart(atom, other)
            case ElementAt(index, atom), ElementAt(place, other):
                return index == place and self._are_apart(atom, other)
            case ExistsInTop(1, atom, by, among), ExistsInTop(1, other, by_other, among_other):
                same = by == by_other and self._same(among, among_other)
                return same and self._are_apart(atom, other)
            case Compare(value, accepts), Compare(other_value, other_accepts):
                same = _dump(self._renamed(encode(value))) == _dump(
                    self._renamed(encode(other_value))
                )
                return same and _are_disjoint(accepts, other_accepts)
        return False

    def _same(self, one: str | None, two: str | None) -> bool:
        if one is None or two is None:
            return one is two
        return self._atom_keys[one] == self._atom_keys[two]

    def _are_apart(self, one: str, two: str) -> bool:
        """Return whether no element satisfies both atoms."""
        for mine, theirs in itertools.product(self._atoms[one].tests, self._atoms[two].tests):
            match mine, theirs:
                case LabelTest(field), LabelTest(other):
                    # a field of several texts may pass both
                    if field == other and "*" not in field and _share_no_label(mine, theirs):
                        return True
                case InnerTest(path, items), InnerTest(other, others):
                    same = path == other and set(map(frozenset, items)) == set(
                        map(frozenset, others)
                    )
                    if same and mine.lacks is not theirs.lacks:
                        return True
                case NumberTest(value, accepts), NumberTest(other, others):
                    if value == other and _are_disjoint(accepts, others):
                        return True
        return False

    def _renamed(self, data: Any) -> Any:
        """Return JSON with what atoms test in place of their names."""
        if isinstance(data, dict):
            return {
                key: self._atom_keys[one]
                if key in _ATOM_KEYS and isinstance(one, str)
                else self._renamed(one)
                for key, one in data.items()
            }
        if isinstance(data, list):
            return [self._renamed(one) for one in data]
        return data

    def _machine(self, automaton: Automaton) -> tuple[str, dict[str, int]]:
        """Return the digest of an automaton, and a number for each of its outputs."""
        order = sorted(
            range(len(automaton.atoms)), key=lambda i: self._atom_keys[automaton.atoms[i]]
        )
        columns = [self._atom_keys[automaton.atoms[i]] for i in order]
        classes = [[row[i] for i in order] for row in automaton.classes]
        # the class that all others read as comes first; the order of the rest is free
        letters = [0, *sorted(range(1, len(classes)), key=lambda i: classes[i])]
        states = {0: 0}
        queue = [0]
        for state in queue:
            for letter in letters:
                target = automaton.transitions[state][letter]
                if target not in states:
                    states[target] = len(states)
                    queue.append(target)
        outputs: dict[str, int] = {}
        for state in queue:
            outputs.setdefault(automaton.outputs[state], len(outputs))
        rows = [[states[automaton.transitions[s][letter]] for letter in letters] for s in queue]
        given = [outputs[automaton.outputs[state]] for state in queue]
        shown = [classes[letter] for letter in letters]
        return _digest([automaton.collection, columns, shown, rows, given]), outputs


_ATOM_KEYS = frozenset({"atom", "where", "among"})


def _atom(atom: Atom) -> Any:
    return [atom.collection, sorted(map(_test, atom.tests))]


def _test(test: ElementTest) -> str:
    if isinstance(test, InnerTest):
        rows = sorted(sorted(map(_test, one)) for one in test.items)
        return json.dumps(["inner", test.path, test.lacks, rows])
    if isinstance(test, LabelTest):
        accepts = test.accepts
        labels = sorted(accepts.labels)
        # what is said of labels beyond the list tells no record from another
        return _dump([test.op, test.field, accepts.complement, labels, encode(test.rule)])
    return _dump(encode(test))


def _share_no_label(one: LabelTest, two: LabelTest) -> bool:
    """Return whether no listed label passes both tests; free texts may pass any."""
    if one.rule is not None or two.rule is not None:
        return False
    mine, theirs = one.accepts, two.accepts
    if mine.complement and theirs.complement:
        return False
    if mine.complement:
        mine, theirs = theirs, mine
    return not any(label in theirs for label in mine.labels)


def _are_disjoint(one: IntervalSet, two: IntervalSet) -> bool:
    return not any(_overlap(a, b) for a, b in itertools.product(one.intervals, two.intervals))


def _overlap(one: Interval, two: Interval) -> bool:
    for low, high in ((one, two), (two, one)):
        if low.low is None or high.high is None:
            continue
        if low.low > high.high:
            return False
        if low.low == high.high and (low.low_open or high.high_open):
            return False
    return True
