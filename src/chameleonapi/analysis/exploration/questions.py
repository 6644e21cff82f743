"""What tests ask of an answer: kept for warnings, and for the texts of atoms."""

from __future__ import annotations

from dataclasses import dataclass

from chameleonapi.analysis.exploration.cuts import Cut
from chameleonapi.analysis.expressions import Expression
from chameleonapi.apis import FieldSpec
from chameleonapi.decision import Span

__all__ = ["JointTest", "LabelQuestion", "NumberQuestion"]


@dataclass(frozen=True)
class LabelQuestion:
    """A test on one text: for warnings, and for the texts of atoms."""

    expression: Expression
    field: FieldSpec
    collection: str
    signature: bytes
    span: Span


@dataclass(frozen=True)
class NumberQuestion:
    """A test on one number, and where within the field's range it changes: for warnings."""

    expression: Expression
    field: FieldSpec
    cuts: tuple[Cut, ...]
    span: Span


@dataclass(frozen=True)
class JointTest:
    """A test on several numbers at once, and how it came out so far."""

    text: str
    span: Span
    values: set[bool]
