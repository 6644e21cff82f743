"""Where the source asks what an atom asks, and in which order: for the reader of a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.questions import LabelQuestion
from chameleonapi.analysis.exploration.text_dimension import TextDimension
from chameleonapi.decision import (
    Atom,
    Case,
    Cases,
    DecisionProcess,
    FirstAmong,
    LabelTest,
    Or,
    Outcome,
    Predicate,
    Span,
)

__all__ = ["with_places"]

_TRUE: Final = 1
_MOST_TEXTS: Final = 3


def with_places(
    process: DecisionProcess,
    questions: Sequence[LabelQuestion],
    dimensions: Sequence[tuple[str, LabelDimension | TextDimension]],
) -> DecisionProcess:
    """Return the process with spans and texts of its atoms, its cases in the source's order.

    Args:
        process: as explored.
        questions: tests on texts that were met.
        dimensions: the label fields by path, over whose values the questions were solved.
    """
    values = {path: one.values for path, one in dimensions}
    asked = [
        (one, _told_apart(one, values[one.field.path]))
        for one in questions
        if len(values.get(one.field.path, ())) == len(one.signature)
    ]
    placed = process.with_(atoms=tuple(_placed(atom, asked) for atom in process.atoms))
    return _in_source_order(placed)


def _told_apart(question: LabelQuestion, values: Sequence[str]) -> frozenset[str]:
    """Return the labels that a test tells from the many, which the last value stands for."""
    many = question.signature[-1]
    pairs = zip(values, question.signature, strict=True)
    return frozenset(value for value, result in pairs if (result == _TRUE) != (many == _TRUE))


def _placed(atom: Atom, asked: Sequence[tuple[LabelQuestion, frozenset[str]]]) -> Atom:
    spans: dict[Span, None] = {}
    texts: dict[str, None] = {}
    for test in atom.tests:
        if not isinstance(test, LabelTest):
            continue
        mine = test.accepts.labels
        for question, theirs in asked:
            is_same_field = (question.collection, question.field.path) == (
                atom.collection,
                test.field,
            )
            if is_same_field and theirs & mine and (theirs <= mine or mine <= theirs):
                spans.setdefault(question.span)
                texts.setdefault(question.expression.text)
    text = " or ".join(list(texts)[:_MOST_TEXTS]) + (" or ..." if len(texts) > _MOST_TEXTS else "")
    return replace(atom, spans=tuple(sorted(spans)), text=atom.text or text)


def _in_source_order(process: DecisionProcess) -> DecisionProcess:
    """Sort the cases of one first match: only one can come first, so order changes nothing."""
    rules = process.rules
    if not isinstance(rules, Cases):
        return process
    matches = [_first_matches(case.predicate) for case in rules.cases]
    every = [one for some in matches for one in some]
    candidates = {(frozenset(one.among), one.from_end) for one in every}
    if len(candidates) != 1 or not all(matches) or len({m.atom for m in every}) != len(every):
        return process

    def place(case: Case) -> tuple[Span, ...]:
        some = _first_matches(case.predicate)
        return tuple(sorted(span for one in some for span in process.atom(one.atom).spans))

    cases = tuple(sorted(rules.cases, key=place))
    rank = {case.outcome: index for index, case in reversed(list(enumerate(cases)))}

    def outcome_place(outcome: Outcome) -> int:
        return rank.get(outcome.id, len(rank))

    return process.with_(
        rules=Cases(cases, rules.default),
        outcomes=tuple(sorted(process.outcomes, key=outcome_place)),
    )


def _first_matches(predicate: Predicate) -> tuple[FirstAmong, ...]:
    if isinstance(predicate, FirstAmong):
        return (predicate,)
    if isinstance(predicate, Or):
        parts = tuple(one for one in predicate.operands if isinstance(one, FirstAmong))
        return parts if len(parts) == len(predicate.operands) else ()
    return ()
