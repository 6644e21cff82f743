"""Lift tests on the numbers of many elements to terms over the whole answer: guess, then check.

One run shows a sum of the elements that its answer happened to hold. Many runs, put
side by side, show what is the same in all of them: a sum over the elements of some
letters, the score of the last dog, the mean of the first three. A guess counts only
if it gives the value that the application computed on every answer seen.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from chameleonapi.analysis.exploration.alphabet import Alphabet
from chameleonapi.analysis.exploration.atom_book import AtomBook, NotExpressibleError
from chameleonapi.analysis.exploration.fields import is_list, length_of
from chameleonapi.analysis.exploration.terms import (
    COMPARISONS,
    Question,
    as_number,
    divide,
    join,
    lift,
    operation_of,
    orient,
)
from chameleonapi.analysis.expressions import Expression, Leaf
from chameleonapi.decision import (
    Aggregate,
    Arithmetic,
    Constant,
    ElementValue,
    Field,
    Function,
    Number,
)
from chameleonapi.decision.interpreter import Interpreter

__all__ = ["Sight", "WholeTerms", "element_of"]

_MOST_ADDENDS: Final = 400
_MAX_DEPTH: Final = 12
_MAX_FIRST: Final = 10
_CLOSE: Final = 1e-9
_SHARE: Final = 3
_MEANS: Final = ("statistics.mean", "statistics.fmean")
_SELECTIONS: Final = ("last", "first", "max", "min")

Element = tuple[str, int]


@dataclass(frozen=True)
class Sight:
    """A test as one run met it: on which answer, with which values of its leaves."""

    answer: Mapping[str, Any]
    expression: Expression
    values: Mapping[Leaf, Any]


@final
class WholeTerms:
    """Guesses terms for tests that were seen in several runs.

    Args:
        alphabet: tells the elements of an answer apart.
        book: makes the atoms of the elements that a term runs over.
    """

    def __init__(self, alphabet: Alphabet, book: AtomBook) -> None:
        self._alphabet = alphabet
        self._book = book
        self._letters: dict[int, dict[Element, int] | None] = {}

    def question(self, sights: Sequence[Sight]) -> Question | None:
        """Return the one question that all sights ask, None if none was found."""
        if not sights or any(self._read(one) is None for one in sights):
            return None
        names = {one.expression.operation for one in sights}
        if len(names) != 1:
            return None
        (name,) = names
        try:
            if divide(sights[0].expression) is not None:
                divisors = [divide(one.expression) for one in sights]
                term = self._guess(divisors, sights, 0)
                if term is None or isinstance(term, Constant):
                    return None
                return Question(term, "!=", 0.0)
            if name not in COMPARISONS or any(len(x.expression.arguments) != 2 for x in sights):
                return None
            sides = [
                self._guess([one.expression.arguments[i] for one in sights], sights, 0)
                for i in range(2)
            ]
        except NotExpressibleError:
            return None
        left, right = sides
        if left is None or right is None:
            return None
        made = orient(name, left, right)
        return None if isinstance(made.term, Constant) else made

    # Letters of elements

    def _read(self, sight: Sight) -> dict[Element, int] | None:
        key = id(sight)
        if key not in self._letters:
            letters = self._alphabet.letters_of(sight.answer)
            found: dict[Element, int] | None = None
            if letters is not None:
                counts: dict[str, int] = {}
                found = {}
                for letter in letters:
                    path = self._alphabet.letters[letter].collection
                    at = counts.get(path, 0)
                    counts[path] = at + 1
                    found[path, at] = letter
            self._letters[key] = found
        return self._letters[key]

    # Guessing

    def _guess(self, nodes: Sequence[Any], sights: Sequence[Sight], depth: int) -> Number | None:
        if depth > _MAX_DEPTH:
            return None
        ways = [self._plain, self._same_shape, self._selected, self._fold]
        if any(map(_is_fold, nodes)):
            ways = [self._plain, self._fold, self._same_shape, self._selected]
        for way in ways:
            found: Number | None = way(nodes, sights, depth)
            if found is not None and self._is_right(found, nodes, sights):
                return found
        return None

    def _is_right(self, number: Number, nodes: Sequence[Any], sights: Sequence[Sight]) -> bool:
        atoms = {one.id: one for one in self._book.atoms}
        for node, sight in zip(nodes, sights, strict=True):
            wanted = as_number(_value(node, sight.values))
            reader = Interpreter(self._alphabet.spec, atoms, {}, sight.answer)
            got = reader.number(number, None, "")
            if wanted is None or got is None or not _are_close(wanted, got):
                return False
        return True

    def _plain(self, nodes: Sequence[Any], sights: Sequence[Sight], depth: int) -> Number | None:
        """Return a constant, a field of the whole answer, or a count."""
        del depth
        leaves = [_leaf_of(one) for one in nodes]
        if all(one is not None and one == leaves[0] for one in leaves):
            (leaf,) = set(leaves)
            assert leaf is not None
            counted = length_of(leaf)
            if counted is not None:
                return Aggregate("count", counted)
            if is_list(leaf.collection):
                return None
            field = Field(leaf.field)
            return ElementValue(leaf.collection, 0, field) if leaf.collection else field
        numbers = [None if _is_answer(one) else as_number(one) for one in nodes]
        known = [one for one in numbers if one is not None]
        if len(known) < len(nodes):
            return None
        if len(set(known)) == 1:
            return Constant(known[0])
        return self._count(known, sights)

    def _count(self, numbers: Sequence[float], sights: Sequence[Sight]) -> Number | None:
        """Return a count that is these numbers: of all elements, or of those of some letters."""
        for path in self._alphabet.lists:
            rows = [self._of(one, path) for one in sights]
            if all(len(row) == n for row, n in zip(rows, numbers, strict=True)):
                return Aggregate("count", path)
            counted = {
                letter
                for row, n in zip(rows, numbers, strict=True)
                if len(row) == n
                for letter in row.values()
            }
            for row, n in zip(rows, numbers, strict=True):
                if n == 0:
                    counted -= set(row.values())
            if counted:
                made = self._over("count", path, None, counted)
                if made is not None:
                    return made
        return None

    def _same_shape(
        self, nodes: Sequence[Any], sights: Sequence[Sight], depth: int
    ) -> Number | None:
        """Return an operation whose parts are guessed one by one."""
        if not all(isinstance(one, Expression) for one in nodes):
            return None
        shapes = {(one.operation, len(one.arguments)) for one in nodes}
        operation = operation_of(nodes[0])
        if len(shapes) != 1 or operation is None:
            return None
        parts = []
        for i in range(len(nodes[0].arguments)):
            found = self._guess([one.arguments[i] for one in nodes], sights, depth + 1)
            if found is None:
                return None
            parts.append(found)
        return _mean(join(operation, parts))

    # Folds

    def _fold(self, nodes: Sequence[Any], sights: Sequence[Sight], depth: int) -> Number | None:
        """Return a sum, mean, maximum or minimum over elements."""
        del depth
        names = {
            one.operation for one in nodes if isinstance(one, Expression) and not _leaf_of(one)
        }
        if names & set(_MEANS):
            rows = [_arguments(one, _MEANS) for one in nodes]
            return self._folded("mean", rows, sights)
        for how in ("max", "min"):
            if how in names:
                rows = [_arguments(one, (how,)) for one in nodes]
                return self._folded(how, rows, sights)
        added = [_addends(one) for one in nodes]
        if any(row is None for row in added):
            return None
        return self._summed([row or [] for row in added], sights)

    def _folded(
        self, how: str, rows: Sequence[Sequence[Any]], sights: Sequence[Sight]
    ) -> Number | None:
        terms = self._by_term(rows)
        if terms is None or len(terms) != 1:
            return None
        ((path, term), chosen), *_ = terms.items()
        letters = self._letters_of(path, chosen, sights)
        return None if letters is None else self._over(how, path, term, letters)

    def _summed(self, rows: Sequence[Sequence[Any]], sights: Sequence[Sight]) -> Number | None:
        constants = [
            sum(as_number(one) or 0.0 for one in row if not _is_answer(one)) for row in rows
        ]
        terms = self._by_term([[one for one in row if _is_answer(one)] for row in rows])
        if terms is None or not terms or len(set(constants)) != 1:
            return None
        total: Number | None = Constant(constants[0]) if constants[0] else None
        for (path, term), chosen in terms.items():
            if term == Constant(0.0):
                continue
            if any(len(row) != len(set(row)) for row in chosen):
                return None
            letters = self._letters_of(path, chosen, sights)
            if letters is not None:
                part = self._over("sum", path, term, letters)
            else:
                part = self._first_ones(path, term, chosen, sights)
            if part is None:
                return None
            total = part if total is None else Arithmetic("+", total, part)
        return total

    def _by_term(
        self, rows: Sequence[Sequence[Any]]
    ) -> dict[tuple[str, Number], list[list[int]]] | None:
        """Return, for each term of one element, the indices over which it runs, row by row."""
        found: dict[tuple[str, Number], list[list[int]]] = {}
        for at, row in enumerate(rows):
            for one in row:
                element = element_of(one)
                if element is None:
                    return None
                term = lift(one, lambda leaf: Field(leaf.field))
                if term is None:
                    return None
                path, index = element
                chosen = found.setdefault((path, term), [[] for _ in rows])
                chosen[at].append(index)
        return found

    def _letters_of(
        self, path: str, chosen: Sequence[Sequence[int]], sights: Sequence[Sight]
    ) -> set[int] | None:
        """Return the letters whose elements are chosen always, None if letters do not settle it."""
        inside: set[int] = set()
        outside: set[int] = set()
        for indices, sight in zip(chosen, sights, strict=True):
            for index, letter in self._of(sight, path).items():
                (inside if index in indices else outside).add(letter)
        if inside & outside:
            return None
        every = self._every(path)
        # of many sorts of elements, some were not met by chance
        return every if not outside and len(inside) * _SHARE >= len(every) else inside

    def _every(self, path: str) -> set[int]:
        return {i for i, one in enumerate(self._alphabet.letters) if one.collection == path}

    def _of(self, sight: Sight, path: str) -> dict[int, int]:
        read = self._read(sight) or {}
        return {index: letter for (found, index), letter in read.items() if found == path}

    def _first_ones(
        self, path: str, term: Number, chosen: Sequence[Sequence[int]], sights: Sequence[Sight]
    ) -> Number | None:
        """Return the sum over the first few elements."""
        most = max(len(row) for row in chosen)
        if most > _MAX_FIRST:
            return None
        for row, sight in zip(chosen, sights, strict=True):
            if sorted(row) != list(range(min(most, len(self._of(sight, path))))):
                return None
        parts: list[Number] = [
            Function("default", (ElementValue(path, i, term), Constant(0.0))) for i in range(most)
        ]
        return functools.reduce(lambda a, b: Arithmetic("+", a, b), parts)

    def _over(self, how: str, path: str, term: Number | None, letters: set[int]) -> Number | None:
        """Return an aggregate over the elements of some letters."""
        if letters >= self._every(path):
            return Aggregate(how, path, term)
        ids = self._book.single_atoms(frozenset(letters)) if letters else ()
        if not ids:
            return None
        made: Number = Aggregate(how, path, term, ids[0])
        for one in ids[1:]:
            if how not in ("sum", "count"):
                return None
            made = Arithmetic("+", made, Aggregate(how, path, term, one))
        return made

    # One element

    def _selected(self, nodes: Sequence[Any], sights: Sequence[Sight], depth: int) -> Number | None:
        """Return a number of one element, or a constant where there is no such element."""
        del depth
        with_one = [i for i, one in enumerate(nodes) if _is_answer(one)]
        rest = {as_number(one) for i, one in enumerate(nodes) if not _is_answer(one)}
        if not with_one or len(rest) > 1 or None in rest:
            return None
        terms = self._by_term([[nodes[i]] for i in with_one])
        if terms is None or len(terms) != 1:
            return None
        ((path, term), chosen), *_ = terms.items()
        seen = [sights[i] for i in with_one]
        for candidate in self._selections(path, term, chosen, seen):
            made = candidate
            if rest:
                (default,) = rest
                assert default is not None
                made = Function("default", (candidate, Constant(default)))
            if self._is_right(made, nodes, sights):
                return made
        return None

    def _selections(
        self, path: str, term: Number, chosen: Sequence[Sequence[int]], sights: Sequence[Sight]
    ) -> list[Number]:
        made: list[Number] = []
        firsts = {row[0] for row in chosen}
        lasts = {row[0] - len(self._of(x, path)) for row, x in zip(chosen, sights, strict=True)}
        made += [
            ElementValue(path, next(iter(places)), term)
            for places in (firsts, lasts)
            if len(places) == 1
        ]
        letters = {self._of(x, path)[row[0]] for row, x in zip(chosen, sights, strict=True)}
        for how in _SELECTIONS:
            found = self._over(how, path, term, letters)
            if found is not None:
                made.append(found)
        return made


def _is_answer(node: Any) -> bool:
    return isinstance(node, Leaf) or (isinstance(node, Expression) and bool(node.leaves))


def _leaf_of(node: Any) -> Leaf | None:
    if isinstance(node, Leaf):
        return node
    if isinstance(node, Expression) and len(node.arguments) == 1:
        known = operation_of(node)
        if known is not None and known[0] == "same":
            return _leaf_of(node.arguments[0])
    return None


def element_of(node: Any) -> Element | None:
    """Return the one element of a list that an expression reads."""
    if not isinstance(node, Leaf | Expression):
        return None  # a constant among the numbers
    leaves = frozenset({node}) if isinstance(node, Leaf) else node.leaves
    found = {(one.collection, one.index) for one in leaves}
    if len(found) != 1 or any(length_of(one) is not None for one in leaves):
        return None
    ((path, index),) = found
    return (path, index) if is_list(path) and index >= 0 else None


def _arguments(node: Any, names: Sequence[str]) -> list[Any]:
    if isinstance(node, Expression) and node.operation in names:
        return list(node.arguments)
    return [node]


def _is_fold(node: Any) -> bool:
    """Return whether an expression joins numbers of several elements by one operation."""
    if not isinstance(node, Expression) or node.operation not in ("+", "max", "min", *_MEANS):
        return False
    return len({(one.collection, one.index) for one in node.leaves}) > 1


def _addends(node: Any) -> list[Any] | None:
    """Return what is added up, in order; None if it is too much."""
    found: list[Any] = []
    stack = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, Expression) and one.operation == "+" and len(one.arguments) == 2:
            stack += [one.arguments[1], one.arguments[0]]
            continue
        found.append(one)
        if len(found) > _MOST_ADDENDS:
            return None
    return found


def _value(node: Any, values: Mapping[Leaf, Any]) -> Any:
    try:
        if isinstance(node, Leaf):
            return values[node]
        return node.evaluate(values) if isinstance(node, Expression) else node
    except Exception:  # noqa: BLE001 - a modelled operation may raise anything
        return None


def _are_close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(1.0, abs(one), abs(other))


def _mean(number: Number) -> Number:
    match number:
        case Arithmetic(
            "/", Aggregate("sum", path, value, where), Aggregate("count", counted, _, among)
        ) if (path, where) == (counted, among):
            return Aggregate("mean", path, value, where)
        case _:
            return number
