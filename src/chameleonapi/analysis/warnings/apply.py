"""What findings change in a record: its warnings, and the suggested sets beside the exact ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.analysis.warnings.evidence import answering_api
from chameleonapi.analysis.warnings.find import Findings
from chameleonapi.decision import (
    Atom,
    DecisionProcess,
    Exists,
    Flags,
    LabelSet,
    LabelTest,
    Or,
    Outcome,
)

__all__ = ["apply_findings"]


def apply_findings(
    process: DecisionProcess, findings: Findings, vocabulary_of: Callable[[str], Vocabulary]
) -> DecisionProcess:
    """Return the process with warnings, and with suggested labels beside the exact ones.

    Args:
        process: as explored.
        findings: of the call.
        vocabulary_of: the labels of an API; a record may also read the answers of other calls.
    """
    apis = (process.api, *(one.api for one in process.beside))
    known = {one: frozenset(vocabulary_of(one).labels) for one in apis}
    meant = dict(findings.meant)

    def suggest(labels: frozenset[str]) -> frozenset[str]:
        kept = labels - findings.accidents
        return frozenset(one for label in kept for one in (meant.get(label) or (label,)))

    atoms = tuple(
        _with_suggestion(one, known[answering_api(process.api, process, one.collection)], suggest)
        for one in process.atoms
    )
    broad = _accepted_unnamed(process)
    outcomes = tuple(
        one
        if (broad and broad <= frozenset(one.accepts)) or _takes_any_label(process, one.id)
        else replace(one, suggested=tuple(sorted(suggest(frozenset(one.accepts)))))
        for one in process.outcomes
    )
    return process.with_(
        atoms=atoms,
        outcomes=_with_comparisons(process, outcomes, findings),
        warnings=findings.notices,
    )


def _accepted_unnamed(process: DecisionProcess) -> frozenset[str]:
    """Return the labels that a test accepts which names only those that it refuses."""
    labels = {label for one in process.outcomes for label in one.accepts}
    return frozenset(
        label
        for atom in process.atoms
        for test in atom.tests
        if isinstance(test, LabelTest) and test.accepts.complement
        for label in test.accepts.within(labels)
    )


def _takes_any_label(process: DecisionProcess, outcome: str) -> bool:
    """Return whether an outcome goes by labels, or by an element whatever its label is."""
    rules = process.rules
    rows = rules.flags if isinstance(rules, Flags) else rules.cases
    for row in rows:
        one = row.predicate
        parts = one.operands if isinstance(one, Or) else ()
        atoms = [process.atom(part.atom) for part in parts if isinstance(part, Exists)]
        asks = [any(isinstance(test, LabelTest) for test in atom.tests) for atom in atoms]
        if row.outcome == outcome and True in asks and False in asks:
            return True
    return False


def _with_comparisons(
    process: DecisionProcess, outcomes: tuple[Outcome, ...], findings: Findings
) -> tuple[Outcome, ...]:
    """Return outcomes with the labels of ``x == "A" or "B"``, where one outcome is meant."""
    always = [one for one in findings.compared if one.code == "always-true" and one.suggested]
    chosen = [one for one in outcomes if one.id != process.default]
    if len(always) != 1 or len(chosen) != 1:
        return outcomes
    if chosen[0].accepts and not set(always[0].suggested) < set(chosen[0].accepts):
        return outcomes
    labels = tuple(sorted(always[0].suggested))
    return tuple(
        replace(one, suggested=labels) if one.id == chosen[0].id else one for one in outcomes
    )


def _with_suggestion(
    atom: Atom, known: frozenset[str], suggest: Callable[[frozenset[str]], frozenset[str]]
) -> Atom:
    sets = [
        test.accepts
        for test in atom.tests
        if isinstance(test, LabelTest) and not test.accepts.complement and test.rule is None
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
