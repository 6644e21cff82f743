"""Whether a value fits a shape of a service model: fast, and without a reason.

Nearly every value does. What is not said to fit here is looked at again by the validation that
knows why; so this may say no too often, and never yes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sized
from typing import Any, final

__all__ = ["Fitting"]

_Check = Callable[[Any], bool]


def _never(_value: Any) -> bool:
    return False


@final
class Fitting:
    """Checks for shapes, made when they are first needed.

    Args:
        compiled: returns the regular expression for a pattern of the model.
        as_written: whether only that fits which stands in an answer as it is, so that whole
            numbers are no floats, and blobs do not fit.
    """

    def __init__(
        self, compiled: Callable[[str], re.Pattern[str]], *, as_written: bool = False
    ) -> None:
        self._compiled = compiled
        self._floats: tuple[type, ...] = (float,) if as_written else (float, int)
        self._blob = _never if as_written else None
        self._checks: dict[str, _Check] = {}

    def fits(self, shape: Any, value: Any) -> bool:
        """Tell whether a value certainly fits."""
        return self._check(shape)(value)

    def _check(self, shape: Any) -> _Check:
        known = self._checks.get(shape.name)
        if known is None:
            # A shape may hold itself: until its check is made, it goes the slow way.
            self._checks[shape.name] = _never
            known = self._checks[shape.name] = self._made(shape)
        return known

    def _made(self, shape: Any) -> _Check:
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape)
        if kind == "list":
            return self._list(shape)
        if kind == "string":
            return self._string(shape)
        if kind == "boolean":
            return lambda value: type(value) is bool
        if kind == "blob":
            return self._blob or _sized(bytes, shape.metadata)
        if kind in {"integer", "long"}:
            return _number((int,), shape.metadata)
        if kind in {"float", "double"}:
            return _number(self._floats, shape.metadata)
        return _never

    def _structure(self, shape: Any) -> _Check:
        if shape.is_tagged_union or getattr(shape, "is_document_type", False):
            return _never
        required = tuple(shape.required_members)
        members = {name: self._check(one) for name, one in shape.members.items()}

        def check(value: Any) -> bool:
            if type(value) is not dict:
                return False
            for name in required:
                if name not in value:
                    return False
            for name, one in value.items():
                member = members.get(name)
                if member is None or not member(one):
                    return False
            return True

        return check

    def _list(self, shape: Any) -> _Check:
        size, member = _sized(list, shape.metadata), self._check(shape.member)
        return lambda value: size(value) and all(map(member, value))

    def _string(self, shape: Any) -> _Check:
        size = _sized(str, shape.metadata)
        allowed = frozenset(shape.metadata.get("enum", ()))
        if "pattern" in shape.metadata:
            try:
                pattern = self._compiled(shape.metadata["pattern"]).fullmatch
            except re.error:  # Java's expressions have more than Python's
                return _never
            return lambda value: (
                size(value) and (not allowed or value in allowed) and pattern(value) is not None
            )
        if allowed:
            return lambda value: type(value) is str and value in allowed and size(value)
        return size


def _sized(kind: type[Sized], limits: Any) -> _Check:
    least, most = limits.get("min", 0), limits.get("max", float("inf"))
    if not least and "max" not in limits:
        return lambda value: type(value) is kind
    return lambda value: type(value) is kind and least <= len(value) <= most


def _number(kinds: tuple[type, ...], limits: Any) -> _Check:
    if "min" not in limits and "max" not in limits:
        return lambda value: type(value) in kinds
    least, most = limits.get("min", float("-inf")), limits.get("max", float("inf"))
    return lambda value: type(value) in kinds and least <= value <= most
