"""What is really in an input: the yardstick for a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["TrueElement", "Truth"]


@dataclass(frozen=True, slots=True)
class TrueElement:
    """One true element with field values beyond its label, such as a box."""

    collection: str
    values: tuple[tuple[str, str | float | tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Labels verified present, labels verified absent, and all others.

    Attributes:
        present: true labels; repeated as often as they occur, where counts matter.
        absent: labels verified absent.
        closed: whether every label that is not present is absent. Otherwise labels in
            neither set are unknown, and an outcome is acceptable if some completion of
            the unknown labels reaches it.
        elements: true elements given in full, beside ``present``.
        fields: true values of the whole answer (a sentiment score) by field path.
    """

    present: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()
    closed: bool = True
    elements: tuple[TrueElement, ...] = ()
    fields: tuple[tuple[str, str | float], ...] = ()

    @classmethod
    def of(
        cls, present: Iterable[str], absent: Iterable[str] = (), *, closed: bool = True
    ) -> Truth:
        """Return the truth with these labels; order and container do not matter."""
        return cls(tuple(sorted(present)), frozenset(absent), closed)
