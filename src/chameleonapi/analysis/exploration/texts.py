"""Sample texts for fields that hold free text, made from the literals of the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chameleonapi.analysis.exploration.dimensions import OUTSIDE, OUTSIDE_PATH
from chameleonapi.apis import FieldKind, FieldSpec

__all__ = ["PLAIN_TEXTS", "candidate_texts", "sample_texts"]

PLAIN_TEXTS: Final = (
    "",
    " ",
    "a",
    "A",
    "hello",
    "Hello world",
    "THE QUICK BROWN FOX",
    "42",
    "3.14",
    "2024-01-31",
    "12:30",
    "ABC-123",
    "name@example.org",
    "https://example.org",
    "first line\nsecond line",
    "en",
    "de",
)
_MOST: Final = 400
_MAX_WORDS: Final = 6
_MAX_LABEL: Final = 60
_MAX_PATH: Final = 160


def sample_texts(literals: Sequence[str]) -> list[str]:
    """Return texts that hold, begin with, end with and differ in case from each literal."""
    made: dict[str, None] = dict.fromkeys(PLAIN_TEXTS)
    for one in literals[:_MOST]:
        word = one.strip()
        if not word:
            continue
        for text in (
            word,
            word.lower(),
            word.upper(),
            word.title(),
            f"{word} more",
            f"the {word}",
            f"the {word} more",
            f"x{word}x",
            f"{word} {word}",
        ):
            made.setdefault(text)
    return list(made)


def candidate_texts(
    spec: FieldSpec, vocabulary: Sequence[str], literals: Sequence[str], *, is_free: bool
) -> tuple[list[str], bool]:
    """Return the texts that a field is tried with, and whether it may hold other ones."""
    if spec.kind is FieldKind.ENUM and spec.values:
        return list(spec.values), False
    values: dict[str, None] = {}
    if is_free:
        values.update(dict.fromkeys(sample_texts(literals)))
        values.update(dict.fromkeys(literals))
        values.pop(OUTSIDE, None)
        return [*values, OUTSIDE], True
    values.update(dict.fromkeys(vocabulary))
    are_paths = sum(one.startswith("/") for one in values) * 2 > len(values)
    for one in literals:
        # Blanks and sentences of the source are no labels, and a path API answers with paths.
        if are_paths:
            if one.startswith("/") and len(one) <= _MAX_PATH:
                values.setdefault(one)
        elif 0 < len(one.split()) <= _MAX_WORDS and len(one) <= _MAX_LABEL:
            values.setdefault(one)
            # the API may well write it with a capital, in a list that has no such label
            values.setdefault(one.capitalize())
            values.setdefault(one.title())
    outside = OUTSIDE_PATH if are_paths else OUTSIDE
    values.pop(outside, None)
    values.pop("", None)
    return [*values, outside], True
