"""Evaluate an expression on every label of a vocabulary at once.

Each operation is applied to a whole column of values, and columns are remembered
by the structure of their expression: ``label.lower()`` is computed once for all
the tests that begin with it. Twenty thousand labels take milliseconds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, final

from chameleonapi.analysis.expressions import Expression, Leaf

__all__ = ["FALSE", "JOINED", "RAISES", "TRUE", "Columns", "Raised"]

JOINED: Final = frozenset({"any", "all"})  # operations of several tests

FALSE, TRUE, RAISES = 0, 1, 2
_REMEMBERED: Final = 192
_MAX_SIZE: Final = 400


@final
class Raised:
    """Stands in a column where the operation raised."""

    __slots__ = ()


_RAISED: Final = Raised()


@final
class Columns:
    """Columns over the values of one field."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = list(values)
        self._columns: OrderedDict[Hashable, list[Any]] = OrderedDict()
        self._kept: list[Any] = []  # objects that are known by identity stay alive

    def truth(self, expression: Expression, leaf: Leaf, fixed: Mapping[Leaf, Any]) -> bytes | None:
        """Return FALSE, TRUE or RAISES for each value of the leaf; None if it is too large.

        Args:
            expression: any pure expression.
            leaf: the leaf that takes the values.
            fixed: values of all other leaves.
        """
        if expression.operation in JOINED and expression.leaves == {leaf}:
            return self._joined(expression, leaf, fixed)
        if expression.size > _MAX_SIZE:
            return None
        try:
            column = self._column(expression, leaf, fixed)
            if column is None:
                one = _truth(self._scalar(expression, fixed))
                return bytes([one]) * len(self._values)
            return bytes(map(_truth, column))
        except RecursionError:
            return None

    def _joined(
        self, expression: Expression, leaf: Leaf, fixed: Mapping[Leaf, Any]
    ) -> bytes | None:
        """Return the truth of several tests at once: the first one that settles it counts."""
        going_on = FALSE if expression.operation == "any" else TRUE
        made = bytearray([going_on]) * len(self._values)
        for part in expression.arguments:
            truth = self.truth(part, leaf, fixed)
            if truth is None:
                return None
            for i, one in enumerate(truth):
                if one != going_on and made[i] == going_on:
                    made[i] = one
        return bytes(made)

    def key(self, expression: Expression, leaf: Leaf, fixed: Mapping[Leaf, Any]) -> Hashable:
        """Return what two expressions share when they are the same function of the leaf."""
        return self._key(expression, leaf, fixed)

    def _column(
        self, expression: Expression, leaf: Leaf, fixed: Mapping[Leaf, Any]
    ) -> list[Any] | None:
        if leaf not in expression.leaves:
            return None
        key = self._key(expression, leaf, fixed)
        if key in self._columns:
            self._columns.move_to_end(key)
            return self._columns[key]
        count = len(self._values)
        parts: list[Sequence[Any]] = []
        for one in expression.arguments:
            if isinstance(one, Leaf) and one == leaf:
                parts.append(self._values)
                continue
            column = self._column(one, leaf, fixed) if isinstance(one, Expression) else None
            if column is None:
                column = [self._scalar(one, fixed)] * count
            parts.append(column)
        made = _apply(expression.function, parts)
        self._columns[key] = made
        if len(self._columns) > _REMEMBERED:
            self._columns.popitem(last=False)
        return made

    @staticmethod
    def _scalar(part: Any, fixed: Mapping[Leaf, Any]) -> Any:
        if isinstance(part, Leaf):
            return fixed[part]
        if isinstance(part, Expression):
            try:
                return part.evaluate(fixed)
            except Exception:  # noqa: BLE001 - a modelled operation may raise anything
                return _RAISED
        return part

    def _key(self, part: Any, leaf: Leaf, fixed: Mapping[Leaf, Any]) -> Hashable:
        if isinstance(part, Leaf):
            return "leaf" if part == leaf else ("fixed", repr(fixed.get(part)))
        if isinstance(part, Expression):
            arguments = tuple(self._key(one, leaf, fixed) for one in part.arguments)
            return (part.operation, self._function_key(part.function), arguments)
        if part is None or isinstance(part, str | int | float | bytes):
            return (type(part).__name__, part)
        if isinstance(part, tuple | list | set | frozenset | dict):
            return (type(part).__name__, repr(part))
        return self._identity(part)

    def _function_key(self, function: Callable[..., Any]) -> Hashable:
        code = getattr(function, "__code__", None)
        if code is None:
            return self._identity(function)
        cells = tuple(one.cell_contents for one in getattr(function, "__closure__", None) or ())
        bound = getattr(function, "__self__", None)
        parts = (*cells, *(getattr(function, "__defaults__", None) or ()), bound)
        return (code, tuple(self._constant(one) for one in parts))

    def _constant(self, value: Any) -> Hashable:
        if value is None or isinstance(value, str | int | float | bytes):
            return (type(value).__name__, value)
        if isinstance(value, tuple | list | set | frozenset | dict):
            return (type(value).__name__, repr(value))
        return self._identity(value)

    def _identity(self, value: Any) -> Hashable:
        self._kept.append(value)
        return ("id", id(value))


def _apply(function: Callable[..., Any], parts: Sequence[Sequence[Any]]) -> list[Any]:
    try:
        if not any(map(_holds_raised, parts)):
            return list(map(function, *parts))
    except Exception:  # noqa: BLE001, S110 - some value raises: go one by one
        pass
    made: list[Any] = []
    for row in zip(*parts, strict=True):
        if any(one is _RAISED for one in row):
            made.append(_RAISED)
            continue
        try:
            made.append(function(*row))
        except Exception:  # noqa: BLE001 - the modelled operation raises like the real one
            made.append(_RAISED)
    return made


def _holds_raised(part: Sequence[Any]) -> bool:
    return any(one is _RAISED for one in part)


def _truth(value: Any) -> int:
    if value is _RAISED:
        return RAISES
    try:
        return TRUE if value else FALSE
    except Exception:  # noqa: BLE001 - the truth of an odd value
        return RAISES
