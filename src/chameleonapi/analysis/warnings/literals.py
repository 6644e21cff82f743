"""The texts with which a test compares, and which labels it accepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chameleonapi.analysis.exploration.columns import TRUE
from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.questions import LabelQuestion
from chameleonapi.analysis.exploration.text_dimension import TextDimension

__all__ = ["Question", "read_question"]


@dataclass(frozen=True)
class Question:
    """A test on one text with its accepted values.

    Attributes:
        question: as it was met.
        literals: texts that the source compares with.
        accepted: values that pass, of vocabulary and literals; those that fail if that is fewer.
        is_inverse: whether ``accepted`` holds those that fail.
        is_constant: whether all values go the same way.
        is_closed: whether the API answers with nothing but the values of an enumeration.
    """

    question: LabelQuestion
    literals: tuple[str, ...]
    accepted: frozenset[str]
    is_inverse: bool
    is_constant: bool
    is_closed: bool

    @property
    def operation(self) -> str:
        """The outermost operation."""
        return self.question.expression.operation

    @property
    def operations(self) -> tuple[str, ...]:
        """All operations."""
        return tuple(one.operation for one in self.question.expression.walk())

    @property
    def is_always(self) -> bool:
        """Whether every value passes."""
        return self.is_constant and self.question.signature[0] == TRUE


def read_question(question: LabelQuestion, dimension: LabelDimension | TextDimension) -> Question:
    """Return a test as sets of labels."""
    outcomes = set(question.signature)
    is_inverse = dimension.is_open and question.signature[-1] == TRUE
    wanted = question.signature[-1] if dimension.is_open else None
    accepted = frozenset(
        value
        for value, one in zip(dimension.values, question.signature, strict=True)
        if (one == TRUE if wanted is None else one != wanted)
    )
    return Question(
        question,
        tuple(dict.fromkeys(_texts(question))),
        accepted,
        is_inverse,
        len(outcomes) == 1,
        not dimension.is_open,
    )


def _texts(question: LabelQuestion) -> Iterator[str]:
    for part in question.expression.walk():
        for one in part.arguments:
            yield from _flat(one, 0)


def _flat(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, tuple | list | set | frozenset | dict) and depth < 3:
        for one in sorted(map(str, value)) if isinstance(value, set | frozenset) else value:
            yield from _flat(one, depth + 1)
