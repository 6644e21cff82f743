"""Decisions that only ask how often each sort of element occurs: and, or, not of counts."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from chameleonapi.analysis.exploration.atom_book import AtomBook, all_of, any_of, negate
from chameleonapi.analysis.exploration.problem import Fit, Letters, Problem, Rule
from chameleonapi.decision import Predicate

__all__ = ["fit_threshold_function", "minimal_terms"]

_MAX_VECTORS: Final = 260
_MAX_BITS: Final = 9

Term = tuple[int | None, ...]  # per bit: 0, 1 or indifferent


def fit_threshold_function(problem: Problem) -> Iterator[Fit]:
    """Yield functions of the capped counts of each class of letters, small caps first."""
    classes = [group for group in problem.classes if not _is_idle(problem, group)]
    for cap in range(1, problem.bound + 1):
        if (cap + 1) ** len(classes) > _MAX_VECTORS or cap * len(classes) > _MAX_BITS:
            return
        yield _make(problem, classes, cap)


def _is_idle(problem: Problem, group: Letters) -> bool:
    one = group[0]
    words = [(), *((other[0],) for other in problem.classes)]
    words += [(one,) * count for count in range(2, problem.bound + 1)]  # enough of them may matter
    return all(
        problem.out((*word, one)) == problem.out(word) == problem.out((one, *word))
        for word in words
    )


def _make(problem: Problem, classes: Sequence[Letters], cap: int) -> Fit:
    class_of = {letter: k for k, group in enumerate(classes) for letter in group}
    table: dict[tuple[int, ...], Hashable] = {}
    for vector in itertools.product(range(cap + 1), repeat=len(classes)):
        word = tuple(classes[k][0] for k, n in enumerate(vector) for _ in range(n))
        table[vector] = problem.out(word)

    def vector_of(word: Letters) -> tuple[int, ...]:
        counts = [0] * len(classes)
        for one in word:
            if one in class_of:
                counts[class_of[one]] += 1
        return tuple(min(one, cap) for one in counts)

    default = table[(0,) * len(classes)]

    def build(book: AtomBook) -> list[Rule]:
        bits = [(k, n) for k in range(len(classes)) for n in range(1, cap + 1)]
        rows = {
            tuple(int(vector[k] >= n) for k, n in bits): outcome
            for vector, outcome in table.items()
        }
        rules: list[Rule] = []
        for outcome in dict.fromkeys(table.values()):
            if outcome == default:
                continue
            wanted = {row for row, one in rows.items() if one == outcome}
            others = set(rows) - wanted
            parts: list[Predicate] = []
            for term in minimal_terms(wanted, others, len(bits)):
                tests: list[Predicate] = []
                for (k, n), value in zip(bits, term, strict=True):
                    if value is not None:
                        test = book.count(frozenset(classes[k]), n)
                        tests.append(test if value else negate(test))
                parts.append(all_of(tests))
            rules.append((any_of(parts), outcome))
        return rules

    return Fit("function", lambda word: table[vector_of(word)], build, default)


def minimal_terms(
    wanted: set[tuple[int, ...]], others: set[tuple[int, ...]], bits: int
) -> list[Term]:
    """Return few short conjunctions that hold for all of ``wanted`` and none of ``others``.

    Rows in neither set cannot occur, and may go either way.
    """
    terms: list[Term] = []
    left = set(wanted)
    while left:
        row = min(left)
        term: list[int | None] = list(row)
        # Drop what is not needed, negated bits first: "a and b" reads better than "not c".
        for i in sorted(range(bits), key=lambda i, row=row: row[i]):  # type: ignore[misc]
            kept = term[i]
            term[i] = None
            if any(_covers(term, other) for other in others):
                term[i] = kept
        terms.append(tuple(term))
        left = {one for one in left if not _covers(term, one)}
    for one in list(terms):
        others_cover = [other for other in terms if other is not one]
        if all(
            any(_covers(other, row) for other in others_cover)
            for row in wanted
            if _covers(one, row)
        ):
            terms.remove(one)
    return terms


def _covers(term: Sequence[int | None], row: tuple[int, ...]) -> bool:
    return all(a is None or a == b for a, b in zip(term, row, strict=True))
