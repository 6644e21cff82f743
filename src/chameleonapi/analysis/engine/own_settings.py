"""Arguments of constructors that are annotated with a class of the application's own settings."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, lookup
from chameleonapi.analysis.engine.values import Function, Unknown

__all__ = ["with_own_settings"]


def with_own_settings(
    machine: Machine, initialise: Function, arguments: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return the arguments of a constructor, settings of the application as it makes them itself.

    ``def __init__(self, options: Options)`` gets ``Options()`` where each of its own arguments
    has a default: like a default of the parameter itself, it is what the application comes with.
    """
    return tuple(
        _made(machine, initialise, position, one) for position, one in enumerate(arguments, 1)
    )


def _made(machine: Machine, initialise: Function, position: int, argument: Any) -> Any:
    if not isinstance(argument, Unknown):
        return argument
    try:
        kind = initialise.annotation(position)
        if not isinstance(kind, Class) or not isinstance(lookup(kind, "__init__"), Function):
            return argument
        made = machine.linker.call(machine, kind, (), {})
    except (Abort, Raised):
        return argument
    return argument if made is MISSING else made
