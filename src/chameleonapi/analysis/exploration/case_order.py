"""The order of cases that exclude each other: as the source asks for them, for its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chameleonapi.analysis.exploration.problem import Rule
from chameleonapi.decision import Atom, FirstAmong, Or, Predicate, Span

__all__ = ["in_source_order"]


def in_source_order(rules: Sequence[Rule], atoms: Mapping[str, Atom]) -> list[Rule]:
    """Return rules of one first match by the place of their tests; others as they are.

    Only one of several different matches can come first, so their order changes nothing.
    """
    matches = [_first_matches(predicate) for predicate, _ in rules]
    every = [one for some in matches for one in some]
    is_one_match = len({(frozenset(one.among), one.from_end) for one in every}) == 1
    if not is_one_match or not all(matches) or len({one.atom for one in every}) != len(every):
        return list(rules)
    places = [_place(some, atoms) for some in matches]
    order = sorted(range(len(rules)), key=lambda index: places[index])
    return [rules[index] for index in order]


def _first_matches(predicate: Predicate) -> tuple[FirstAmong, ...]:
    if isinstance(predicate, FirstAmong):
        return (predicate,)
    if isinstance(predicate, Or):
        parts = tuple(one for one in predicate.operands if isinstance(one, FirstAmong))
        return parts if len(parts) == len(predicate.operands) else ()
    return ()


def _place(matches: tuple[FirstAmong, ...], atoms: Mapping[str, Atom]) -> tuple[Span, ...]:
    return tuple(sorted(span for one in matches for span in atoms[one.atom].spans))
