"""Decisions on the largest element by a term of its numbers: the face that takes most room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from chameleonapi.analysis.exploration.atom_book import AtomBook, NotExpressibleError, any_of
from chameleonapi.analysis.exploration.terms import lift
from chameleonapi.analysis.exploration.whole_terms import element_of
from chameleonapi.analysis.expressions import Expression
from chameleonapi.decision import (
    Aggregate,
    Arithmetic,
    Compare,
    Constant,
    Field,
    IntervalSet,
    Number,
    Predicate,
)

__all__ = ["compared_term", "largest_is"]

_ORDERS: Final = frozenset({"<", "<=", ">", ">="})
_EXTREMES: Final = ("max", "min")


def compared_term(expression: Expression) -> tuple[str, Number] | None:
    """Return of which lists' elements which number is compared, None if it is another test."""
    if expression.operation not in _ORDERS or len(expression.arguments) != len(_EXTREMES):
        return None
    sides = [_side(one) for one in expression.arguments]
    if sides[0] is None or sides[1] is None:
        return None
    (left, first), (right, second) = sides[0], sides[1]
    if first != second or left[0] != right[0] or left[1] == right[1]:
        return None
    return left[0], first


def _side(node: Any) -> tuple[tuple[str, int], Number] | None:
    element = element_of(node)
    term = None if element is None else lift(node, lambda leaf: Field(leaf.field))
    if element is None or term is None or isinstance(term, Constant):
        return None
    return element, term


def largest_is(
    book: AtomBook, path: str, term: Number, groups: Iterable[frozenset[int]]
) -> Iterator[Predicate]:
    """Yield for each group of letters that the largest element is one, and that the smallest is."""
    for group in groups:
        try:
            ids = book.single_atoms(group)
        except NotExpressibleError:
            continue
        for how in _EXTREMES:
            every = Aggregate(how, path, term)
            parts = []
            for one in ids:
                mine = Aggregate(how, path, term, one)
                left, right = (mine, every) if how == "max" else (every, mine)
                parts.append(Compare(Arithmetic("-", left, right), IntervalSet.at_least(0.0)))
            if parts:
                yield any_of(parts)
