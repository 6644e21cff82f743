"""Predicates: yes-or-no questions about a whole answer, built from atoms.

Every predicate names atoms by id, so that a process holds each atom once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from chameleonapi.decision.numbers import Number
from chameleonapi.decision.sets import IntervalSet

__all__ = [
    "Always",
    "And",
    "AutomatonGives",
    "Compare",
    "CountAtLeast",
    "ElementAt",
    "Exists",
    "ExistsInTop",
    "FirstAmong",
    "LengthAtLeast",
    "Not",
    "Or",
    "Predicate",
]


@dataclass(frozen=True, slots=True)
class Always:
    """True of every answer."""

    op: ClassVar[str] = "always"


@dataclass(frozen=True, slots=True)
class Exists:
    """Some element satisfies the atom."""

    op: ClassVar[str] = "exists"
    atom: str


@dataclass(frozen=True, slots=True)
class CountAtLeast:
    """At least ``count`` elements satisfy the atom."""

    op: ClassVar[str] = "count_at_least"
    atom: str
    count: int


@dataclass(frozen=True, slots=True)
class LengthAtLeast:
    """The collection has at least ``count`` elements."""

    op: ClassVar[str] = "length_at_least"
    collection: str
    count: int


@dataclass(frozen=True, slots=True)
class ElementAt:
    """There is an element at ``index`` (negative: from the end), and it satisfies the atom."""

    op: ClassVar[str] = "element_at"
    index: int
    atom: str


@dataclass(frozen=True, slots=True)
class ExistsInTop:
    """One of the first ``count`` elements satisfies the atom.

    First in the order of the API, or, with ``by``, in the order of that numeric field from
    high to low, the earlier of two equal elements first. ``count`` 1 with ``by`` is the
    arg max. With ``among``, only elements that satisfy that atom are counted.
    """

    op: ClassVar[str] = "exists_in_top"
    count: int
    atom: str
    by: str | None = None
    among: str | None = None


@dataclass(frozen=True, slots=True)
class FirstAmong:
    """First match in API order: the first element that satisfies any of ``among`` has ``atom``.

    With ``from_end`` it is the last one: a flag that every match overwrites. False when no
    element matches.
    """

    op: ClassVar[str] = "first_among"
    atom: str
    among: tuple[str, ...]
    from_end: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """A numeric test on the answer as a whole; false where the number is undefined."""

    op: ClassVar[str] = "compare"
    value: Number
    accepts: IntervalSet


@dataclass(frozen=True, slots=True)
class AutomatonGives:
    """The automaton, having read the collection, is in a state with this output."""

    op: ClassVar[str] = "automaton_gives"
    automaton: str
    output: str


@dataclass(frozen=True, slots=True)
class Not:
    """The operand is false."""

    op: ClassVar[str] = "not"
    operand: Predicate


@dataclass(frozen=True, slots=True)
class And:
    """All operands are true."""

    op: ClassVar[str] = "and"
    operands: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some operand is true."""

    op: ClassVar[str] = "or"
    operands: tuple[Predicate, ...]


Predicate: TypeAlias = (
    Always
    | Exists
    | CountAtLeast
    | LengthAtLeast
    | ElementAt
    | ExistsInTop
    | FirstAmong
    | Compare
    | AutomatonGives
    | Not
    | And
    | Or
)
