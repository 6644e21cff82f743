"""Substring tests that accept more than the word they look for."""

from __future__ import annotations

import re

from chameleonapi.analysis.vocabularies import Vocabulary
from chameleonapi.analysis.warnings.literals import Question
from chameleonapi.decision import Notice

__all__ = ["substring_surprise"]

_SHOWN = 4


def substring_surprise(
    question: Question, vocabulary: Vocabulary
) -> tuple[Notice, frozenset[str]] | None:
    """Return a warning and the labels that are accepted by accident, or None."""
    for literal in question.literals:
        if len(literal) < 2 or literal.startswith("/"):
            continue
        found = _accidents(question, literal, vocabulary)
        if found is None:
            continue
        words, accidents = found
        shown = ", ".join(map(repr, sorted(accidents)[:_SHOWN]))
        more = f" and {len(accidents) - _SHOWN} more" if len(accidents) > _SHOWN else ""
        return (
            Notice(
                "substring",
                f"Looking for {literal!r} inside the label also finds {shown}{more}; as a word of "
                f"its own it is in {len(words)} labels.",
                question.question.span,
                tuple(sorted(words)),
            ),
            accidents,
        )
    return None


def _accidents(
    question: Question, literal: str, vocabulary: Vocabulary
) -> tuple[frozenset[str], frozenset[str]] | None:
    for fold in (False, True):
        part = literal.casefold() if fold else literal
        holding = frozenset(
            one for one in vocabulary.labels if part in (one.casefold() if fold else one)
        )
        if not holding or holding != question.accepted & frozenset(vocabulary.labels):
            continue
        flags = re.IGNORECASE if fold else 0
        word = re.compile(rf"(?<!\w){re.escape(literal.strip())}(?:s|es)?(?!\w)", flags)
        words = frozenset(one for one in holding if word.search(one))
        if words and words != holding:
            return words, holding - words
    return None
