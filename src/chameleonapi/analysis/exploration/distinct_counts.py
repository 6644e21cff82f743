"""Decisions that ask how many different sorts of elements there are: two of these eleven words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

from chameleonapi.analysis.exploration.atom_book import AtomBook
from chameleonapi.analysis.exploration.problem import Fit, Letters, Problem, Rule

__all__ = ["fit_distinct_count"]

_MOST: Final = 60


def fit_distinct_count(problem: Problem) -> Iterator[Fit]:
    """Yield the function of how many classes of letters occur, each taken once."""
    classes = [group for group in problem.classes if not _is_idle(problem, group)]
    if not 1 < len(classes) <= _MOST or problem.by is not None:
        return
    class_of = {letter: k for k, group in enumerate(classes) for letter in group}
    outcomes: dict[int, Hashable] = {}
    for word in problem.words:
        count = len({class_of[one] for one in word if one in class_of})
        if outcomes.setdefault(count, problem.out(word)) != problem.out(word):
            return
    steps = sorted(outcomes.items())
    starts = [
        (count, outcome)
        for i, (count, outcome) in enumerate(steps)
        if i == 0 or steps[i - 1][1] != outcome
    ]
    if not any(1 < at < len(classes) for at, _ in starts[1:]):
        return  # any of them, or all of them: that is no count

    def predict(word: Letters) -> Hashable:
        count = len({class_of[one] for one in word if one in class_of})
        return next((outcome for at, outcome in reversed(starts) if count >= at), starts[0][1])

    def build(book: AtomBook) -> list[Rule]:
        groups = [frozenset(group) for group in classes]
        return [(book.different(groups, at), outcome) for at, outcome in reversed(starts[1:])]

    yield Fit("count", predict, build, starts[0][1])


def _is_idle(problem: Problem, group: Letters) -> bool:
    return all(
        problem.out((*word, group[0])) == problem.out(word)
        for word in [(), *((other[0],) for other in problem.classes)]
    )
