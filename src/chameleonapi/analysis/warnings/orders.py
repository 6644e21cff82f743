"""Which of several matches decides: surprises of order, and of branches that nearly all take."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from chameleonapi.analysis.warnings.evidence import Evidence
from chameleonapi.analysis.warnings.syntax import SyntaxIndex
from chameleonapi.analysis.warnings.wording import listed
from chameleonapi.decision import (
    CountAtLeast,
    DecisionProcess,
    ElementAt,
    Exists,
    FirstAmong,
    Kind,
    LabelTest,
    Notice,
    Order,
    Predicate,
    Span,
)
from chameleonapi.decision.structure import predicate_atoms

__all__ = ["order_surprises"]

# These name something in every picture.
_NEVER_EMPTY: Final = frozenset({"google.vision.label_detection", "aws.rekognition.detect_labels"})
_FEW = 40


def order_surprises(evidence: Evidence, index: SyntaxIndex) -> Iterator[Notice]:
    """Yield what the shape of the whole decision suggests."""
    process = evidence.process
    if process is None or (process.verification and process.verification.disagreements):
        return  # a record that is not quite right says nothing about who overrides whom
    predicates = list(process.predicates())
    firsts = [
        one for one in predicates if isinstance(one, FirstAmong) and _compete(process, one.among)
    ]
    rank = ", which the API is least sure of," if process.spec.main.sorted_by else ""
    lasts = [one for one in predicates if isinstance(one, ElementAt) and one.index == -1]
    if any(one.from_end for one in firsts):
        place = _place(process, next(one for one in firsts if one.from_end), index)
        yield Notice(
            "overridden",
            "Each match overrides the one before it: the last one that matches in the answer"
            f"{rank} decides.",
            place,
        )
    elif lasts and _is_loop(process, lasts[0], index):
        yield Notice(
            "overridden",
            "Each round of the loop overrides the one before it: only the last element of the "
            f"answer{rank} decides.",
            _place(process, lasts[0], index),
        )
    elif (
        process.kind is Kind.MULTI_CHOICE
        and process.order is Order.API
        and firsts
        and _is_sorted(process)
    ):
        yield Notice(
            "order",
            "When several targets are in an answer, the one with the highest score decides, "
            "not the order of the tests.",
            _place(process, firsts[0], index),
        )
    yield from _deny_lists(process)


def _compete(process: DecisionProcess, atoms: tuple[str, ...]) -> bool:
    """Return whether two elements of one answer can match: a label stands there once."""
    labels: set[str] = set()
    for name in atoms:
        sets = process.atom(name).label_sets(process.spec.label_field)
        if process.spec.label_field is None or not sets or any(one.complement for one in sets):
            return True
        labels |= frozenset[str]().union(*(one.labels for one in sets))
    return len({one.casefold() for one in labels}) > 1


def _place(process: DecisionProcess, predicate: Predicate, index: SyntaxIndex) -> Span:
    """Return where the loop or the test of a predicate stands; the call if that is not known."""
    spans = [span for one in predicate_atoms(predicate) for span in process.atom(one).spans]
    if not spans:
        return process.call
    first = min(spans)
    loop = index.loop_around(first)
    return first if loop is None else index.head(first.file, loop)


def _is_loop(process: DecisionProcess, predicate: Predicate, index: SyntaxIndex) -> bool:
    """Return whether the last element decides because of a loop, not because of an index."""
    spans = [span for one in predicate_atoms(predicate) for span in process.atom(one).spans]
    for span in spans:
        loop = index.loop_around(span)
        if loop is None or not isinstance(loop, ast.For | ast.AsyncFor):
            return False
        if any(isinstance(one, ast.Subscript) for one in ast.walk(loop.iter)):
            return False
        if index.has_negative_index(span):
            return False
    return bool(spans)


def _deny_lists(process: DecisionProcess) -> Iterator[Notice]:
    """Yield branches for any element but a few: an answer nearly always holds one."""
    if process.api not in _NEVER_EMPTY:
        return  # an answer of others holds no such label as long as nothing is found
    seen: set[str] = set()
    for one in process.predicates():
        if not isinstance(one, Exists | CountAtLeast) or one.atom in seen:
            continue
        seen.add(one.atom)
        atom = process.atom(one.atom)
        tests = [
            test
            for test in atom.tests
            if isinstance(test, LabelTest) and test.field == process.spec.label_field
        ]
        if len(tests) != len(atom.tests) or atom.collection != process.spec.main.path:
            continue  # a score beside the label may well make the branch a rare one
        for test in tests:
            labels = test.accepts.labels
            if test.accepts.complement and 0 < len(labels) <= _FEW and atom.spans:
                yield Notice(
                    "deny-list",
                    f"Any label but {listed(sorted(labels))} takes this branch; nearly every "
                    "answer holds such a label.",
                    atom.spans[0],
                )


def _is_sorted(process: DecisionProcess) -> bool:
    """Return whether the API sorts what the record tests."""
    lists = {one.collection for one in process.atoms}
    found = [process.spec.collection(one) for one in lists]
    return any(one is not None and one.sorted_by for one in found)
