"""The words for single questions and for numbers."""

from __future__ import annotations

from chameleonapi.decision import (
    Aggregate,
    Always,
    Arithmetic,
    AutomatonGives,
    Compare,
    Constant,
    CountAtLeast,
    DecisionProcess,
    ElementAt,
    ElementValue,
    Exists,
    ExistsInTop,
    Field,
    FirstAmong,
    Flags,
    Function,
    Kind,
    LengthAtLeast,
    Number,
    Order,
    Predicate,
    Status,
)

__all__ = [
    "kind_words",
    "number_words",
    "order_words",
    "question",
    "question_of_fields",
    "status_words",
]


def question(process: DecisionProcess, predicate: Predicate, *, is_negated: bool = False) -> str:
    """Return what a predicate without operands asks; the labels of its atom follow the words."""
    match predicate:
        case Always():
            return "never" if is_negated else "always"
        case Exists():
            return "none of" if is_negated else "any of"
        case CountAtLeast(_, number):
            return f"fewer than {number} of" if is_negated else f"at least {number} of"
        case LengthAtLeast(_, number):
            if number == 1:
                return "no result at all" if is_negated else "any result"
            return f"{'fewer than' if is_negated else 'at least'} {number} results"
        case ElementAt(index, _):
            return f"{_position(index)} is {'not ' if is_negated else ''}one of"
        case ExistsInTop(number, _, by, among):
            by_words = f" by {by}" if by else ""
            among_words = f" among {among}" if among else ""
            top = "top result" if number == 1 else f"top {number} results"
            verb = "has none of" if is_negated else "has"
            return f"{top}{by_words}{among_words} {verb}"
        case FirstAmong(from_end=from_end):
            return f"{'last' if from_end else 'first'} match is {'not ' if is_negated else ''}in"
        case Compare(value, accepts):
            sign = "not: " if is_negated else ""
            return f"{sign}{number_words(value)} {accepts}"
        case AutomatonGives(name, output):
            states = len(process.automaton(name).transitions)
            verb = "does not give" if is_negated else "gives"
            return f"the sequence of results {verb} {output!r} ({states} states)"
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
            return f"{_position(index)} {'not with' if is_negated else 'with'}"
        case ExistsInTop():
            return f"{question(process, predicate, is_negated=is_negated)} one with"
        case FirstAmong(from_end=from_end):
            return f"{'last' if from_end else 'first'} match {'not with' if is_negated else 'with'}"
        case _:
            return question(process, predicate, is_negated=is_negated)


def _position(index: int) -> str:
    if index >= 0:
        return f"result {index + 1}"
    return "last result" if index == -1 else f"result {-index} from the end"


def number_words(number: Number) -> str:
    """Return a numeric term for a reader."""
    match number:
        case Constant(value):
            return f"{value:g}"
        case Field(path):
            return f"number of {path[:-2]}" if path.endswith(".#") else path
        case Arithmetic(operator, left, right):
            return f"({number_words(left)} {operator} {number_words(right)})"
        case Function("neg", (operand,)):
            return f"-{number_words(operand)}"
        case Function(name, arguments):
            return f"{name}({', '.join(map(number_words, arguments))})"
        case ElementValue(_, index, value):
            return f"{number_words(value)} of {_position(index)}"
        case Aggregate(how, _, value, where):
            of = f" of {where}" if where else ""
            if how == "count" or value is None:
                return f"number of {where or 'results'}"
            return f"{how} {number_words(value)}{of}"


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
