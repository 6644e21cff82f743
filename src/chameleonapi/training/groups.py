"""Target classes as columns: labels that the application cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chameleonapi.apis import Task
from chameleonapi.decision import DecisionProcess, LabelTest, LengthAtLeast

__all__ = ["Group", "columns_that_matter", "target_groups"]

_MOST_GROUPS = 24
_SHARED = frozenset({Task.SENTIMENT, Task.ENTITIES, Task.LIKELIHOODS})


@dataclass(frozen=True, slots=True)
class Group:
    """A set of labels that share a threshold.

    Attributes:
        name: for a reader: the outcomes that the labels lead to by themselves, or the tests
            that they pass.
        columns: positions in the label space.
    """

    name: str
    columns: tuple[int, ...]


def columns_that_matter(process: DecisionProcess, labels: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the labels whose scores can change a decision.

    Of sentiment, which is one score or a few classes that share the whole, and of types of
    entities, of which each takes what another loses, and of likelihoods, that is all.

    Those are the labels that the process reads; all of them where it also reads what is left
    over (everything but some labels, any element at all, the length of the answer).
    """
    if process.spec.task in _SHARED:
        return tuple(range(len(labels)))
    open_ended = any(isinstance(one, LengthAtLeast) for one in process.predicates()) or any(
        not sets or any(one.complement for one in sets)
        for sets in (atom.label_sets() for atom in process.atoms)
    )
    if open_ended:
        return tuple(range(len(labels)))
    read = set(process.labels_read(tuple(labels)))
    return tuple(index for index, label in enumerate(labels) if label in read)


def target_groups(process: DecisionProcess, labels: Sequence[str]) -> tuple[Group, ...]:
    """Return the target classes: groups of labels that pass the same tests.

    Labels that pass none are in no group. Where there are too many groups to search, the
    smallest are joined into one.
    """
    if process.spec.task in _SHARED:
        return tuple(Group(label, (column,)) for column, label in enumerate(labels))
    by_tests: dict[tuple[str, ...], list[int]] = {}
    for column in columns_that_matter(process, labels):
        label = labels[column]
        passed = tuple(
            atom.id
            for atom in process.atoms
            if all(test.holds(label) for test in atom.tests if isinstance(test, LabelTest))
        )
        if passed:
            by_tests.setdefault(passed, []).append(column)
    groups = [
        Group(_name(process, passed, [labels[one] for one in columns]), tuple(columns))
        for passed, columns in by_tests.items()
    ]
    if len(groups) > _MOST_GROUPS:
        groups.sort(key=lambda one: -len(one.columns))
        rest = tuple(sorted(one for group in groups[_MOST_GROUPS - 1 :] for one in group.columns))
        groups = [*groups[: _MOST_GROUPS - 1], Group("others", rest)]
    return tuple(groups)


def _name(process: DecisionProcess, passed: Sequence[str], members: Sequence[str]) -> str:
    led_to = [one.id for one in process.outcomes if set(members) <= set(one.accepts)]
    return " & ".join(led_to or passed)
