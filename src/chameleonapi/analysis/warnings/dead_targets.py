"""Texts that the API never answers with, or that what the source makes of them never equals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.analysis.warnings.literals import Question
from chameleonapi.analysis.warnings.similar import nearest, variants
from chameleonapi.analysis.warnings.wording import listed
from chameleonapi.decision import Notice, Span

__all__ = ["DeadTarget", "dead_notices", "dead_targets"]

_EXACT = frozenset({"==", "!=", "in", "not in", "not"})


@dataclass(frozen=True, slots=True)
class DeadTarget:
    """A literal that no label equals.

    Attributes:
        literal, span: what is asked, and where.
        likely: labels that were probably meant.
        reason: why it can never match, if it is not simply unknown.
    """

    literal: str
    span: Span
    likely: tuple[str, ...]
    reason: str = ""


def dead_targets(question: Question, vocabulary: Vocabulary) -> tuple[DeadTarget, ...]:
    """Return the literals of a test that cannot match."""
    if question.is_constant:
        return _never_equal(question, vocabulary)
    known = frozenset(vocabulary.labels)
    live = [one.casefold() for one in question.accepted if one in known]
    made = []
    for literal in question.literals:
        folded = literal.casefold()
        if literal in known or any(folded in one or one in folded for one in live):
            continue
        if literal not in question.accepted and not (
            question.is_closed and question.operation in _EXACT
        ):
            continue
        likely = nearest(literal, vocabulary)
        if likely or vocabulary.is_complete:
            made.append(DeadTarget(literal, question.question.span, likely))
    return tuple(made)


def _never_equal(question: Question, vocabulary: Vocabulary) -> tuple[DeadTarget, ...]:
    """Return literals that no value equals after what the source does to it first."""
    if question.is_always or question.operation not in _EXACT:
        return ()
    span = question.question.span
    made = []
    for literal in question.literals:
        likely = variants(literal, vocabulary) or nearest(literal, vocabulary)
        reason = _changed(question, literal)
        if likely or reason or question.is_closed:
            made.append(DeadTarget(literal, span, likely, reason))
    return tuple(made)


def _changed(question: Question, literal: str) -> str:
    made = {
        "lower": ("in lower case", literal.lower()),
        "casefold": ("in lower case", literal.casefold()),
        "upper": ("in capitals", literal.upper()),
        "strip": ("without spaces around it", literal.strip()),
    }
    for name in question.operations:
        if name in made and made[name][1] != literal:
            return f"the label is {made[name][0]} when it is compared"
    return ""


def dead_notices(targets: Sequence[DeadTarget]) -> list[Notice]:
    """Return one warning for each place, however many literals it asks about."""
    rows: dict[tuple[Span, str], list[DeadTarget]] = {}
    for one in targets:
        rows.setdefault((one.span, one.reason), []).append(one)
    return [_notice(span, reason, group) for (span, reason), group in rows.items()]


def _notice(span: Span, reason: str, group: list[DeadTarget]) -> Notice:
    texts = list(dict.fromkeys(one.literal for one in group))
    likely = tuple(dict.fromkeys(label for one in group for label in one.likely))
    why = f": {reason}" if reason else ""
    single = len(texts) == 1
    message = (
        f"No label of the API matches {listed(texts)}{why}; "
        f"{'this is' if single else 'these are'} never taken."
    )
    if likely:
        message += f" Probably meant: {listed(likely)}."
    return Notice("dead-target", message, span, likely)
