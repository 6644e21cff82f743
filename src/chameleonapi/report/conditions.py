"""Rules as rows that a person reads: outcome, and the questions that lead to it.

A predicate is taken apart into clauses. Negation is pushed down to the single
questions, so that a reader never meets "not (A or not B)".
"""

from __future__ import annotations

from dataclasses import dataclass

from chameleonapi.decision import (
    And,
    Atom,
    DecisionProcess,
    Flags,
    LabelTest,
    Not,
    NumberTest,
    Or,
    Outcome,
    Predicate,
    Span,
)
from chameleonapi.decision.structure import predicate_atoms
from chameleonapi.decision.text_rules import describe_rule
from chameleonapi.report.phrases import number_words, question, question_of_fields

__all__ = ["Clause", "Row", "rule_rows"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One question about an answer.

    Attributes:
        lead: how it joins what stands before: nothing, ``and`` or ``or``.
        depth: how deep it is nested; a deeper clause binds tighter to the one before it.
        phrase: what is asked; labels and bounds complete it.
        labels: what is accepted, or, with ``is_complement``, everything but these.
        bounds: tests beside the label, such as ``score >= 0.7``.
        unknown: the labels among them that are not in the vocabulary.
        spans: where the source asks.
    """

    lead: str
    depth: int
    phrase: str
    labels: tuple[str, ...] = ()
    is_complement: bool = False
    bounds: tuple[str, ...] = ()
    unknown: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: the outcome, and when it happens; without clauses it is what else happens."""

    outcome: Outcome
    clauses: tuple[Clause, ...]
    is_default: bool = False


def rule_rows(process: DecisionProcess) -> tuple[Row, ...]:
    """Return the rules of a process in their order, the default last."""
    rules = process.rules
    if isinstance(rules, Flags):
        rows = [
            Row(process.outcome(flag.outcome), clauses_of(process, flag.predicate))
            for flag in rules.flags
        ]
    else:
        rows = [
            Row(process.outcome(case.outcome), clauses_of(process, case.predicate))
            for case in rules.cases
        ]
    return (*rows, Row(process.outcome(process.default), (), is_default=True))


def clauses_of(process: DecisionProcess, predicate: Predicate) -> tuple[Clause, ...]:
    """Return the questions of a predicate in reading order."""
    return _clauses(process, predicate, is_negated=False, lead="", depth=0, level=0)


def _clauses(
    process: DecisionProcess,
    predicate: Predicate,
    *,
    is_negated: bool,
    lead: str,
    depth: int,
    level: int,
) -> tuple[Clause, ...]:
    """Flatten a predicate; ``level`` is the depth of what joins it, ``depth`` that of its start."""
    match predicate:
        case Not(operand):
            return _clauses(
                process, operand, is_negated=not is_negated, lead=lead, depth=depth, level=level
            )
        case And(operands) | Or(operands):
            joins_all = isinstance(predicate, And) is not is_negated
            made: list[Clause] = []
            for i, one in enumerate(operands):
                # The first operand stands where the whole stands; the others hang on it.
                made += _clauses(
                    process,
                    one,
                    is_negated=is_negated,
                    lead=("and" if joins_all else "or") if i else lead,
                    depth=level if i else depth,
                    level=level + 1,
                )
            return tuple(made)
        case _:
            return (_leaf(process, predicate, is_negated=is_negated, lead=lead, depth=depth),)


def _leaf(
    process: DecisionProcess, predicate: Predicate, *, is_negated: bool, lead: str, depth: int
) -> Clause:
    names = predicate_atoms(predicate)
    atom = process.atom(names[0]) if names else None
    phrase = question(process, predicate, is_negated=is_negated)
    if atom is None:
        return Clause(lead, depth, phrase)
    test = _main_test(process, atom)
    if test is not None and test.rule is not None:
        field = "" if test.field == process.spec.label_field else f"{test.field}: "
        asked = (f"{field}{describe_rule(test.rule)}",)
        phrase = question_of_fields(process, predicate, is_negated=is_negated)
        return Clause(
            lead, depth, phrase, labels=asked, bounds=_bounds(atom, test), spans=atom.spans
        )
    is_any = test is None or (test.accepts.complement and not test.accepts.labels)
    if is_any or (test is not None and test.field != process.spec.label_field):
        first, *others = _bounds(atom, test if is_any else None) or ("",)
        if first:
            phrase = question_of_fields(process, predicate, is_negated=is_negated)
            return Clause(
                lead, depth, phrase, labels=(first,), bounds=tuple(others), spans=atom.spans
            )
    unknown = frozenset(atom.not_in_vocabulary)
    return Clause(
        lead,
        depth,
        phrase,
        labels=_shown_labels(test.accepts.labels, unknown) if test else (),
        is_complement=test.accepts.complement if test else False,
        bounds=_bounds(atom, test),
        unknown=unknown,
        spans=atom.spans,
    )


def _shown_labels(labels: frozenset[str], unknown: frozenset[str]) -> tuple[str, ...]:
    """Return labels in order; a spelling that the API never uses stands only where it is alone."""
    real = {one.casefold() for one in labels - unknown}
    kept = [one for one in labels if one not in unknown or one.casefold() not in real]
    return tuple(sorted(kept, key=_alphabetical))


def _alphabetical(label: str) -> tuple[str, str]:
    return label.casefold(), label


def _main_test(process: DecisionProcess, atom: Atom) -> LabelTest | None:
    tests = [one for one in atom.tests if isinstance(one, LabelTest)]
    named = [one for one in tests if one.field == process.spec.label_field]
    return next(iter([*named, *tests]), None)


def _bounds(atom: Atom, main: LabelTest | None) -> tuple[str, ...]:
    texts = []
    for test in atom.tests:
        if isinstance(test, NumberTest):
            texts.append(f"{number_words(test.value)} {test.accepts}")
        elif test is not main and test.rule is not None:
            texts.append(f"{test.field} with {describe_rule(test.rule)}")
        elif test is not main:
            labels = ", ".join(sorted(test.accepts.labels, key=_alphabetical))
            sign = "not in" if test.accepts.complement else "in"
            if len(test.accepts.labels) == 1:
                sign = "is not" if test.accepts.complement else "is"
            texts.append(f"{test.field} {sign} {labels}")
    return tuple(texts)
