"""All warnings about one process, and the labels that were probably meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.discovery import LabelQuestion
from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.analysis.warnings.dead_targets import dead_targets
from chameleonapi.analysis.warnings.literals import read_question
from chameleonapi.analysis.warnings.substrings import substring_surprise
from chameleonapi.apis import FieldKind
from chameleonapi.decision import (
    Atom,
    DecisionProcess,
    FirstAmong,
    Kind,
    LabelSet,
    LabelTest,
    Notice,
    Order,
)

__all__ = ["Findings", "apply_findings", "find_warnings"]


@dataclass(frozen=True)
class Findings:
    """Warnings, labels that are accepted by accident, and labels meant by dead targets."""

    notices: tuple[Notice, ...]
    accidents: frozenset[str]
    meant: tuple[tuple[str, tuple[str, ...]], ...]


def find_warnings(
    process: DecisionProcess | None,
    questions: Sequence[LabelQuestion],
    dimensions: Sequence[tuple[str, LabelDimension]],
    vocabulary: Vocabulary,
) -> Findings:
    """Look at every test on a label and at the shape of the whole.

    Args:
        process: the decision, None if there is none.
        questions: tests on texts that were met.
        dimensions: the label fields by path, over whose values the questions were solved.
        vocabulary: labels of the API.
    """
    notices: dict[Notice, None] = {}
    accidents: set[str] = set()
    words: set[str] = set()
    meant: dict[str, tuple[str, ...]] = {}
    by_path = dict(dimensions)
    for one in questions:
        dimension = by_path.get(one.field.path)
        if one.field.kind is not FieldKind.LABEL or dimension is None:
            continue
        if len(dimension.values) != len(one.signature):
            continue
        question = read_question(one, dimension)
        if question.is_constant and question.literals:
            notices.setdefault(_constant(one))
            continue
        for literal, notice in dead_targets(question, vocabulary):
            notices.setdefault(notice)
            meant[literal] = notice.suggested
        found = substring_surprise(question, vocabulary)
        if found is None:
            words |= question.accepted
        else:
            notices.setdefault(found[0])
            accidents |= found[1]
            words |= frozenset(found[0].suggested)
    if process is not None:
        for notice in _about_order(process):
            notices.setdefault(notice)
    ordered = sorted(notices, key=lambda notice: (notice.span, notice.code))
    return Findings(tuple(ordered), frozenset(accidents - words), tuple(meant.items()))


def _constant(question: LabelQuestion) -> Notice:
    always = bool(question.signature[0])
    return Notice(
        "always-true" if always else "always-false",
        f"The condition {question.expression.text} is {str(always).lower()} for every label.",
        question.span,
    )


def _about_order(process: DecisionProcess) -> list[Notice]:
    if process.kind is not Kind.MULTI_CHOICE or process.order is not Order.API:
        return []
    firsts = [one for one in process.predicates() if isinstance(one, FirstAmong)]
    if any(one.from_end for one in firsts):
        return [
            Notice(
                "overridden",
                "Each match overrides the one before it: the last target in the answer, which "
                "the API is least sure of, decides.",
                process.call,
            )
        ]
    if firsts and process.spec.main.sorted_by:
        return [
            Notice(
                "order",
                "When several targets are in an answer, the one with the highest score decides, "
                "not the order of the tests.",
                process.call,
            )
        ]
    return []


def apply_findings(
    process: DecisionProcess, findings: Findings, vocabulary: Vocabulary
) -> DecisionProcess:
    """Return the process with warnings, and with suggested labels beside the exact ones."""
    known = frozenset(vocabulary.labels)
    meant = dict(findings.meant)

    def suggest(labels: frozenset[str]) -> frozenset[str]:
        kept = labels - findings.accidents
        return frozenset(one for label in kept for one in (meant.get(label) or (label,)))

    atoms = tuple(_with_suggestion(one, known, suggest) for one in process.atoms)
    outcomes = tuple(
        replace(one, suggested=tuple(sorted(suggest(frozenset(one.accepts)))))
        for one in process.outcomes
    )
    return process.with_(atoms=atoms, outcomes=outcomes, warnings=findings.notices)


def _with_suggestion(
    atom: Atom, known: frozenset[str], suggest: Callable[[frozenset[str]], frozenset[str]]
) -> Atom:
    sets = [
        test.accepts
        for test in atom.tests
        if isinstance(test, LabelTest) and not test.accepts.complement
    ]
    if len(sets) != 1:
        return atom
    labels = sets[0].labels
    likely = suggest(labels)
    return replace(
        atom,
        suggested=LabelSet(likely) if likely != labels else None,
        not_in_vocabulary=tuple(sorted(labels - known)),
    )
