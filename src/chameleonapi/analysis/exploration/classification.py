"""Which kind of decision the rules amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chameleonapi.apis import ApiSpec, FieldKind, Task
from chameleonapi.decision import (
    Aggregate,
    Atom,
    Cases,
    Compare,
    CountAtLeast,
    ElementAt,
    ElementTest,
    Field,
    Flags,
    Kind,
    LabelTest,
    LengthAtLeast,
    NumberTest,
    Order,
    Predicate,
    Rules,
)
from chameleonapi.decision.structure import (
    predicate_atoms,
    rule_predicates,
    walk_numbers,
    walk_predicate,
)

__all__ = ["SETTLING", "classify"]

SETTLING: Final = "settling"  # among shapes: elements like one before change nothing
_NO_LABELS = frozenset({Task.SENTIMENT, Task.LIKELIHOODS, Task.COLOURS})


def classify(
    spec: ApiSpec,
    rules: Rules,
    atoms: Mapping[str, Atom],
    shapes: frozenset[str],
    order: Order | None,
    telling: Sequence[str],
) -> tuple[Kind, Order | None]:
    """Return the kind and the order of a decision.

    Args:
        spec: the API.
        rules: of the decision.
        atoms: by id.
        shapes: names of the shapes that were fitted.
        order: what breaks ties, by the shapes.
        telling: ids of the outcomes that count: not those of an empty answer or a crash.
    """
    if isinstance(rules, Flags):
        return Kind.MULTI_SELECT, None
    predicates = list(rule_predicates(rules))
    if isinstance(rules, Cases) and "automaton" not in shapes and len(telling) >= 2:
        # What makes the application crash is no part of what it chooses by.
        kept = [one.predicate for one in rules.cases if one.outcome in {*telling, rules.default}]
        predicates = [part for one in kept for part in walk_predicate(one)] or predicates
    reads_labels = any(
        _is_label(spec, test)
        for predicate in predicates
        for name in predicate_atoms(predicate)
        for test in atoms[name].tests
        if isinstance(test, LabelTest)
    )
    if "automaton" in shapes:
        # However it comes to that, one of two things is done.
        reads_labels = any(
            isinstance(test, LabelTest) and _is_label(spec, test)
            for one in atoms.values()
            for test in one.tests
        )
        if not reads_labels and SETTLING in shapes:
            return Kind.VALUE_RANGES, None  # the strongest of several levels, say
        return (Kind.TRUE_FALSE if reads_labels and len(telling) == 2 else Kind.GENERAL), None
    if "votes" in shapes:
        return Kind.GENERAL, None
    if "single" not in shapes and any(map(_counts, predicates)):
        return (Kind.GENERAL if "function" in shapes and len(telling) > 2 else Kind.COUNT), None
    reads_values = any(
        isinstance(predicate, Compare) or predicate_atoms(predicate) for predicate in predicates
    )
    if not reads_labels and reads_values:
        return Kind.VALUE_RANGES, None
    if len(telling) <= 2:
        return Kind.TRUE_FALSE, None
    if _asks_one_label(predicates, atoms):
        return Kind.VALUE_RANGES, None
    if _asks_one_text(predicates, atoms):
        return Kind.MULTI_CHOICE, Order.APPLICATION
    if "function" in shapes or (order is None and shapes - {SETTLING} <= {"exists", "priority"}):
        # Conditions on sets of labels, tried one after the other.
        return Kind.MULTI_CHOICE, Order.APPLICATION
    return (Kind.GENERAL, None) if order is None else (Kind.MULTI_CHOICE, order)


def _asks_one_label(predicates: Sequence[Predicate], atoms: Mapping[str, Atom]) -> bool:
    """Return whether outcomes differ in a number of the elements of one set of labels only."""
    asked = [atoms[name].tests for predicate in predicates for name in predicate_atoms(predicate)]
    labels = {tuple(one for one in tests if isinstance(one, LabelTest)) for tests in asked}
    accepted = {tuple((one.field, one.accepts, one.rule) for one in row) for row in labels}
    return len(accepted) == 1 and any(
        isinstance(one, NumberTest) for tests in asked for one in tests
    )


def _asks_one_text(predicates: Sequence[Predicate], atoms: Mapping[str, Atom]) -> bool:
    """Return whether the questions are put to one text, such as all that stands in a picture."""
    found = False
    for one in predicates:
        for name in predicate_atoms(one):
            is_one = atoms[name].collection == "" or (isinstance(one, ElementAt) and one.index == 0)
            tests = atoms[name].tests
            if not is_one or not tests or not all(map(_is_free, tests)):
                return False
            found = True
    return found


def _is_free(test: ElementTest) -> bool:
    return isinstance(test, LabelTest) and test.rule is not None


def _is_label(spec: ApiSpec, test: LabelTest) -> bool:
    if spec.task in _NO_LABELS:
        return False
    field = next(
        (
            one
            for collection in spec.collections
            for one in collection.fields
            if one.path == test.field
        ),
        None,
    )
    kind = field.kind if field else FieldKind.TEXT
    return test.field == spec.label_field or kind is not FieldKind.ENUM


def _counts(predicate: Predicate) -> bool:
    match predicate:
        case CountAtLeast(_, count) | LengthAtLeast(_, count):
            return count >= 2
        case Compare(value, _):
            parts = list(walk_numbers(value))
            return any(isinstance(one, Aggregate) and one.how == "count" for one in parts) and not (
                any(isinstance(one, Field) for one in parts)
            )
        case _:
            return False
