"""Calls that a model cannot carry out: those that Python refuses too, and those it does not know.

Models of built-in functions take what applications pass. Where one fails, the call either has
a shape that Python itself refuses (too few arguments, a keyword that nobody has), and then the
application sees a ``TypeError``; or the arguments are of a kind that the model does not know, and
then what comes of the call is unknown, and a gap says so.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from functools import lru_cache
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import is_touched
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import Native, NativeModule, Tainted, Unknown

__all__ = ["refused_call", "refused_method"]

# What Python says of a model that looks for more arguments than there are.
_RAN_SHORT = re.compile(
    r"tuple index out of range|not enough values to unpack|missing \d+ required positional"
)


def refused_call(
    machine: Machine,
    function: Any,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    error: Exception,
) -> Any:
    """Return what is known of a call on which a model failed.

    Raises:
        Raised: the ``TypeError`` of the application, if Python refuses the call too.
    """
    name = str(getattr(function, "name", None) or getattr(function, "__name__", "call"))
    real = function if isinstance(function, type) else _real(machine, function)
    return _refused(machine, name, real, arguments, named, error)


def refused_method(
    machine: Machine,
    name: str,
    receiver: Any,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    error: Exception,
) -> Any:
    """Return what is known of a method call on which a model failed; see ``refused_call``."""
    plain = receiver.value if type(receiver) is Tainted else receiver
    real = getattr(type(plain), name, None)
    return _refused(machine, name, real, arguments, named, error, receiver)


def _refused(
    machine: Machine,
    name: str,
    real: Any,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    error: Exception,
    *receiver: Any,
) -> Any:
    if isinstance(error, (MemoryError, RecursionError)):
        raise error
    signature = _signature(real)
    if signature is not None:
        try:
            signature.bind(*receiver, *arguments, **named)
        except TypeError as refusal:
            raise Raised(TypeError(f"{name}() {refusal}")) from None
    elif not named and _RAN_SHORT.search(str(error)):
        raise Raised(TypeError(f"{name}() takes more than {len(arguments)} arguments"))
    machine.gap("unmodelled-call", f"What {name}() does with these arguments is not followed.")
    touched = any(is_touched(one) for one in (*receiver, *arguments, *named.values()))
    return Unknown(f"{name}()", is_tainted=touched)


def _real(machine: Machine, function: Any) -> Any:
    """Return the function of Python that a model stands for, or None."""
    if not isinstance(function, Native):
        return None
    for one in machine.modules.values():
        if isinstance(one, NativeModule):
            for name, member in one.members.items():
                if member is function:
                    return _member(one.name, name)
    return _member("builtins", function.name)


@lru_cache(maxsize=256)
def _member(module: str, name: str) -> Any:
    if module.partition(".")[0] not in sys.stdlib_module_names:
        return None
    try:
        return getattr(importlib.import_module(module), name, None)
    except (ImportError, OSError):  # not built in here, or out of reach where this is confined
        return None


def _signature(real: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(real)
    except (TypeError, ValueError):  # many functions written in C have none
        return None
