"""Exceptions of the application: making them, and matching them with handlers."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance
from chameleonapi.analysis.engine.values import Unknown

__all__ = ["as_exception", "describe", "link", "matches"]


def as_exception(machine: Machine, value: Any) -> Any:
    """Return the exception that ``raise value`` raises."""
    if isinstance(value, Class) or (isinstance(value, type) and issubclass(value, BaseException)):
        return call(machine, value, (), {})
    if isinstance(value, (BaseException, Instance, Unknown)):
        return value
    return TypeError("exceptions must derive from BaseException")


def matches(machine: Machine, value: Any, kind: Any) -> bool:
    """Tell whether ``except kind`` handles an exception."""
    if isinstance(kind, (tuple, list)):
        return any(matches(machine, value, one) for one in kind)
    if isinstance(kind, Unknown):
        # an exception class of a library: only something that came from a library is one
        return isinstance(value, Unknown) or (
            type(value) is Instance and value.cls.unknown_base is not None
        )
    if isinstance(kind, Class):
        return type(value) is Instance and kind in value.cls.order
    if isinstance(kind, type):
        if isinstance(value, BaseException):
            return isinstance(value, kind)
        if type(value) is Instance:
            native = value.cls.native or (Exception if value.cls.unknown_base else None)
            return native is not None and issubclass(native, kind)
        if isinstance(value, Unknown):
            return issubclass(Exception, kind)
    return False


def link(error: Any, context: Any, cause: Any) -> None:
    """Remember what an exception was raised from, and while which was handled."""
    target = error.payload if type(error) is Instance else error
    if not isinstance(target, BaseException):
        return
    if context is not None and context is not error:
        target.chameleon__context__ = context  # type: ignore[attr-defined]  # our own mark
    if cause is not MISSING:
        target.chameleon__cause__ = cause  # type: ignore[attr-defined]  # our own mark
        target.chameleon__suppress__ = True  # type: ignore[attr-defined]  # our own mark


def describe(value: Any) -> str:
    """Return the name of an exception's class."""
    if type(value) is Instance:
        return value.cls.name
    if isinstance(value, Unknown):
        return value.path
    return type(value).__name__
