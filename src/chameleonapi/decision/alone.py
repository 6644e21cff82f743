"""What is left of rules over several answers when all of them but one are known."""

from __future__ import annotations

from collections.abc import Callable

from chameleonapi.decision.atoms import Atom, NumberTest
from chameleonapi.decision.automata import Automaton
from chameleonapi.decision.numbers import Aggregate, ElementValue, Field
from chameleonapi.decision.predicates import (
    Always,
    And,
    AutomatonGives,
    Compare,
    LengthAtLeast,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.rules import Case, Cases, Flag, Flags, Rules
from chameleonapi.decision.structure import predicate_atoms, rule_predicates, walk_numbers
from chameleonapi.errors import UnsupportedError

__all__ = ["atoms_in", "reduced_rules"]

_NEVER = Not(Always())


def reduced_rules(
    rules: Rules,
    atoms: dict[str, Atom],
    automata: dict[str, Automaton],
    keys: frozenset[str],
    holds: Callable[[Predicate], bool],
) -> Rules:
    """Return the rules with each question about known answers replaced by its truth.

    Args:
        rules: over several answers.
        atoms, automata: of the process, by id.
        keys: top-level keys of the known answers.
        holds: the truth of a predicate on the known answers.

    Raises:
        UnsupportedError: if one question joins known answers with the one that is not.
    """

    def reduce(predicate: Predicate) -> Predicate:
        match predicate:
            case Always():
                return predicate
            case Not(operand):
                inner = reduce(operand)
                return inner.operand if isinstance(inner, Not) else Not(inner)
            case And(operands):
                return _joined(And, [reduce(one) for one in operands], Always(), _NEVER)
            case Or(operands):
                return _joined(Or, [reduce(one) for one in operands], _NEVER, Always())
        known = {path.split(".")[0] in keys for path in _paths(predicate, atoms, automata)}
        if known == {True}:
            return Always() if holds(predicate) else _NEVER
        if True in known:
            raise UnsupportedError(
                "one number is computed from the answers of several calls.",
                hint="Only the record of all the calls together says what it leads to.",
            )
        return predicate

    if isinstance(rules, Flags):
        return Flags(tuple(Flag(reduce(one.predicate), one.outcome) for one in rules.flags))
    cases: list[Case] = []
    for case in rules.cases:
        predicate = reduce(case.predicate)
        if predicate == Always():
            return Cases(tuple(cases), case.outcome)
        if predicate != _NEVER:
            cases.append(Case(predicate, case.outcome))
    return Cases(tuple(cases), rules.default)


def _joined(
    kind: type[And | Or], operands: list[Predicate], neutral: Predicate, decisive: Predicate
) -> Predicate:
    if decisive in operands:
        return decisive
    left = tuple(one for one in operands if one != neutral)
    if not left:
        return neutral
    return left[0] if len(left) == 1 else kind(left)


def _paths(
    predicate: Predicate, atoms: dict[str, Atom], automata: dict[str, Automaton]
) -> set[str]:
    """Return the paths in an answer that one question reads."""
    used = [atoms[one] for one in predicate_atoms(predicate)]
    found = {one.collection for one in used if one.collection}
    # the element of an empty path is the answer itself: its fields stand at the top
    fields = {
        part
        for one in used
        if not one.collection
        for test in one.tests
        for part in (
            [getattr(test, "field", "") or getattr(test, "path", "")]
            if not isinstance(test, NumberTest)
            else [x.path for x in walk_numbers(test.value) if isinstance(x, Field)]
        )
    }
    match predicate:
        case LengthAtLeast(collection, _):
            found.add(collection)
        case AutomatonGives(name, _):
            found.add(automata[name].collection)
        case Compare(value, _):
            inside: set[int] = set()
            for part in walk_numbers(value):
                if isinstance(part, Aggregate | ElementValue):
                    found.add(part.collection)
                    inside |= {id(one) for one in walk_numbers(part)}
                elif isinstance(part, Field) and id(part) not in inside:
                    found.add(part.path)
        case _:
            pass
    return found | fields


def atoms_in(rules: Rules, automata: dict[str, Automaton]) -> tuple[set[str], set[str]]:
    """Return the ids of the atoms and of the automata that rules name."""
    names: set[str] = set()
    machines: set[str] = set()
    for predicate in rule_predicates(rules):
        names.update(predicate_atoms(predicate))
        if isinstance(predicate, AutomatonGives):
            machines.add(predicate.automaton)
            names.update(automata[predicate.automaton].atoms)
    return names, machines
