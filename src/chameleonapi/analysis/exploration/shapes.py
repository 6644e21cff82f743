"""The named shapes of decisions, each tried on a problem; the first that agrees is the answer.

A shape guesses its parts from a few probes and is then checked on every word of
the problem; later the whole record is checked on thousands of random answers.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Final

from chameleonapi.analysis.exploration.atom_book import AtomBook, NotExpressibleError, negate
from chameleonapi.analysis.exploration.problem import Fit, Letters, Problem, Rule
from chameleonapi.analysis.exploration.single_element import fit_single_element
from chameleonapi.decision import Order

__all__ = ["fit_shape"]

_MAX_TOP: Final = 10
_MAX_COUNT: Final = 24
_MAX_WEIGHED: Final = 4
_MAX_POINTS: Final = 3
_MAX_ORDERS: Final = 24
_MAX_CLASSES: Final = 250


def fit_shape(problem: Problem) -> Fit | None:
    """Return the first named shape that agrees with the problem, or None."""
    for shape in _SHAPES:
        for fit in shape(problem):
            if problem.agrees(fit.predict):
                return fit
    return None


def _constant(problem: Problem) -> Iterator[Fit]:
    yield Fit("constant", lambda _: problem.empty, lambda _: [], problem.empty)


# An empty list may have an outcome of its own


def _guarded(problem: Problem, base: Hashable, fit: Fit) -> Fit:
    if base == problem.empty:
        return fit
    empty = problem.empty

    def build(book: AtomBook) -> list[Rule]:
        everything = frozenset(range(problem.count))
        return [(negate(book.exists(everything)), empty), *fit.build(book)]

    return Fit(
        fit.shape,
        lambda word: fit.predict(word) if word else empty,
        build,
        fit.default,
        fit.order,
        fit.automata,
        fit.size + 1,
    )


def _with_bases(problem: Problem, make: Callable[[Hashable], Fit | None]) -> Iterator[Fit]:
    """Yield the fits over each candidate for "nothing that matters", the simplest one first."""
    found: list[Fit] = []
    # On a tie, the outcome of an element that nobody names beats that of an empty list.
    for base in dict.fromkeys([*problem.single[:1], problem.empty]):
        fit = make(base)
        if fit is not None:
            found.append(_guarded(problem, base, fit))
    yield from sorted(found, key=lambda fit: fit.size)


# Priority in the order of the source; with one class, "some element is ..."


def _cascade(problem: Problem) -> Iterator[Fit]:
    def make(base: Hashable) -> Fit | None:
        ranks = _ranks(problem, base)
        if ranks is None:
            return None
        rank_of = {letter: k for k, (group, _) in enumerate(ranks) for letter in group}

        def predict(word: Letters) -> Hashable:
            best = min((rank_of[one] for one in word if one in rank_of), default=None)
            return base if best is None else ranks[best][1]

        def build(book: AtomBook) -> list[Rule]:
            rules: list[Rule] = []
            so_far: frozenset[int] = frozenset()
            for group, outcome in ranks:
                so_far |= group
                is_rest = len(so_far) == problem.count
                shown = so_far if is_rest else book.expressible(group, so_far)
                rules.append((book.exists(shown), outcome))
            return rules

        order = Order.APPLICATION if len({one for _, one in ranks} - {base}) > 1 else None
        shape = "exists" if len(ranks) == 1 else "priority"
        return Fit(shape, predict, build, base, order, size=len(ranks))

    yield from _with_bases(problem, make)


def _ranks(problem: Problem, base: Hashable) -> list[tuple[frozenset[int], Hashable]] | None:
    """Return groups of letters by falling priority, the last of which is not the base."""
    classes = problem.classes
    if len(classes) > _MAX_CLASSES:
        return None
    single = problem.single
    below: dict[int, set[int]] = {i: set() for i in range(len(classes))}
    above = dict.fromkeys(range(len(classes)), 0)
    for i, one in enumerate(classes):
        for j in range(i):
            a, b = one[0], classes[j][0]
            if single[a] == single[b]:
                continue
            outcome = problem.out((a, b))
            if outcome != problem.out((b, a)) or outcome not in {single[a], single[b]}:
                return None
            high, low = (i, j) if outcome == single[a] else (j, i)
            below[high].add(low)
            above[low] += 1
    left = set(range(len(classes)))
    ranks: list[tuple[frozenset[int], Hashable]] = []
    while left:
        ready = sorted(i for i in left if above[i] == 0)
        if not ready:
            return None
        # The base goes last, as far as nothing is below it.
        chosen = next((i for i in ready if single[classes[i][0]] != base), ready[0])
        outcome = single[classes[chosen][0]]
        same = [i for i in ready if single[classes[i][0]] == outcome]
        group: frozenset[int] = frozenset()
        for i in same:
            group |= frozenset(classes[i])
            left.discard(i)
            for low in below[i]:
                above[low] -= 1
        if ranks and ranks[-1][1] == outcome:
            ranks[-1] = (ranks[-1][0] | group, outcome)
        else:
            ranks.append((group, outcome))
    while ranks and ranks[-1][1] == base:
        ranks.pop()
    return ranks or None


# The first, or the last, element that decides anything


def _first(problem: Problem) -> Iterator[Fit]:
    yield from _with_bases(problem, lambda base: _match(problem, base, from_end=False))


def _last(problem: Problem) -> Iterator[Fit]:
    if problem.by is None:
        yield from _with_bases(problem, lambda base: _match(problem, base, from_end=True))


def _match(problem: Problem, base: Hashable, *, from_end: bool) -> Fit | None:
    single = problem.single
    partners: dict[Hashable, int] = {}
    for i, outcome in enumerate(single):
        if outcome != base:
            partners.setdefault(outcome, i)

    def is_neutral(i: int) -> bool:
        return single[i] == base and all(
            problem.out((j, i) if from_end else (i, j)) == outcome
            for outcome, j in partners.items()
        )

    deciders = frozenset(i for i in range(problem.count) if not is_neutral(i))
    if not partners or len(deciders) in {0, problem.count}:
        return None  # if every element decides, the first one does: see _element

    groups = _by_outcome(single, deciders)

    def predict(word: Letters) -> Hashable:
        for one in reversed(word) if from_end else word:
            if one in deciders:
                return single[one]
        return base

    def build(book: AtomBook) -> list[Rule]:
        problems: list[NotExpressibleError] = []
        for order in itertools.islice(itertools.permutations(groups), _MAX_ORDERS):
            try:
                return rules_of(book, order)
            except NotExpressibleError as error:  # noqa: PERF203 - a few orders at most
                problems.append(error)
        raise problems[0]

    def rules_of(book: AtomBook, order: Sequence[tuple[Hashable, frozenset[int]]]) -> list[Rule]:
        # An atom may also hold for elements that an earlier rule has caught.
        so_far: frozenset[int] = frozenset()
        shown = []
        for outcome, group in order:
            shown.append((outcome, book.expressible(group, so_far)))
            so_far |= group
        others = [group for _, group in shown]
        return [
            (
                book.first(group, others, from_end=from_end)
                if problem.by is None
                else book.top(1, group, by=problem.by, among=deciders),
                outcome,
            )
            for outcome, group in shown
            if outcome != base
        ]

    shape = "last" if from_end else "first"
    return Fit(shape, predict, build, base, Order.API, size=len(groups))


def _by_outcome(
    single: Sequence[Hashable], letters: frozenset[int]
) -> list[tuple[Hashable, frozenset[int]]]:
    groups: dict[Hashable, set[int]] = {}
    for i in sorted(letters):
        groups.setdefault(single[i], set()).add(i)
    return [(outcome, frozenset(group)) for outcome, group in groups.items()]


# The element at an index


def _at_start(problem: Problem) -> Iterator[Fit]:
    yield _element(problem, 0)


def _at(problem: Problem) -> Iterator[Fit]:
    if problem.by is None:
        for index in (-1, *range(1, problem.bound + 1), -2):
            yield _element(problem, index)


def _element(problem: Problem, index: int) -> Fit:
    padding = (0,) * (index if index >= 0 else -index - 1)
    short = problem.out(padding)
    at = [problem.out((*padding, i) if index >= 0 else (i, *padding)) for i in range(problem.count)]
    base = at[0]

    def predict(word: Letters) -> Hashable:
        return at[word[index]] if -len(word) <= index < len(word) else short

    def build(book: AtomBook) -> list[Rule]:
        everything = frozenset(range(problem.count))
        rules: list[Rule] = []
        if short != base:
            rules.append((negate(book.at(index, everything)), short))
        for outcome, group in _by_outcome(at, everything):
            if outcome == base:
                continue
            if problem.by is None:
                rules.append((book.at(index, group), outcome))
            else:
                rules.append((book.top(1, group, by=problem.by), outcome))
        return rules

    return Fit("element", predict, build, base, Order.API)


# Priority among the first few


def _top(problem: Problem) -> Iterator[Fit]:
    for count in range(2, min(max(problem.bound, 5), _MAX_TOP) + 1):
        yield from _with_bases(problem, lambda base, count=count: _top_fit(problem, base, count))  # type: ignore[misc]


def _top_fit(problem: Problem, base: Hashable, count: int) -> Fit | None:
    ranks = _ranks(problem, base)
    if ranks is None:
        return None
    rank_of = {letter: k for k, (group, _) in enumerate(ranks) for letter in group}

    def predict(word: Letters) -> Hashable:
        best = min((rank_of[one] for one in word[:count] if one in rank_of), default=None)
        return base if best is None else ranks[best][1]

    def build(book: AtomBook) -> list[Rule]:
        return [(book.top(count, group, by=problem.by), outcome) for group, outcome in ranks]

    order = Order.APPLICATION if len(ranks) > 1 else None
    return Fit("top", predict, build, base, order, size=len(ranks))


# How many


def _counts(problem: Problem) -> Iterator[Fit]:
    limit = max(problem.bound + 1, min(problem.longest, _MAX_COUNT))
    alike: dict[tuple[Hashable, ...], list[int]] = {}  # letters by what many of one lead to
    for i in range(problem.count):
        alike.setdefault(tuple([problem.out((i,) * n) for n in range(limit + 1)]), []).append(i)
    for steps, letters in alike.items():
        if len(set(steps)) > 1:
            yield _count_fit(frozenset(letters), list(steps))
            if 0 in letters:
                break
    everything = frozenset(range(problem.count))
    if problem.count > 1 and problem.empty != problem.single[0]:
        yield _count_fit(everything, [problem.out((0,) * n) for n in range(limit + 1)])


def _count_fit(counted: frozenset[int], steps: list[Hashable]) -> Fit:
    limit = len(steps) - 1

    def predict(word: Letters) -> Hashable:
        return steps[min(sum(one in counted for one in word), limit)]

    def build(book: AtomBook) -> list[Rule]:
        rules: list[Rule] = [
            (book.count(counted, n), steps[n])
            for n in range(limit, 0, -1)
            if steps[n] != steps[n - 1]
        ]
        return rules

    return Fit("count", predict, build, steps[0])


# Points for and against


def _weighted(problem: Problem) -> Iterator[Fit]:
    """Yield sums of points per element that are compared with limits, small points first."""
    classes = [group for group in problem.classes if not _is_idle(problem, group)]
    if not 1 < len(classes) <= _MAX_WEIGHED or problem.by is not None:
        return
    class_of = {letter: k for k, group in enumerate(classes) for letter in group}
    counted = [
        (_counts_of(word, class_of, len(classes)), problem.out(word)) for word in problem.words
    ]
    points = range(-_MAX_POINTS, _MAX_POINTS + 1)
    for weights in sorted(
        (one for one in itertools.product(points, repeat=len(classes)) if all(one)),
        key=lambda one: (sum(map(abs, one)), one),
    ):
        by_sum: dict[int, Hashable] = {}
        if all(
            by_sum.setdefault(sum(map(operator.mul, weights, row)), outcome) == outcome
            for row, outcome in counted
        ):
            yield _weighted_fit(classes, class_of, weights, by_sum)
            return


def _is_idle(problem: Problem, group: Letters) -> bool:
    return all(
        problem.out((*word, group[0])) == problem.out(word)
        for word in [(), *((other[0],) for other in problem.classes)]
    )


def _counts_of(word: Letters, class_of: dict[int, int], classes: int) -> list[int]:
    counts = [0] * classes
    for one in word:
        if one in class_of:
            counts[class_of[one]] += 1
    return counts


def _weighted_fit(
    classes: list[Letters],
    class_of: dict[int, int],
    weights: tuple[int, ...],
    by_sum: dict[int, Hashable],
) -> Fit:
    # Between two sums that were seen, the outcome is that of the lower one.
    steps = sorted(by_sum.items())
    starts = [
        (at, outcome)
        for i, (at, outcome) in enumerate(steps)
        if i == 0 or steps[i - 1][1] != outcome
    ]

    def predict(word: Letters) -> Hashable:
        total = sum(map(operator.mul, weights, _counts_of(word, class_of, len(classes))))
        return next((outcome for at, outcome in reversed(starts) if total >= at), starts[0][1])

    def build(book: AtomBook) -> list[Rule]:
        groups = [(frozenset(group), one) for group, one in zip(classes, weights, strict=True)]
        return [(book.points(groups, at), outcome) for at, outcome in reversed(starts[1:])]

    return Fit("count", predict, build, starts[0][1])


_SHAPES: Final = (
    *(_constant, _cascade, _first, _at_start, _last, _counts, _top, _at),
    *(fit_single_element, _weighted),
)
