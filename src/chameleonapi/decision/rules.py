"""Rules: from predicates to outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from chameleonapi.decision.predicates import Predicate

__all__ = ["NO_FLAGS", "Case", "Cases", "Flag", "Flags", "Rules"]

NO_FLAGS = "none"


@dataclass(frozen=True, slots=True)
class Case:
    """When ``predicate`` holds, the outcome is ``outcome``."""

    predicate: Predicate
    outcome: str


@dataclass(frozen=True, slots=True)
class Cases:
    """One outcome: that of the first case that holds (application order), else ``default``."""

    op: ClassVar[str] = "cases"
    cases: tuple[Case, ...]
    default: str


@dataclass(frozen=True, slots=True)
class Flag:
    """One independent member of a multi-select; ``outcome`` happens when ``predicate`` holds."""

    predicate: Predicate
    outcome: str


@dataclass(frozen=True, slots=True)
class Flags:
    """A set of outcomes at once: those of all flags that hold.

    The id of the joint outcome is the ids of its members joined by ``+`` in the order of the
    flags, or ``none``.
    """

    op: ClassVar[str] = "flags"
    flags: tuple[Flag, ...]

    def outcome_id(self, values: tuple[bool, ...]) -> str:
        """Return the id of the joint outcome of these flag values."""
        chosen = [flag.outcome for flag, value in zip(self.flags, values, strict=True) if value]
        return "+".join(chosen) or NO_FLAGS


Rules: TypeAlias = Cases | Flags
