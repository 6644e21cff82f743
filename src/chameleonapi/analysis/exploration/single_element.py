"""Decisions on the one element of a list: more of them, or none, are settled by how many."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

from chameleonapi.analysis.exploration.atom_book import AtomBook, any_of, negate
from chameleonapi.analysis.exploration.problem import Fit, Letters, Problem, Rule
from chameleonapi.decision import Order

__all__ = ["fit_single_element"]

_MAX_COUNT: Final = 24


def fit_single_element(problem: Problem) -> Iterator[Fit]:
    """Yield ``if len(faces) != 1: ... elif faces[0] is ...``."""
    limit = max(problem.bound + 1, min(problem.longest, _MAX_COUNT), 2)
    steps = [problem.out((0,) * n) for n in range(limit + 1)]
    single = problem.single
    if len(set(single)) < 2:
        return
    base = single[0]

    def predict(word: Letters) -> Hashable:
        return single[word[0]] if len(word) == 1 else steps[min(len(word), limit)]

    def build(book: AtomBook) -> list[Rule]:
        everything = frozenset(range(problem.count))
        starts = [n for n in range(limit, 1, -1) if n == 2 or steps[n] != steps[n - 1]]
        rules: list[Rule] = [(book.count(everything, n), steps[n]) for n in starts]
        none = negate(book.exists(everything))
        if starts == [2] and steps[2] == steps[0]:
            rules = [(any_of([none, book.count(everything, 2)]), steps[0])]
        elif steps[0] != base:
            rules.append((none, steps[0]))
        for outcome in dict.fromkeys(single):
            if outcome != base:
                group = frozenset(i for i, one in enumerate(single) if one == outcome)
                rules.append((book.exists(group), outcome))
        return rules

    yield Fit("single", predict, build, base, Order.API)
