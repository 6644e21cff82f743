"""Lift arithmetic over an answer to numeric terms of the record, and evaluate them on fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.analysis.exploration.cuts import Cut
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.apis import FieldSpec
from chameleonapi.decision import Arithmetic, Constant, Field, Function, Number
from chameleonapi.decision.interpreter import apply_function, apply_operator
from chameleonapi.decision.numbers import OPERATORS
from chameleonapi.decision.structure import walk_numbers

__all__ = [
    "COMPARISONS",
    "Question",
    "as_number",
    "cuts_of",
    "divide",
    "element_question",
    "evaluate",
    "join",
    "lift",
    "operation_of",
    "orient",
    "simplified",
    "value_of",
]

COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_FUNCTIONS: Final = {
    "abs": "abs",
    "math.fabs": "abs",
    "unary -": "neg",
    "round": "round",
    "int": "trunc",
    "math.trunc": "trunc",
    "math.floor": "floor",
    "math.ceil": "ceil",
    "math.sqrt": "sqrt",
    "math.hypot": "hypot",
    "math.log": "log",
    "math.exp": "exp",
    "max": "max",
    "min": "min",
}
_SAME: Final = frozenset({"field", "float", "unary +"})
_NUMBERED: Final = "enum "
_ONE_ARGUMENT: Final = frozenset({"math.log", "int", "float"})
_MAX_SIZE: Final = 120


@dataclass(frozen=True, slots=True)
class Question:
    """A comparison of a term with a number: ``term sign limit``."""

    term: Number
    sign: str
    limit: float


def as_number(value: Any) -> float | None:
    """Return a plain number of the source as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        made = float(value)
    except OverflowError:
        return None
    return made if math.isfinite(made) else None


def operation_of(expression: Expression) -> tuple[str, str] | None:
    """Return ("operator" | "function" | "same", name) of an operation that terms can express."""
    name, count = expression.operation, len(expression.arguments)
    if name == "math.pow" and count == 2:
        return ("operator", "**")
    if name in OPERATORS and count == 2:
        return ("operator", name)
    if count > 1 and name in _ONE_ARGUMENT:
        return None
    if name.startswith(_NUMBERED) and count == 1:
        return ("same", name)  # a listed value counts as its number everywhere
    if name in _FUNCTIONS:
        return ("function", _FUNCTIONS[name])
    return ("same", name) if name in _SAME else None


def lift(expression: Any, leaf: Callable[[Leaf], Number | None]) -> Number | None:
    """Return the term of an expression, None where no term says it.

    Args:
        expression: an expression, a leaf or a plain value.
        leaf: the term of a leaf.
    """
    if isinstance(expression, Leaf):
        return leaf(expression)
    if not isinstance(expression, Expression):
        found = as_number(expression)
        return None if found is None else Constant(found)
    operation = operation_of(expression)
    if operation is None:
        return None
    parts = [lift(one, leaf) for one in expression.arguments]
    known = [one for one in parts if one is not None]
    return join(operation, known) if len(known) == len(parts) else None


def join(operation: tuple[str, str], parts: list[Number]) -> Number:
    """Return the term of an operation on terms, constants evaluated."""
    kind, name = operation
    if kind == "same":
        return parts[0]
    made: Number
    if kind == "operator":
        left, right = parts
        if name == "+" and Constant(0.0) in parts:
            return right if left == Constant(0.0) else left
        if name == "*" and Constant(0.0) in parts:
            return Constant(0.0)
        if name == "*" and Constant(1.0) in parts:
            return right if left == Constant(1.0) else left
        if name in "+*" and repr(left) > repr(right) and not isinstance(right, Arithmetic):
            left, right = right, left  # the same in either order, to the last bit
        made = Arithmetic(name, left, right)
    else:
        made = Function(name, tuple(parts))
    return simplified(made)


def simplified(number: Number) -> Number:
    """Return a term without fields as the constant that it is."""
    if any(not isinstance(one, Constant | Arithmetic | Function) for one in walk_numbers(number)):
        return number
    value = evaluate(number, {})
    return number if value is None else Constant(value)


def orient(sign: str, left: Number, right: Number) -> Question:
    """Return a comparison of two terms as one of a term with a constant."""
    if isinstance(right, Constant):
        return Question(left, sign, right.value)
    if isinstance(left, Constant):
        return Question(right, _MIRRORED[sign], left.value)
    # a > b just when a - b > 0, for floats of any size; in one order, whoever asks
    if repr(left) > repr(right):
        left, right, sign = right, left, _MIRRORED[sign]
    return Question(Arithmetic("-", left, right), sign, 0.0)


def element_question(expression: Expression) -> Question | None:
    """Return what a test asks of several numbers of one element; None if no term says it."""
    if expression.size > _MAX_SIZE:
        return None

    def leaf(one: Leaf) -> Number:
        return Field(one.field)

    if expression.operation in COMPARISONS and len(expression.arguments) == 2:
        parts = [lift(one, leaf) for one in expression.arguments]
        left, right = parts
        if left is None or right is None:
            return None
        made = orient(expression.operation, left, right)
        return None if isinstance(made.term, Constant) else made
    divisor = divide(expression)
    if divisor is not None:
        term = lift(divisor, leaf)
        if term is not None and not isinstance(term, Constant):
            return Question(term, "!=", 0.0)
    return None


def divide(expression: Expression) -> Any:
    """Return the divisor whose being other than zero a test asks for; None if it asks otherwise."""
    name = expression.operation
    if name in ("can /", "can //", "can %") and len(expression.arguments) == 2:
        return expression.arguments[1]
    return None


def cuts_of(sign: str, limit: float) -> tuple[Cut, ...]:
    """Return where the truth of ``number sign limit`` changes."""
    if sign in ("<", ">="):
        return ((limit, False),)
    if sign in (">", "<="):
        return ((limit, True),)
    return ((limit, False), (limit, True))


def value_of(field: FieldSpec, found: Any) -> float | None:
    """Return a numeric field of an element as the interpreter reads it."""
    if found is None:
        found = field.default
    if isinstance(found, str) and found in field.values:
        return float(field.values.index(found))
    if isinstance(found, bool | int | float):
        return float(found)
    return None


def evaluate(term: Number, values: Mapping[str, float | None]) -> float | None:
    """Return the value of a term of one element under values of its fields."""
    match term:
        case Constant(value):
            return value
        case Field(path):
            return values.get(path)
        case Arithmetic(operator, left, right):
            a, b = evaluate(left, values), evaluate(right, values)
            return None if a is None or b is None else apply_operator(operator, a, b)
        case Function(name, arguments):
            return apply_function(name, [evaluate(one, values) for one in arguments])
        case _:
            return None


def fields_of(term: Number) -> Iterable[str]:
    """Return the fields that a term reads, each once."""
    return dict.fromkeys(one.path for one in walk_numbers(term) if isinstance(one, Field))
