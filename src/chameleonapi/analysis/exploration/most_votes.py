"""Decisions by the largest of several counters: each sort of element votes for one outcome."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from chameleonapi.analysis.exploration.atom_book import AtomBook, all_of, any_of
from chameleonapi.analysis.exploration.problem import Fit, Letters, Problem, Rule
from chameleonapi.decision import Order, Predicate

__all__ = ["fit_most_votes"]

_MOST: Final = 16  # counters
_MOST_NEEDED: Final = 6  # votes without which nothing is decided
_Group = tuple[Hashable, frozenset[int]]


def fit_most_votes(problem: Problem) -> Iterator[Fit]:
    """Yield the function that gives the outcome with most votes.

    Of counters that are equal, one that comes first in the application wins, or the one whose
    first element came first in the answer.
    """
    if problem.by is not None:
        return
    for base in dict.fromkeys([*problem.single[:1], problem.empty]):
        for needed in range(1, min(problem.bound + 1, _MOST_NEEDED) + 1):
            groups = _groups(problem, base, needed)
            if not 1 < len(groups) <= _MOST:
                continue
            ranked = _ranked(problem, groups, needed)
            yield _fit(problem, base, ranked or groups, needed, by_rank=ranked is not None)
            break


def _groups(problem: Problem, base: Hashable, needed: int) -> list[_Group]:
    """Return the letters that lead to each outcome, if there are so many of one of them."""
    found: dict[Hashable, set[int]] = {}
    for i in range(problem.count):
        outcome = problem.out((i,) * needed)
        if outcome not in (base, problem.empty):
            found.setdefault(outcome, set()).add(i)
    return [(outcome, frozenset(group)) for outcome, group in found.items()]


def _ranked(problem: Problem, groups: Sequence[_Group], needed: int) -> list[_Group] | None:
    """Return the groups in the order in which equal counters win, None if the answer's order does.

    The order of the application is the same whatever the order of the elements.
    """
    wins: dict[int, int] = dict.fromkeys(range(len(groups)), 0)
    for (i, one), (j, other) in itertools.combinations(enumerate(groups), 2):
        left, right = (min(one[1]),) * needed, (min(other[1]),) * needed
        outcome = problem.out(left + right)
        if outcome != problem.out(right + left) or outcome not in (one[0], other[0]):
            return None
        wins[i if outcome == one[0] else j] += 1
    return [groups[i] for i in sorted(wins, key=lambda i: (-wins[i], i))]


def _fit(
    problem: Problem, base: Hashable, groups: list[_Group], needed: int, *, by_rank: bool
) -> Fit:
    rank_of = {letter: k for k, (_, group) in enumerate(groups) for letter in group}

    def predict(word: Letters) -> Hashable:
        votes: dict[int, int] = {}  # in the order of the elements
        for one in word:
            if one in rank_of:
                votes[rank_of[one]] = votes.get(rank_of[one], 0) + 1
        most = max(votes.values(), default=0)
        if most < needed:
            return base if word else problem.empty
        equal = [k for k, count in votes.items() if count == most]
        return groups[min(equal) if by_rank else equal[0]][0]

    def build(book: AtomBook) -> list[Rule]:
        rules: list[Rule] = []
        if problem.empty != base:
            every = frozenset(range(problem.count))
            rules.append((book.lacks(every), problem.empty))
        letters = [group for _, group in groups]
        for k, (outcome, group) in enumerate(groups):
            parts: list[Predicate] = [book.count(group, needed)]
            for other in letters[:k] + letters[k + 1 :]:
                at_least = book.more(group, other, 0)
                if by_rank:
                    parts.append(at_least)  # a rule before this one has caught its equals
                else:
                    is_first = book.first(group, [group, other], from_end=False)
                    parts.append(any_of([book.more(group, other, 1), all_of([at_least, is_first])]))
            rules.append((all_of(parts), outcome))
        return rules

    order = Order.APPLICATION if by_rank else Order.API
    return Fit("votes", predict, build, base, order, size=len(groups))
