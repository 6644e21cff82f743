"""Whether the answers of several calls fit into one record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chameleonapi.analysis.exploration.runner import Runner
from chameleonapi.analysis.trace import NOTHING
from chameleonapi.apis import ApiSpec, answer_keys, are_separate, get_api
from chameleonapi.decision import (
    Aggregate,
    Compare,
    DecisionProcess,
    ElementValue,
    Field,
    LabelTest,
    LengthAtLeast,
    TextCall,
)
from chameleonapi.decision.structure import walk_numbers
from chameleonapi.decision.text_rules import TextTerm

__all__ = ["can_join", "may_join_lists", "reads", "reads_labels", "tells_labels_apart"]

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
    """Return whether the rules of a process ask for labels, or for words of the source."""
    return any(
        isinstance(test, LabelTest) and (test.rule is None or any(map(_names, test.rule.questions)))
        for atom in process.atoms
        for test in atom.tests
    )


def _names(term: TextTerm) -> bool:
    """Return whether a question about a free text names a word; a blank or a length is none."""
    if isinstance(term, TextCall):
        return any(map(_names, term.arguments))
    values = getattr(term, "value", None)
    words = values if isinstance(values, tuple) else (values,)
    return any(isinstance(one, str) and any(map(str.isalpha, one)) for one in words)


def may_join_lists(process: DecisionProcess, runner: Runner) -> bool:
    """Return whether labels that lead to one outcome may have gone into lists of their own.

    That is so if some outcome accepts several labels and some list that goes out was empty for
    some answer: what makes it empty was not asked.
    """
    return any(len(one.accepts) > 1 for one in process.outcomes) and any(
        NOTHING in one.key for one in runner.effects.values()
    )


def tells_labels_apart(process: DecisionProcess, other: DecisionProcess) -> bool:
    """Return whether labels that lead to one outcome of a process lead to several of another."""
    return any(
        len({_outcomes_of(label, other) for label in outcome.accepts}) > 1
        for outcome in process.outcomes
    )


def _outcomes_of(label: str, process: DecisionProcess) -> frozenset[str]:
    return frozenset(one.id for one in process.outcomes if label in one.accepts)
