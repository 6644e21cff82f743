"""Numeric terms over an answer: fields, aggregates and arithmetic.

A term is undefined (None) where a field is absent, a list too short or a
divisor zero; a test on an undefined term is false.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

__all__ = [
    "AGGREGATES",
    "FUNCTIONS",
    "OPERATORS",
    "Aggregate",
    "Arithmetic",
    "Constant",
    "ElementValue",
    "Field",
    "Function",
    "Number",
]

AGGREGATES = ("count", "sum", "mean", "max", "min", "first", "last")
OPERATORS = ("+", "-", "*", "/", "//", "%", "**")
FUNCTIONS = (
    "abs",
    "neg",
    "round",
    "floor",
    "ceil",
    "trunc",
    "sqrt",
    "hypot",
    "log",
    "exp",
    "min",
    "max",
    "default",
)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the source."""

    op: ClassVar[str] = "constant"
    value: float


@dataclass(frozen=True, slots=True)
class Field:
    """A numeric field of the element under test, or of the answer outside an element.

    An enumeration counts by the position of its name.
    """

    op: ClassVar[str] = "field"
    path: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A number over all elements of ``collection`` that satisfy the atom ``where`` (or all).

    ``count`` needs no value. The mean, maximum, minimum, first and last of nothing are
    undefined, the sum of nothing is zero.
    """

    op: ClassVar[str] = "aggregate"
    how: str
    collection: str
    value: Number | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class ElementValue:
    """A number of the element at ``index``; a negative index counts from the end."""

    op: ClassVar[str] = "element_value"
    collection: str
    index: int
    value: Number


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two terms joined by one of ``OPERATORS``."""

    op: ClassVar[str] = "arithmetic"
    operator: str
    left: Number
    right: Number


@dataclass(frozen=True, slots=True)
class Function:
    """One of ``FUNCTIONS`` of terms; ``round`` rounds half to even, to digits if given.

    ``default`` is the first of its terms that is defined: the score of a label, or zero.
    """

    op: ClassVar[str] = "function"
    name: str
    arguments: tuple[Number, ...]


Number: TypeAlias = Constant | Field | Aggregate | ElementValue | Arithmetic | Function
