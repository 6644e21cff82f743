"""How likely categories are in a picture, as tables give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chameleonapi.apis import LIKELIHOODS, degree_of, get_api
from chameleonapi.errors import DataError

__all__ = ["CATEGORIES", "read_levels", "sides_of"]

CATEGORIES: Final = tuple(
    one.path for one in get_api("google.vision.safe_search_detection").main.fields
)
"""Those of safe search."""


def read_levels(values: Mapping[str, object], where: str) -> tuple[tuple[str, str], ...]:
    """Return the level of each category that is known, in the order of the API.

    Levels are names of likelihoods, in any case; ``UNKNOWN`` and empty cells say nothing.

    Raises:
        DataError: if there is no such category or level.
    """
    found: dict[str, str] = {}
    for category, value in values.items():
        if category not in CATEGORIES:
            raise DataError(
                f"{where}: there is no category {category!r:.40}.",
                hint=f"Known: {', '.join(CATEGORIES)}.",
            )
        level = value.strip().upper() if isinstance(value, str) else value
        if level == "":
            continue
        if level not in LIKELIHOODS:
            raise DataError(
                f"{where}: {category} is {value!r:.40}, which is no likelihood.",
                hint=f"Known: {', '.join(LIKELIHOODS)}.",
            )
        if level != LIKELIHOODS[0]:
            found[category] = str(level)
    return tuple((one, found[one]) for one in CATEGORIES if one in found)


def sides_of(levels: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the categories that are more likely than not, and the others that are known."""
    likely = tuple(name for name, level in levels if degree_of(level) > 1 / 2)
    return likely, tuple(name for name, _ in levels if name not in likely)
