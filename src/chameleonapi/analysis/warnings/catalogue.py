"""Every code that a warning can have, how grave it is, and what it says in a few words.

Each code has its page, ``docs/warnings/CODE.md``; a test holds the two together.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["RULES", "Level", "Rule", "level_of"]


class Level(enum.Enum):
    """How sure it is that something else was meant."""

    WARNING = "warning"  # what is written can hardly be what is meant
    NOTE = "note"  # worth knowing; it may well be meant


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of warning."""

    code: str
    level: Level
    title: str


def _rules(*rows: tuple[str, Level, str]) -> Mapping[str, Rule]:
    return MappingProxyType({code: Rule(code, level, title) for code, level, title in rows})


RULES: Final = _rules(
    ("always-false", Level.WARNING, "A condition that no answer meets"),
    ("always-true", Level.WARNING, "A condition that every answer meets"),
    ("dead-target", Level.WARNING, "A comparison with text that the API never returns"),
    ("deny-list", Level.NOTE, "A branch that nearly every answer takes"),
    ("one-round", Level.WARNING, "A loop that looks at its first element only"),
    ("order", Level.NOTE, "The order of the answer decides, not that of the tests"),
    ("overridden", Level.WARNING, "A later element overrides what an earlier one decided"),
    ("same-both-ways", Level.WARNING, "A condition after which the same happens either way"),
    ("score-unit", Level.WARNING, "A score that is compared in the wrong unit"),
    ("substring", Level.WARNING, "A substring test that accepts more than the word"),
    ("type-mismatch", Level.WARNING, "A result or a number that is compared with a text"),
    ("unknown-api", Level.NOTE, "A call of an ML API that is not analysed"),
    ("unreachable", Level.WARNING, "Code that no answer reaches"),
)


def level_of(code: str) -> Level:
    """Return how grave a warning with this code is."""
    return RULES[code].level
