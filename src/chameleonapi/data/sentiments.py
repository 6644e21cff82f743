"""How texts feel: a score from -1 to 1, and the classes that Comprehend makes of it."""

from __future__ import annotations

import math
from typing import Final

from chameleonapi.errors import DataError

__all__ = ["CLASSES", "NEUTRAL_WITHIN", "class_of", "read_class", "read_score"]

CLASSES: Final = ("POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED")
NEUTRAL_WITHIN: Final = 0.125
"""Half a step of the scale from -4 to 4 on which people judge: nearer to zero is neutral."""


def class_of(score: float) -> str:
    """Return the class of a score where nobody has said one; never ``MIXED``."""
    if abs(score) < NEUTRAL_WITHIN:
        return "NEUTRAL"
    return "POSITIVE" if score > 0 else "NEGATIVE"


def read_score(value: object, where: str) -> float:
    """Return a score as a table gives it.

    Raises:
        DataError: if it is no number from -1 to 1.
    """
    try:
        score = float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        score = math.nan
    if isinstance(value, bool) or not -1 <= score <= 1:
        raise DataError(
            f"{where}: the score {value!r:.40} is no number from -1 to 1.",
            hint="Scale what you have: -1 is as bad as can be, 0 neutral, 1 as good as can be.",
        )
    return score


def read_class(value: str, where: str) -> str:
    """Return a class as a table gives it.

    Raises:
        DataError: if there is no such class.
    """
    if value.strip().upper() not in CLASSES:
        raise DataError(
            f"{where}: there is no sentiment {value!r:.40}.", hint=f"Known: {', '.join(CLASSES)}."
        )
    return value.strip().upper()
