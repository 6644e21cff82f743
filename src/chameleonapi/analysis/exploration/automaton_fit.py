"""The fallback that can express any bounded reading: a minimal automaton over label classes."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from typing import Final

from chameleonapi.analysis.exploration.atom_book import AtomBook, NotExpressibleError
from chameleonapi.analysis.exploration.learner import Machine, learn
from chameleonapi.analysis.exploration.problem import Fit, Letters, Problem, Rule
from chameleonapi.decision import Automaton, AutomatonGives

__all__ = ["fit_automaton"]

_MAX_SEPARATE: Final = 40


def fit_automaton(problem: Problem, states: int, name: str) -> Fit | None:
    """Return the automaton of a problem, or None if it has more states than that."""
    for classes in _alphabets(problem):
        class_of = {letter: k for k, group in enumerate(classes) for letter in group}
        fit = _fit(problem, classes, class_of, states, name)
        if fit is not None and problem.agrees(fit.predict):
            return fit
    return None


def _alphabets(problem: Problem) -> list[list[Letters]]:
    found = [problem.classes]
    if len(problem.classes) < problem.count <= _MAX_SEPARATE:
        found.append([(i,) for i in range(problem.count)])
    return found


def _fit(
    problem: Problem,
    classes: list[Letters],
    class_of: dict[int, int],
    states: int,
    name: str,
) -> Fit | None:
    def out(word: Letters) -> Hashable:
        return problem.out(tuple(classes[one][0] for one in word))

    words = dict.fromkeys(tuple(class_of[one] for one in word) for word in problem.words)
    machine = learn(out, len(classes), words, states)
    if machine is None:
        return None
    bound = max((len(word) for word in words), default=0)
    automata: list[Automaton] = []

    def build(book: AtomBook) -> list[Rule]:
        automaton, texts = _record(problem, machine, classes, book, name, bound)
        automata[:] = [automaton]
        return [
            (AutomatonGives(name, text), outcome)
            for outcome, text in texts.items()
            if outcome != problem.empty
        ]

    return Fit(
        "automaton",
        lambda word: machine.output(tuple(class_of[one] for one in word)),
        build,
        problem.empty,
        automata=automata,
    )


def _record(
    problem: Problem,
    machine: Machine,
    classes: list[Letters],
    book: AtomBook,
    name: str,
    bound: int,
) -> tuple[Automaton, dict[Hashable, str]]:
    collections = {book.alphabet.letters[i].collection for i in range(problem.count)}
    if len(collections) != 1:
        raise NotExpressibleError
    # Letters between which the automaton makes no difference are one letter of the record.
    by_column: dict[tuple[int, ...], Letters] = {}
    for k, group in enumerate(classes):
        column = tuple(row[k] for row in machine.transitions)
        by_column[column] = (*by_column.get(column, ()), *group)
    # Letter 0 of the record reads whatever satisfies no atom: the class that nobody names.
    rest = next(column for column, group in by_column.items() if 0 in group)
    columns = {
        one: column
        for column, group in by_column.items()
        if column != rest
        for one in book.single_atoms(frozenset(group))
    }
    # The order in which letters were found differs between spellings of one decision.
    atoms = sorted(columns, key=book.content)
    states, transitions = _from_start([rest, *(columns[one] for one in atoms)])
    outputs = [machine.outputs[one] for one in states]
    rows = [tuple(False for _ in atoms)]
    rows += [tuple(i == j for j in range(len(atoms))) for i in range(len(atoms))]
    texts = {outcome: f"o{i}" for i, outcome in enumerate(dict.fromkeys(outputs))}
    automaton = Automaton(
        name,
        collections.pop(),
        tuple(atoms),
        tuple(rows),
        transitions,
        tuple(texts[one] for one in outputs),
        bound,
    )
    return automaton, texts


def _from_start(
    columns: Sequence[tuple[int, ...]],
) -> tuple[list[int], tuple[tuple[int, ...], ...]]:
    """Number states as they are reached from the start; columns give the next state by letter."""
    order = [0]
    for state in order:
        order += dict.fromkeys(one[state] for one in columns if one[state] not in order)
    number = {state: i for i, state in enumerate(order)}
    return order, tuple(tuple(number[one[state]] for one in columns) for state in order)


def all_words(letters: int, length: int) -> list[Letters]:
    """Return all words up to a length, short ones first."""
    return [word for n in range(length + 1) for word in itertools.product(range(letters), repeat=n)]
