"""The reference interpreter: what a record says about one answer, as plainly as it can be put.

Everything else that evaluates a decision (the streaming monitors of
:mod:`.acceptable`, the losses, the compiled form that tunes thresholds) is
tested against this file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from chameleonapi.apis import ApiSpec, CollectionSpec, FieldKind, FieldSpec, elements, read_field
from chameleonapi.decision.atoms import Atom, InnerTest, LabelTest, NumberTest
from chameleonapi.decision.automata import Automaton
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
    CountAtLeast,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    LengthAtLeast,
    Not,
    Or,
    Predicate,
)
from chameleonapi.decision.rules import Cases, Rules
from chameleonapi.errors import AnswerError

__all__ = ["Interpreter", "apply_function", "apply_operator"]

_INDEX: Final = re.compile(r"\.\d+(?=\.|$)")


def apply_operator(operator: str, left: float, right: float) -> float | None:
    """Return the result of one of ``OPERATORS``, or None where it is undefined."""
    try:
        result = _OPERATORS[operator](left, right)
    except (ArithmeticError, ValueError):
        return None
    return result if isinstance(result, int | float) and not math.isnan(result) else None


def apply_function(name: str, values: Sequence[float | None]) -> float | None:
    """Return the result of one of ``FUNCTIONS``, or None where it is undefined."""
    known = [one for one in values if one is not None]
    if name == "default":
        return known[0] if known else None
    if len(known) < len(values):
        return None
    try:
        return float(_FUNCTIONS[name](*known))
    except (ArithmeticError, ValueError, TypeError):
        return None


_OPERATORS: Mapping[str, Callable[[float, float], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "neg": lambda a: -a,
    "round": lambda a, digits=0: round(a, int(digits)),
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "hypot": math.hypot,
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "min": min,
    "max": max,
}


class Interpreter:
    """Evaluates atoms, numbers and predicates of one process on one answer.

    Args:
        spec: the API whose answers come.
        atoms, automata: of the process, by id.
        answer: in the provider's JSON form.
    """

    def __init__(
        self,
        spec: ApiSpec,
        atoms: Mapping[str, Atom],
        automata: Mapping[str, Automaton],
        answer: Any,
    ) -> None:
        if not isinstance(answer, Mapping):
            raise AnswerError(
                f"an answer must be a JSON object, but a {type(answer).__name__} came.",
                hint="Pass the answer as the provider's REST interface returns it.",
            )
        self._spec = spec
        self._atoms = atoms
        self._automata = automata
        self._answer = answer
        self._elements: dict[str, Sequence[Any]] = {}
        self._item_specs: dict[str, CollectionSpec] = {}

    def outcome_id(self, rules: Rules) -> str:
        """Return the id of the outcome that the rules reach."""
        if isinstance(rules, Cases):
            for case in rules.cases:
                if self.holds(case.predicate):
                    return case.outcome
            return rules.default
        return rules.outcome_id(tuple(self.holds(flag.predicate) for flag in rules.flags))

    def holds(self, predicate: Predicate) -> bool:
        """Return whether the predicate is true of the answer."""
        match predicate:
            case Always():
                return True
            case Not(operand):
                return not self.holds(operand)
            case And(operands):
                return all(self.holds(one) for one in operands)
            case Or(operands):
                return any(self.holds(one) for one in operands)
            case Exists(atom):
                return any(self._matches(atom))
            case CountAtLeast(atom, count):
                return sum(self._matches(atom)) >= count
            case LengthAtLeast(collection, count):
                return len(self._read(collection)) >= count
            case ElementAt(index, atom):
                matches = self._matches(atom)
                return -len(matches) <= index < len(matches) and matches[index]
            case ExistsInTop():
                return self._exists_in_top(predicate)
            case FirstAmong(atom, among, from_end):
                rows = list(self._read(self._atoms[atom].collection))
                for row in reversed(rows) if from_end else rows:
                    if any(self.satisfies(row, self._atoms[one]) for one in among):
                        return self.satisfies(row, self._atoms[atom])
                return False
            case Compare(value, accepts):
                number = self.number(value, None, "")
                return number is not None and number in accepts
            case AutomatonGives(name, output):
                return self._automaton_output(self._automata[name]) == output

    def satisfies(self, element: Any, atom: Atom) -> bool:
        """Return whether all tests of the atom hold for the element."""
        for test in atom.tests:
            if isinstance(test, LabelTest):
                value = read_field(element, test.field)
                if type(value) is str:  # nearly always: no more to be looked up
                    if not test.holds(value):
                        return False
                    continue
                collection = self._spec.collection(atom.collection)
                text = field_texts(element, test.field, collection)
                if not any(test.holds(one) for one in text):
                    return False
            elif isinstance(test, InnerTest):
                if self._has_item(element, test, atom.collection) is test.lacks:
                    return False
            elif not self._number_holds(element, test, atom.collection):
                return False
        return True

    def _has_item(self, element: Any, test: InnerTest, collection: str) -> bool:
        """Return whether some item of a list inside the element is as asked."""
        items = read_field(element, test.path)
        if not isinstance(items, Sequence) or isinstance(items, str):
            return False
        spec = self._item_spec(collection, test.path)
        return any(
            all(self._item_is(item, one, spec) for one in tests)
            for item in items
            for tests in test.items
        )

    def _item_is(self, item: Any, test: LabelTest | NumberTest, spec: CollectionSpec) -> bool:
        if isinstance(test, LabelTest):
            return any(test.holds(one) for one in field_texts(item, test.field, spec))
        return self._number_holds(item, test, spec.path)

    def _item_spec(self, collection: str, path: str) -> CollectionSpec:
        """Return the fields of the items of a list, which the spec of the element names."""
        name = f"{collection}.*.{path}"
        if name not in self._item_specs:
            found = self._spec.collection(collection)
            head = f"{path}.*."
            fields = tuple(
                replace(one, path=one.path.removeprefix(head))
                for one in (found.fields if found else ())
                if one.path.startswith(head)
            )
            self._item_specs[name] = CollectionSpec(name, fields)
        return self._item_specs[name]

    def _number_holds(self, element: Any, test: NumberTest, collection: str) -> bool:
        value = self.number(test.value, element, collection)
        return value is not None and value in test.accepts

    def number(self, number: Number, element: Any, collection: str) -> float | None:
        """Return the value of a numeric term, None where it is undefined.

        Args:
            number: the term.
            element: what ``Field`` reads; None for the answer as a whole.
            collection: path of the element's collection, empty for the answer.
        """
        match number:
            case Constant(value):
                return value
            case Field(path):
                return self._field_number(path, element, collection)
            case Arithmetic(operator, left, right):
                a = self.number(left, element, collection)
                b = self.number(right, element, collection)
                return None if a is None or b is None else apply_operator(operator, a, b)
            case Function(name, arguments):
                return apply_function(
                    name, [self.number(one, element, collection) for one in arguments]
                )
            case ElementValue(path, index, value):
                rows = self._read(path)
                if not -len(rows) <= index < len(rows):
                    return None
                return self.number(value, rows[index], path)
            case Aggregate():
                return self._aggregate(number)

    def _aggregate(self, number: Aggregate) -> float | None:
        rows = self._read(number.collection)
        if number.where is not None:
            rows = [row for row in rows if self.satisfies(row, self._atoms[number.where])]
        if number.how == "count":
            return float(len(rows))
        if number.value is None:
            return None
        found = [self.number(number.value, row, number.collection) for row in rows]
        values = [one for one in found if one is not None]
        if number.how == "sum":
            return _total(values)
        if not values:
            return None
        if number.how == "mean":
            return _total(values) / len(values)
        return {"max": max(values), "min": min(values), "first": values[0], "last": values[-1]}[
            number.how
        ]

    def _field_number(self, path: str, element: Any, collection: str) -> float | None:
        value = read_field(self._answer if element is None else element, path)
        if type(value) is float or type(value) is int:
            return float(value)
        fields: tuple[FieldSpec, ...]
        if element is None:
            fields = self._spec.answer_fields
        else:
            found = self._item_specs.get(collection) or self._spec.collection(collection)
            fields = found.fields if found else ()
        spec = next((one for one in fields if one.path == path), None)
        if value is None and spec is not None:
            value = spec.default
        if isinstance(value, str) and spec is not None and value in spec.values:
            return float(spec.values.index(value))
        if isinstance(value, bool):
            return float(value)
        return float(value) if isinstance(value, int | float) else None

    def _exists_in_top(self, predicate: ExistsInTop) -> bool:
        atom = self._atoms[predicate.atom]
        rows = list(self._read(atom.collection))
        if predicate.among is not None:
            among = self._atoms[predicate.among]
            rows = [row for row in rows if self.satisfies(row, among)]
        if predicate.by is not None:
            by = Field(predicate.by)
            keyed = [(self.number(by, row, atom.collection), row) for row in rows]
            keyed.sort(key=lambda pair: -math.inf if pair[0] is None else pair[0], reverse=True)
            rows = [row for _, row in keyed]
        return any(self.satisfies(row, atom) for row in rows[: predicate.count])

    def _automaton_output(self, automaton: Automaton) -> str:
        atoms = [self._atoms[one] for one in automaton.atoms]
        letters = (
            automaton.letter(tuple(self.satisfies(row, atom) for atom in atoms))
            for row in self._read(automaton.collection)
        )
        return automaton.outputs[automaton.run(letters)]

    def _matches(self, atom_id: str) -> list[bool]:
        atom = self._atoms[atom_id]
        return [self.satisfies(row, atom) for row in self._read(atom.collection)]

    def _read(self, collection: str) -> Sequence[Any]:
        if collection not in self._elements:
            self._elements[collection] = elements(self._answer, collection)
        return self._elements[collection]


def _total(values: Sequence[float]) -> float:
    # one after the other, as a loop adds: ``sum`` may round otherwise
    total = 0.0
    for one in values:
        total += one
    return total


def _field_of(collection: CollectionSpec, path: str) -> FieldSpec | None:
    """Return the spec of a field, that of any item for the field of an item at some place."""
    return collection.field(path) or (
        collection.field(_INDEX.sub(".*", path)) if _INDEX.search(path) else None
    )


def field_texts(element: Any, path: str, collection: CollectionSpec | None) -> list[str]:
    """Return the texts at a label field: one, or with ``*`` any number.

    Enumerations may come as numbers and flags as booleans; both become their names. An absent
    field has the default of the API's spec.
    """
    spec = _field_of(collection, path) if collection else None
    found = read_field(element, path)
    values = found if isinstance(found, list) and "*" in path else [found]
    texts = []
    for value in values:
        if value is None:
            # what nobody documents is a text, which is empty where it is not there
            value = spec.default if spec else ""  # noqa: PLW2901
        if isinstance(value, bool):
            texts.append("true" if value else "false")
        elif isinstance(value, str):
            texts.append(value)
        elif isinstance(value, int) and spec is not None and spec.kind is FieldKind.ENUM:
            texts.extend(spec.values[value : value + 1] if value >= 0 else ())
    return texts
