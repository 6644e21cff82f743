"""Fallbacks that say what a value says already: ``score or 0.0``, ``x.name if x else "UNKNOWN"``.

Taken literally, a fallback is a branch, and a zero that is shown is another outcome than any
other number. Where it is equal to what it stands in for, nothing is decided: the value stays.
"""

from __future__ import annotations

import ast
from typing import Any

from chameleonapi.analysis.engine.values import Tainted

__all__ = ["is_plain_reading", "is_same_when_empty", "says_the_same"]

_READING = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Load, ast.Index)


def is_same_when_empty(value: Any, fallback: ast.expr) -> bool:
    """Return whether ``value or fallback`` is the value, whatever the answer says.

    Args:
        value: what stands before ``or``.
        fallback: what is written after it.
    """
    if isinstance(fallback, ast.List):
        return not fallback.elts and isinstance(value, list)
    if type(value) is not Tainted or not isinstance(fallback, ast.Constant) or fallback.value:
        return False
    return _are_of_a_kind(value.value, fallback.value)


def _are_of_a_kind(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, str):
        return isinstance(other, str)
    return isinstance(one, (int, float)) and isinstance(other, (int, float))


def is_plain_reading(node: ast.expr) -> bool:
    """Return whether an expression only reads names, attributes and items."""
    return all(isinstance(one, _READING) for one in ast.walk(node))


def says_the_same(tested: Any, value: Any, fallback: Any) -> bool:
    """Return whether a fallback is what the value would have been, for an empty field.

    Args:
        tested: what was asked for its truth: a field of the answer.
        value: what is read where the field is not empty, read nevertheless.
        fallback: the constant instead of it.
    """
    return (
        type(tested) is Tainted
        and not isinstance(tested.value, bool)
        and type(value) is Tainted
        and len(tested.expression.leaves) == 1
        and value.expression.leaves == tested.expression.leaves
        and type(value.value) is type(fallback)
        and bool(value.value == fallback)
    )
