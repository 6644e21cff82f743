"""Tests that could hold, and never do: whatever passes them was caught before."""

from __future__ import annotations

from collections.abc import Iterator

from chameleonapi.analysis.exploration.columns import TRUE
from chameleonapi.analysis.warnings.evidence import Evidence
from chameleonapi.decision import Notice, Span, Status

__all__ = ["shadowed_tests"]

_ANSWERS = 200  # on which the record was compared with the source


def shadowed_tests(evidence: Evidence) -> Iterator[Notice]:
    """Yield tests that no run saw hold, though some value alone would meet them.

    Only where everything was looked at: a complete record, verified, and no branch on something
    unknown, which might have led to the test in another state.
    """
    process = evidence.process
    if process is None or process.status is not Status.COMPLETE or evidence.has_unknowns:
        return
    if process.verification is None or process.verification.answers < _ANSWERS:
        return
    texts: dict[Span, str] = {}
    for question in evidence.questions:
        if TRUE in question.signature and len(set(question.signature)) > 1:
            texts.setdefault(question.span, question.expression.text)
    for number in evidence.numbers:
        if number.cuts:
            texts.setdefault(number.span, number.expression.text)
    for span, text in texts.items():
        if evidence.ways.get(span) == frozenset({False}):
            yield Notice(
                "unreachable",
                f"{text} never holds here: what would meet it has been dealt with before.",
                span,
            )
