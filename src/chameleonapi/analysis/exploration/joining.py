"""Whether the answers of several calls fit into one record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.apis import ApiSpec, answer_keys, are_separate, get_api
from chameleonapi.decision import (
    Aggregate,
    Compare,
    DecisionProcess,
    ElementValue,
    Field,
    LabelTest,
    LengthAtLeast,
)
from chameleonapi.decision.structure import walk_numbers

__all__ = ["can_join", "reads", "reads_labels"]

_MOST_BESIDE: Final = 3


def can_join(api: str, runner: Runner, others: Sequence[str]) -> bool:
    """Return whether the answers of all calls that decide together fit into one record."""
    sites = [one.api for one in runner.other_sites.values()]
    return (
        0 < len(others) <= _MOST_BESIDE
        and all(sites.count(one) <= 1 for one in others)
        and are_separate([get_api(one) for one in (api, *others)])
    )


def reads(process: DecisionProcess, spec: ApiSpec) -> bool:
    """Return whether the rules of a process ask about the answer of one API."""
    keys = answer_keys(spec)
    collections = {one.collection for one in process.atoms}
    fields: set[str] = {
        test.field if isinstance(test, LabelTest) else getattr(test, "path", "")
        for one in process.atoms
        if not one.collection
        for test in one.tests
    }
    for predicate in process.predicates():
        if isinstance(predicate, LengthAtLeast):
            collections.add(predicate.collection)
        if isinstance(predicate, Compare):
            for part in walk_numbers(predicate.value):
                if isinstance(part, Aggregate | ElementValue):
                    collections.add(part.collection)
                elif isinstance(part, Field):
                    fields.add(part.path)
    return any(one.split(".")[0] in keys for one in (*collections, *fields))


def reads_labels(process: DecisionProcess) -> bool:
    """Return whether the rules of a process ask for labels."""
    return any(isinstance(test, LabelTest) for atom in process.atoms for test in atom.tests)
