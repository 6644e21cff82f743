"""Rules as rows that a person reads: outcome, and the questions that lead to it.

A predicate is taken apart into clauses. Negation is pushed down to the single
questions, so that a reader never meets "not (A or not B)".
"""

from __future__ import annotations

from dataclasses import dataclass

from chameleonapi.decision import (
    And,
    Compare,
    DecisionProcess,
    Effect,
    Exists,
    Flags,
    Not,
    Or,
    Outcome,
    Predicate,
    Span,
)
from chameleonapi.decision.structure import predicate_atoms
from chameleonapi.report.atom_reader import AtomReader
from chameleonapi.report.effects import shown_effects
from chameleonapi.report.phrases import question, question_of_fields

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
    """One rule: the outcome, and when it happens; without clauses it is what else happens.

    ``effects`` are those of the outcome, the telling ones first.
    """

    outcome: Outcome
    clauses: tuple[Clause, ...]
    is_default: bool = False
    effects: tuple[Effect, ...] = ()


def rule_rows(process: DecisionProcess) -> tuple[Row, ...]:
    """Return the rules of a process in their order, the default last."""
    rules = process.rules
    asked = rules.flags if isinstance(rules, Flags) else rules.cases
    rows = [(process.outcome(one.outcome), clauses_of(process, one.predicate)) for one in asked]
    default = process.outcome(process.default)
    return (
        *(Row(one, clauses, effects=shown_effects(process, one)) for one, clauses in rows),
        Row(default, (), is_default=True, effects=shown_effects(process, default)),
    )


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
    if atom is None or isinstance(predicate, Compare):
        spans = tuple(span for name in names for span in process.atom(name).spans)
        return Clause(lead, depth, phrase, spans=spans)
    reader = AtomReader(process, atom)
    if reader.is_alone and isinstance(predicate, Exists):
        return Clause(lead, depth, reader.condition(is_negated=is_negated), spans=atom.spans)
    test = reader.main
    is_any = test is None or (
        test.rule is None and test.accepts.complement and not test.accepts.labels
    )
    if test is None or test.rule is not None or is_any or test.field != reader.label_field:
        first, *others = reader.conditions(leaves_out=test if is_any else None) or ("",)
        if first:
            phrase = question_of_fields(process, predicate, is_negated=is_negated)
            phrase = f"{reader.call}{phrase} {first}"
            return Clause(lead, depth, phrase, bounds=tuple(others), spans=atom.spans)
    unknown = frozenset(atom.not_in_vocabulary)
    labels = _shown_labels(test.accepts.labels, unknown) if test else ()
    return Clause(
        lead,
        depth,
        f"{reader.call}{phrase}",
        labels=labels,
        is_complement=test.accepts.complement if test else False,
        bounds=reader.conditions(leaves_out=test),
        unknown=unknown.intersection(labels),
        spans=atom.spans,
    )


def _shown_labels(labels: frozenset[str], unknown: frozenset[str]) -> tuple[str, ...]:
    """Return labels in order, those that the API never uses last and each in one spelling."""
    real = {one.casefold() for one in labels - unknown}
    made_up = {one.casefold(): one for one in sorted(labels & unknown, reverse=True)}
    kept = list(labels - unknown)
    others = [one for folded, one in made_up.items() if folded not in real]
    return (*sorted(kept, key=_alphabetical), *sorted(others, key=_alphabetical))


def _alphabetical(label: str) -> tuple[str, str]:
    return label.casefold(), label
