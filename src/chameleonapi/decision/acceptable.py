"""Which outcomes are right for what is really in an input.

A perfect answer holds every true label once, with full confidence, in some
order, and is cut at the number of results that the call asks for. The
acceptable outcomes are those that some perfect answer reaches. Elements that
the process cannot tell apart are interchangeable, so the search goes over
(how many of each sort are left, states of the monitors) and is exact.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from chameleonapi.apis import ApiSpec, build_answer, write_field
from chameleonapi.decision.atoms import Atom
from chameleonapi.decision.automata import Automaton
from chameleonapi.decision.interpreter import Interpreter, apply_function, apply_operator
from chameleonapi.decision.monitors import Leaf, Letter, Monitor, make_monitor
from chameleonapi.decision.numbers import (
    Aggregate,
    Arithmetic,
    Constant,
    ElementValue,
    Field,
    Function,
    Number,
)
from chameleonapi.decision.predicates import (
    Always,
    And,
    AutomatonGives,
    Compare,
    ExistsInTop,
    LengthAtLeast,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.rules import Cases, Rules
from chameleonapi.decision.structure import predicate_atoms, rule_predicates, walk_numbers
from chameleonapi.decision.truth import Truth
from chameleonapi.errors import UnsupportedError

__all__ = ["Acceptor"]

_MAX_STATES = 200_000
_OUTSIDE = "\x00 a label that nobody names"


class Acceptor:
    """Computes and remembers acceptable outcomes for one process."""

    def __init__(
        self,
        spec: ApiSpec,
        atoms: Mapping[str, Atom],
        automata: Mapping[str, Automaton],
        rules: Rules,
        max_results: int | None,
    ) -> None:
        self._spec = spec
        self._atoms = atoms
        self._automata = automata
        self._rules = rules
        self._max_results = max_results
        self._leaves: dict[str, dict[Leaf, Monitor]] = {}
        self._terms: dict[str, list[Number]] = {}
        for predicate in rule_predicates(rules):
            self._register(predicate)
        self._remembered: dict[Truth, frozenset[str]] = {}
        self._letters: dict[tuple[str, str], Letter] = {}
        named = {one for atom in atoms.values() for s in atom.label_sets() for one in s.labels}
        self._named = (*sorted(named), _OUTSIDE)

    def acceptable(self, truth: Truth) -> frozenset[str]:
        """Return the ids of the outcomes that some perfect answer reaches."""
        if truth not in self._remembered:
            if len(self._remembered) >= _MAX_STATES:
                self._remembered.clear()
            self._remembered[truth] = self._search(truth)
        return self._remembered[truth]

    # Set-up: leaves by collection, numeric terms by position

    def _register(self, predicate: Predicate) -> None:
        match predicate:
            case Always() | Not() | And() | Or():
                return
            case Compare(value, _):
                for part in walk_numbers(value):
                    if isinstance(part, Aggregate | ElementValue):
                        self._add(part.collection, part, part.value)
            case LengthAtLeast(collection, _):
                self._add(collection, predicate, None)
            case AutomatonGives(name, _):
                self._add(self._automata[name].collection, predicate, None)
            case _:
                collection = self._atoms[predicate_atoms(predicate)[0]].collection
                by = predicate.by if isinstance(predicate, ExistsInTop) else None
                self._add(collection, predicate, None if by is None else Field(by))

    def _add(self, collection: str, leaf: Leaf, number: Number | None) -> None:
        leaves = self._leaves.setdefault(collection, {})
        terms = self._terms.setdefault(collection, [])
        if leaf in leaves:
            return
        key = None
        if number is not None:
            if number not in terms:
                terms.append(number)
            key = terms.index(number)
        leaves[leaf] = make_monitor(leaf, self._automata, key)

    # The search

    def _search(self, truth: Truth) -> frozenset[str]:
        per_collection = []
        for collection, leaves in self._leaves.items():
            required, optional = self._sorts(truth, collection)
            monitors = tuple(leaves.values())
            readings = self._readings(monitors, required, optional)
            per_collection.append([dict(zip(leaves, row, strict=True)) for row in readings])
        answer = build_answer(self._spec, {}, dict(truth.fields))
        fields = Interpreter(self._spec, self._atoms, self._automata, answer)
        found = set()
        for rows in itertools.product(*per_collection):
            values: dict[Leaf, Any] = {}
            for row in rows:
                values.update(row)
            found.add(self._outcome_id(values, fields))
        return frozenset(found)

    def _sorts(self, truth: Truth, collection: str) -> tuple[Counter[Letter], Counter[Letter]]:
        """Return the true elements, and the possible ones, by what the monitors see of them."""
        required: Counter[Letter] = Counter()
        optional: Counter[Letter] = Counter()
        if collection == self._spec.main.path:
            for label in truth.present:
                required[self._letter(collection, label)] += 1
            if not truth.closed:
                known = truth.absent.union(truth.present)
                for label in self._named:
                    if label not in known:
                        optional[self._letter(collection, label)] += 1
        for element in truth.elements:
            if element.collection == collection:
                required[self._see(collection, dict(element.values))] += 1
        limit = self._max_results
        is_cut = limit is not None and sum(required.values()) > limit
        # Elements that no atom accepts matter where they are counted, or take places of others.
        if not is_cut and not any(one.counts_all for one in self._leaves[collection].values()):
            for sort in (required, optional):
                for letter in [one for one in sort if not one.atoms]:
                    del sort[letter]
        return required, optional

    def _letter(self, collection: str, label: str) -> Letter:
        key = (collection, label)
        if key not in self._letters:
            values: dict[str, Any] = {}
            if self._spec.label_field is not None:
                values[self._spec.label_field] = label
            for one in self._spec.main.fields:
                # A perfect answer is sure of what it says.
                if one.path in {self._spec.score_field, "topicality"}:
                    values[one.path] = one.high
            self._letters[key] = self._see(collection, values)
        return self._letters[key]

    def _see(self, collection: str, values: Mapping[str, Any]) -> Letter:
        element: dict[str, Any] = {}
        for path, value in values.items():
            write_field(element, path, value)
        reader = Interpreter(self._spec, self._atoms, self._automata, {})
        atoms = frozenset(
            name
            for name, atom in self._atoms.items()
            if atom.collection == collection and reader.satisfies(element, atom)
        )
        numbers = tuple(
            reader.number(term, element, collection) for term in self._terms[collection]
        )
        return Letter(atoms, numbers)

    def _readings(
        self,
        monitors: Sequence[Monitor],
        required: Counter[Letter],
        optional: Counter[Letter],
    ) -> set[tuple[Any, ...]]:
        letters = list(dict.fromkeys([*required, *optional]))
        start = tuple(monitor.start for monitor in monitors)
        limit = self._max_results
        total = sum(required.values())
        is_free = not any(monitor.depends_on_order for monitor in monitors)
        if is_free and not optional and (limit is None or total <= limit):
            state = start
            for letter in required.elements():
                state = _step(monitors, state, letter)
            return {_read(monitors, state)}

        must = tuple(required[letter] for letter in letters)
        may = tuple(optional[letter] for letter in letters)
        found: set[tuple[Any, ...]] = set()
        frontier = {(must, may, start)}
        seen = 0
        length = 0
        while frontier:
            following = set()
            for must, may, state in frontier:
                full = limit is not None and length >= limit
                if full or not any(must):
                    found.add(_read(monitors, state))
                if full:
                    continue
                for i, letter in enumerate(letters):
                    if not must[i] and not may[i]:
                        continue
                    after = _step(monitors, state, letter)
                    if must[i]:
                        following.add((_less(must, i), may, after))
                    # An element that may be there is only worth a step if it changes something.
                    elif after != state or any(monitor.counts_all for monitor in monitors):
                        following.add((must, _less(may, i), after))
            seen += len(following)
            if seen > _MAX_STATES:
                raise UnsupportedError(
                    f"more than {_MAX_STATES} possibilities for one set of true labels.",
                    hint="Verify more labels as present or absent, or ask for fewer results.",
                )
            frontier = following
            length += 1
        return found

    # The rules over readings

    def _outcome_id(self, values: Mapping[Leaf, Any], fields: Interpreter) -> str:
        if isinstance(self._rules, Cases):
            for case in self._rules.cases:
                if self._holds(case.predicate, values, fields):
                    return case.outcome
            return self._rules.default
        return self._rules.outcome_id(
            tuple(self._holds(flag.predicate, values, fields) for flag in self._rules.flags)
        )

    def _holds(self, predicate: Predicate, values: Mapping[Leaf, Any], fields: Interpreter) -> bool:
        match predicate:
            case Always():
                return True
            case Not(operand):
                return not self._holds(operand, values, fields)
            case And(operands):
                return all(self._holds(one, values, fields) for one in operands)
            case Or(operands):
                return any(self._holds(one, values, fields) for one in operands)
            case Compare(value, accepts):
                number = _evaluate(value, values, fields)
                return number is not None and number in accepts
            case _:
                return bool(values[predicate])


def _evaluate(number: Number, values: Mapping[Leaf, Any], fields: Interpreter) -> float | None:
    match number:
        case Constant(value):
            return value
        case Field():
            return fields.number(number, None, "")
        case Arithmetic(operator, left, right):
            a, b = _evaluate(left, values, fields), _evaluate(right, values, fields)
            return None if a is None or b is None else apply_operator(operator, a, b)
        case Function(name, arguments):
            return apply_function(name, [_evaluate(one, values, fields) for one in arguments])
        case _:
            found: float | None = values[number]
            return found


def _step(monitors: Sequence[Monitor], state: tuple[Any, ...], letter: Letter) -> tuple[Any, ...]:
    return tuple(one.step(part, letter) for one, part in zip(monitors, state, strict=True))


def _read(monitors: Sequence[Monitor], state: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(one.read(part) for one, part in zip(monitors, state, strict=True))


def _less(counts: tuple[int, ...], index: int) -> tuple[int, ...]:
    return (*counts[:index], counts[index] - 1, *counts[index + 1 :])
