"""Tables from likelihoods to numbers: another way to write the order that likelihoods have.

``POINTS = {"VERY_UNLIKELY": 0.1, "POSSIBLE": 0.5, ...}`` is asked for numbers that are compared or
added up. What number it is decides nothing by itself, as little as the likelihood does that it
stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["are_degrees"]

_NAMES: Final = ("UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY")
_LEAST: Final = 4
_SOME: Final = 3  # numbers: with fewer, it says no more than yes or no


def are_degrees(table: Mapping[Any, Any]) -> bool:
    """Return whether a table of constants gives likelihoods, by name or number, numbers."""
    if not _LEAST <= len(table) <= len(_NAMES):
        return False
    if any(type(one) not in (int, float) for one in table.values()):
        return False
    return len(set(table.values())) >= _SOME and all(map(_is_likelihood, table))


def _is_likelihood(key: Any) -> bool:
    if isinstance(key, str):
        return key.upper().replace(" ", "_").replace("-", "_") in _NAMES
    return isinstance(key, int) and not isinstance(key, bool) and 0 <= int(key) < len(_NAMES)
