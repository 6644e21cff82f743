"""Fit a function on words: one shape per group of answers whose fields do not differ in effect."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from chameleonapi.analysis.exploration.alphabet import Word
from chameleonapi.analysis.exploration.atom_book import AtomBook, all_of
from chameleonapi.analysis.exploration.automaton_fit import fit_automaton
from chameleonapi.analysis.exploration.distinct_counts import fit_distinct_count
from chameleonapi.analysis.exploration.most_votes import fit_most_votes
from chameleonapi.analysis.exploration.problem import Fit, Letters, Problem, Rule
from chameleonapi.analysis.exploration.shapes import fit_shape
from chameleonapi.analysis.exploration.threshold_functions import fit_threshold_function
from chameleonapi.decision import Automaton, Order

__all__ = ["Solution", "solve"]

_SHOWN_WORDS: Final = 60
_MAX_GROUPS: Final = 24


@dataclass(frozen=True)
class Solution:
    """Rules for a function on words, and the shapes that they have."""

    rules: list[Rule]
    default: Hashable
    shapes: frozenset[str]
    order: Order | None
    automata: tuple[Automaton, ...]


def solve(
    out: Callable[[Word], Hashable],
    words: Sequence[Word],
    book: AtomBook,
    *,
    bound: int,
    states: int,
    by: str | None = None,
    name: str = "m",
    alike: Sequence[int] | None = None,
) -> Solution | None:
    """Return rules that agree with ``out`` on all words, or None.

    Args:
        out: the function; asked for more words than the given ones.
        words: on which the rules are checked.
        book: makes the atoms.
        bound: counts and indices up to this may matter.
        states: the largest automaton.
        by: the field by which the application orders elements, if it does.
        name: prefix of the ids of automata.
        alike: for each letter the one that stands for it, where ``out`` takes it for that.
    """
    letters = len(book.alphabet.letters)
    groups = _groups(out, words, book)
    if len(groups) > 1:
        constant = [len({out((f, w)) for f in group for w in _lists(words)}) for group in groups]
        if all(one == 1 for one in constant):
            return _by_firsts(out, groups, book)
    if len(groups) > _MAX_GROUPS:
        return None
    rules: list[Rule] = []
    shapes: set[str] = set()
    order: Order | None = None
    automata: list[Automaton] = []
    default: Hashable = None
    for number, group in enumerate(groups):
        first = group[0]
        problem = Problem(
            functools.partial(_restrict, out, first),
            letters,
            (one for f, one in words if f in set(group)) if len(groups) == 1 else _lists(words),
            bound,
            by,
            alike,
        )
        fit = _fit(problem, states, f"{name}{number + 1}")
        if fit is None:
            return None
        made = fit.build(book)
        automata += fit.automata
        shapes.add(fit.shape)
        order = order or fit.order
        if len(groups) == 1:
            return Solution(made, fit.default, frozenset(shapes), order, tuple(automata))
        here = book.firsts(frozenset(group))
        if number == 0:
            default = fit.default
        rules += [(all_of([here, predicate]), outcome) for predicate, outcome in made]
        if fit.default != default:
            rules.append((here, fit.default))
    shapes.add("fields")
    return Solution(rules, default, frozenset(shapes), order, tuple(automata))


def _restrict(out: Callable[[Word], Hashable], first: int, letters: Letters) -> Hashable:
    return out((first, letters))


def _lists(words: Sequence[Word]) -> list[Letters]:
    seen = list(dict.fromkeys(letters for _, letters in words))
    seen.sort(key=len)
    return seen[:_SHOWN_WORDS]


def _groups(
    out: Callable[[Word], Hashable], words: Sequence[Word], book: AtomBook
) -> list[list[int]]:
    count = len(book.alphabet.firsts)
    if count == 1:
        return [[0]]
    lists = _lists(words)
    if not book.alphabet.letters:
        lists = [()]
    elif count > 30:
        lists = lists[:12]
    found: dict[tuple[Hashable, ...], list[int]] = {}
    for first in range(count):
        key = tuple(out((first, one)) for one in lists)
        found.setdefault(key, []).append(first)
    return list(found.values())


def _by_firsts(
    out: Callable[[Word], Hashable], groups: Sequence[Sequence[int]], book: AtomBook
) -> Solution:
    by_outcome: dict[Hashable, set[int]] = {}
    for group in groups:
        by_outcome.setdefault(out((group[0], ())), set()).update(group)
    default = out((0, ()))
    rules: list[Rule] = [
        (book.firsts(frozenset(group)), outcome)
        for outcome, group in by_outcome.items()
        if outcome != default
    ]
    return Solution(rules, default, frozenset({"fields"}), None, ())


def _fit(problem: Problem, states: int, name: str) -> Fit | None:
    fit = fit_shape(problem)
    if fit is not None:
        return fit
    if problem.by is None:
        for family in (fit_distinct_count, fit_most_votes, fit_threshold_function):
            for one in family(problem):
                if problem.agrees(one.predict):
                    return one
        return fit_automaton(problem, states, name)
    return None
