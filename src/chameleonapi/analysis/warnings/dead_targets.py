"""Targets that the API never answers with."""

from __future__ import annotations

from collections.abc import Iterator

from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.analysis.warnings.literals import Question
from chameleonapi.decision import Notice

__all__ = ["dead_targets"]


def dead_targets(question: Question, vocabulary: Vocabulary) -> Iterator[tuple[str, Notice]]:
    """Yield (literal, warning) for texts that no label of the API can equal."""
    known = frozenset(vocabulary.labels)
    if question.is_constant:
        return
    for literal in question.literals:
        if literal not in question.accepted or literal in known:
            continue
        folded = literal.casefold()
        live = (one for one in question.accepted if one in known)
        if any(folded in one.casefold() or one.casefold() in folded for one in live):
            continue
        likely = _variants(literal, vocabulary)
        if not likely and not vocabulary.is_complete:
            continue
        meant = f" Probably meant: {', '.join(map(repr, likely))}." if likely else ""
        yield (
            literal,
            Notice(
                "dead-target",
                f"No label of the API matches {literal!r}: this is never taken.{meant}",
                question.question.span,
                likely,
            ),
        )


def _variants(literal: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return labels that differ from a text in case, plural or separators only."""
    wanted = {_plain(literal), _plain(literal).rstrip("s")}
    return tuple(
        one
        for one in vocabulary.labels
        if _plain(one) in wanted or _plain(one).rstrip("s") in wanted
    )[:5]


def _plain(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ").strip()
