"""Substring tests that accept more than the word they look for."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from chameleonapi.analysis.vocabularies import Vocabulary, packaged_words
from chameleonapi.analysis.warnings.literals import Question
from chameleonapi.analysis.warnings.wording import counted, listed
from chameleonapi.decision import Notice, Span

__all__ = ["Surprise", "substring_notices", "substring_surprise"]


@dataclass(frozen=True, slots=True)
class Surprise:
    """A text that is found inside other words.

    Attributes:
        literal, span: what is looked for, and where.
        words: labels that hold it as a word of its own, or as the end of a compound word.
        accidents: the other labels that hold it.
    """

    literal: str
    span: Span
    words: frozenset[str]
    accidents: frozenset[str]


def substring_surprise(question: Question, vocabulary: Vocabulary) -> Surprise | None:
    """Return what a substring test finds by accident, or None."""
    for literal in question.literals:
        if len(literal) < 2 or literal.startswith("/"):
            continue
        found = _accidents(question, literal, vocabulary)
        if found is not None:
            return Surprise(literal, question.question.span, *found)
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
        words = frozenset(one for one in holding if _means(one, literal.strip(), vocabulary))
        if words and words != holding:
            return words, holding - words
    return None


def _means(label: str, word: str, vocabulary: Vocabulary) -> bool:
    """Return whether a label names a kind of the word: itself, its plural, or a compound.

    In English the last part of a compound says what it is: a bulldog is a dog, and an American
    is no can, as ``Ameri`` is no word.
    """
    folded, wanted = label.casefold(), re.escape(word.casefold())
    if re.search(rf"(?<!\w){wanted}(?:s|es)?(?!\w)", folded):
        return True
    known = _words(vocabulary.labels)
    return any(
        found.group(1) in known
        for found in re.finditer(rf"(\w\w+?){wanted}(?:s|es)?(?!\w)", folded)
    )


@functools.lru_cache(maxsize=4)
def _words(labels: tuple[str, ...]) -> frozenset[str]:
    own = (word for label in labels for word in re.findall(r"\w+", label.casefold()))
    return frozenset(own) | packaged_words()


def substring_notices(surprises: Sequence[Surprise]) -> list[Notice]:
    """Return one warning for each place, however many words are looked for there."""
    rows: dict[Span, list[Surprise]] = {}
    for one in surprises:
        rows.setdefault(one.span, []).append(one)
    return [_notice(span, group) for span, group in rows.items()]


def _notice(span: Span, group: list[Surprise]) -> Notice:
    worst = max(group, key=lambda one: (len(one.accidents), one.literal))
    message = (
        f"Looking for {worst.literal!r} inside the label also finds "
        f"{listed(sorted(worst.accidents))}; as a word of its own it is in "
        f"{counted(len(worst.words), 'label')}."
    )
    others = [
        f"{one.literal!r} also finds {listed(sorted(one.accidents), 2)}"
        for one in group
        if one is not worst
    ]
    if others:
        more = f", and {len(others) - 3} more words do so" if len(others) > 3 else ""
        message += f" Likewise {'; '.join(others[:3])}{more}."
    words = frozenset[str]().union(*(one.words for one in group))
    return Notice("substring", message, span, tuple(sorted(words)))
