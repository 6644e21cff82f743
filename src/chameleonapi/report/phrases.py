"""The words for single questions and for numbers."""

from __future__ import annotations

from typing import Final

from chameleonapi.decision import (
    Always,
    AutomatonGives,
    Compare,
    CountAtLeast,
    DecisionProcess,
    ElementAt,
    Exists,
    ExistsInTop,
    FirstAmong,
    Flags,
    Kind,
    LengthAtLeast,
    Order,
    Predicate,
    Status,
)
from chameleonapi.report.number_words import atom_words, compare_words, position_words

__all__ = [
    "THROUGH_PROGRAM",
    "kind_words",
    "order_words",
    "question",
    "question_of_fields",
    "status_words",
]

THROUGH_PROGRAM: Final = (
    "Decided by the application itself, which was run on every answer; no rule of a record counted."
)


def question(process: DecisionProcess, predicate: Predicate, *, is_negated: bool = False) -> str:
    """Return what a predicate without operands asks; the labels of its atom follow the words."""
    match predicate:
        case Always():
            return "never" if is_negated else "always"
        case Exists():
            return "none of" if is_negated else "any of"
        case CountAtLeast(_, number):
            return f"fewer than {number} of" if is_negated else f"at least {number} of"
        case LengthAtLeast(collection, number):
            where = _list_words(process, collection)
            if number == 1:
                return (
                    f"no result {where or 'at all'}"
                    if is_negated
                    else f"any result {where}".rstrip()
                )
            return f"{'fewer than' if is_negated else 'at least'} {number} results {where}".rstrip()
        case ElementAt(index, _):
            return f"{position_words(index)} is {'not ' if is_negated else ''}one of"
        case ExistsInTop(number, _, by, among):
            by_words = f" by {by}" if by else ""
            among_words = ""
            if among:
                among_words = f" among {atom_words(process, process.atom(among))}"
            top = "top result" if number == 1 else f"top {number} results"
            verb = "has none of" if is_negated else "has"
            return f"{top}{by_words}{among_words} {verb}"
        case FirstAmong(from_end=from_end):
            return f"{'last' if from_end else 'first'} match is {'not ' if is_negated else ''}in"
        case Compare(value, accepts):
            return compare_words(process, value, accepts, is_negated=is_negated)
        case AutomatonGives(name, output):
            states = len(process.automaton(name).transitions)
            verb = "does not end" if is_negated else "ends"
            return f"reading the results {verb} as {output!r} ({states} states)"
        case _:
            raise TypeError(f"{type(predicate).__name__} has operands and is no single question.")


def question_of_fields(process: DecisionProcess, predicate: Predicate, *, is_negated: bool) -> str:
    """Return what a predicate asks of elements by other fields than their label."""
    match predicate:
        case Exists():
            return "no result with" if is_negated else "any result with"
        case CountAtLeast(_, number):
            return f"{'fewer than' if is_negated else 'at least'} {number} results with"
        case ElementAt(index, _):
            return f"{position_words(index)} {'not with' if is_negated else 'with'}"
        case ExistsInTop():
            return f"{question(process, predicate, is_negated=is_negated)} one with"
        case FirstAmong(from_end=from_end):
            return f"{'last' if from_end else 'first'} match {'not with' if is_negated else 'with'}"
        case _:
            return question(process, predicate, is_negated=is_negated)


def _list_words(process: DecisionProcess, collection: str) -> str:
    """Return which list of the answer is meant, where the decision asks how long several are."""
    asked = {one.collection for one in process.predicates() if isinstance(one, LengthAtLeast)}
    return f"in {collection.rpartition('.')[2]}" if len(asked) > 1 else ""


def kind_words(kind: Kind) -> str:
    """Return a decision kind for a reader."""
    return {
        Kind.TRUE_FALSE: "true-false",
        Kind.MULTI_CHOICE: "multi-choice",
        Kind.MULTI_SELECT: "multi-select",
        Kind.VALUE_RANGES: "value ranges",
        Kind.COUNT: "count",
        Kind.GENERAL: "general",
        Kind.NONE: "no decision",
    }[kind]


def order_words(process: DecisionProcess) -> str:
    """Return how several matches are settled, one phrase."""
    if isinstance(process.rules, Flags):
        return "each outcome on its own"
    return {
        Order.API: "the first match in the API's order decides",
        Order.APPLICATION: "the first match in the application's order decides",
        None: "",
    }[process.order]


def status_words(status: Status) -> str:
    """Return how much of the source is understood, one phrase."""
    return {
        Status.COMPLETE: "fully understood",
        Status.PARTIAL: "partly understood",
        Status.UNSUPPORTED: "not understood",
    }[status]
