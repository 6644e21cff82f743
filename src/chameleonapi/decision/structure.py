"""Walk over rules, and check that a record refers only to what it holds."""

from __future__ import annotations

from collections.abc import Iterator

from chameleonapi.decision.atoms import Atom, InnerTest, NumberTest
from chameleonapi.decision.automata import Automaton
from chameleonapi.decision.numbers import (
    AGGREGATES,
    FUNCTIONS,
    OPERATORS,
    Aggregate,
    Arithmetic,
    ElementValue,
    Function,
    Number,
)
from chameleonapi.decision.predicates import (
    And,
    AutomatonGives,
    Compare,
    CountAtLeast,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.records import Outcome
from chameleonapi.decision.rules import NO_FLAGS, Cases, Rules
from chameleonapi.errors import RecordError

__all__ = [
    "check_structure",
    "predicate_atoms",
    "rule_predicates",
    "walk_numbers",
    "walk_predicate",
]


def walk_predicate(predicate: Predicate) -> Iterator[Predicate]:
    """Yield a predicate and all its operands, outermost first."""
    yield predicate
    match predicate:
        case Not(operand):
            yield from walk_predicate(operand)
        case And(operands) | Or(operands):
            for one in operands:
                yield from walk_predicate(one)
        case _:
            return


def rule_predicates(rules: Rules) -> Iterator[Predicate]:
    """Yield every predicate of the rules, operands included."""
    rows = rules.cases if isinstance(rules, Cases) else rules.flags
    for row in rows:
        yield from walk_predicate(row.predicate)


def walk_numbers(number: Number) -> Iterator[Number]:
    """Yield a numeric term and all its parts."""
    yield number
    match number:
        case Arithmetic(_, left, right):
            yield from walk_numbers(left)
            yield from walk_numbers(right)
        case Function(_, arguments):
            for one in arguments:
                yield from walk_numbers(one)
        case Aggregate(value=value) if value is not None:
            yield from walk_numbers(value)
        case ElementValue(value=value):
            yield from walk_numbers(value)
        case _:
            return


def predicate_atoms(predicate: Predicate) -> tuple[str, ...]:
    """Return the ids of the atoms that this predicate itself names (not its operands)."""
    match predicate:
        case Exists(atom) | CountAtLeast(atom, _) | ElementAt(_, atom):
            return (atom,)
        case ExistsInTop(atom=atom, among=among):
            return (atom,) if among is None else (atom, among)
        case FirstAmong(atom=atom, among=among):
            return (atom, *among)
        case Compare(value, _):
            parts = walk_numbers(value)
            return tuple(one.where for one in parts if isinstance(one, Aggregate) and one.where)
        case _:
            return ()


def check_structure(
    name: str,
    atoms: tuple[Atom, ...],
    automata: tuple[Automaton, ...],
    rules: Rules,
    outcomes: tuple[Outcome, ...],
) -> None:
    """Check every reference inside a record.

    Raises:
        RecordError: on an id that is taken, missing, or does not fit.
    """

    def fail(what: str) -> None:
        raise RecordError(f"decision process {name!r}: {what}")

    for kind, ids in (
        ("atom", [one.id for one in atoms]),
        ("automaton", [one.id for one in automata]),
        ("outcome", [one.id for one in outcomes]),
    ):
        for one in ids:
            if ids.count(one) > 1:
                fail(f"the {kind} {one!r} is defined twice.")
            if kind == "outcome" and (not one or "+" in one):
                fail(f"{one!r} is no name for an outcome: it must not be empty or contain '+'.")
    by_id = {one.id: one for one in atoms}
    by_name = {one.id: one for one in automata}
    known = {one.id for one in outcomes}

    for automaton in automata:
        _check_automaton(automaton, by_id, fail)
    for atom in atoms:
        for test in atom.tests:
            inner = test.items if isinstance(test, InnerTest) else ((test,),)
            if isinstance(test, InnerTest) and not test.items:
                fail(f"the atom {atom.id!r} asks nothing of the items of {test.path!r}.")
            for number in (part for row in inner for part in row):
                if isinstance(number, NumberTest):
                    _check_number(number.value, by_id, fail)
    for predicate in rule_predicates(rules):
        ids_used = predicate_atoms(predicate)
        for one in ids_used:
            if one not in by_id:
                fail(f"a predicate names the atom {one!r}, which is not defined.")
        if not isinstance(predicate, Compare) and len({by_id[i].collection for i in ids_used}) > 1:
            fail("a predicate joins atoms of different collections.")
        if isinstance(predicate, FirstAmong) and predicate.atom not in predicate.among:
            fail(f"the atom {predicate.atom!r} of a first match is not among its candidates.")
        if isinstance(predicate, Compare):
            _check_number(predicate.value, by_id, fail)
        if isinstance(predicate, AutomatonGives) and predicate.automaton not in by_name:
            fail(f"a predicate names the automaton {predicate.automaton!r}, which is not defined.")
    if isinstance(rules, Cases):
        targets = [*(case.outcome for case in rules.cases), rules.default]
    else:
        targets = [flag.outcome for flag in rules.flags]
        if len(set(targets)) != len(targets):
            fail("two flags have the same outcome.")
        if NO_FLAGS in targets:
            fail(f"{NO_FLAGS!r} is the name of the joint outcome without members.")
    for target in targets:
        if target not in known:
            fail(f"a rule leads to the outcome {target!r}, which is not defined.")


def _check_automaton(automaton: Automaton, atoms: dict[str, Atom], fail: object) -> None:
    assert callable(fail)
    states = len(automaton.transitions)
    if states == 0 or states != len(automaton.outputs):
        fail(f"the automaton {automaton.id!r} needs one output for each of its states.")
    if not automaton.classes:
        fail(f"the automaton {automaton.id!r} has no letters.")
    for row in automaton.transitions:
        if len(row) != len(automaton.classes) or not all(0 <= one < states for one in row):
            fail(f"the automaton {automaton.id!r} has a transition to nowhere.")
    for one in automaton.atoms:
        if one not in atoms:
            fail(f"the automaton {automaton.id!r} names the atom {one!r}, which is not defined.")
    if any(len(one) != len(automaton.atoms) for one in automaton.classes):
        fail(f"the automaton {automaton.id!r} has a class that does not fit its atoms.")


def _check_number(number: Number, atoms: dict[str, Atom], fail: object) -> None:
    assert callable(fail)
    for part in walk_numbers(number):
        match part:
            case Arithmetic(operator=operator) if operator not in OPERATORS:
                fail(f"unknown operator {operator!r}; known are {', '.join(OPERATORS)}.")
            case Function(name=name) if name not in FUNCTIONS:
                fail(f"unknown function {name!r}; known are {', '.join(FUNCTIONS)}.")
            case Aggregate(how=how) if how not in AGGREGATES:
                fail(f"unknown aggregate {how!r}; known are {', '.join(AGGREGATES)}.")
            case Aggregate(how=how, value=None) if how != "count":
                fail(f"the aggregate {how!r} needs a value.")
            case Aggregate(where=where) if where is not None and where not in atoms:
                fail(f"an aggregate names the atom {where!r}, which is not defined.")
            case _:
                pass
