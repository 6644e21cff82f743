"""What the functions where an analysis begins are called with."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Class, lookup
from chameleonapi.analysis.engine.values import Function, Unknown

__all__ = ["unknown_arguments", "with_own_settings"]

_PLAIN = (bool, bytes, float, int, str)


def unknown_arguments(function: Function, given: int, *, is_free: bool = False) -> tuple[Any, ...]:
    """Return an unknown for each parameter that has no default; or one that is plain, if free."""
    names = function.parameters.positional
    required = names[given : len(names) - len(function.defaults)]
    for name in function.parameters.keyword_only:
        function.keyword_defaults.setdefault(name, Unknown(f"parameter {name}"))
    made = [Unknown(f"parameter {name}") for name in required]
    if not is_free:
        return tuple(made)
    optional = names[len(names) - len(function.defaults) :]
    return (
        *made,
        *(
            Unknown(f"parameter {name}") if default is None or type(default) in _PLAIN else default
            for name, default in zip(optional, function.defaults, strict=True)
        ),
    )


def with_own_settings(
    machine: Machine, initialise: Function, arguments: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return the arguments of a constructor, settings of the application as it makes them itself.

    ``def __init__(self, options: Options)`` gets an ``Options`` whose fields have their defaults:
    like a default of the parameter itself, these are what the application comes with.
    """
    return tuple(
        _made(machine, initialise, position, one) for position, one in enumerate(arguments, 1)
    )


def _made(machine: Machine, initialise: Function, position: int, argument: Any) -> Any:
    if not isinstance(argument, Unknown):
        return argument
    try:
        kind = initialise.annotation(position)
        if not isinstance(kind, Class):
            return argument
        own = lookup(kind, "__init__")
        if isinstance(own, Function):
            has_defaults = bool(own.defaults or own.keyword_defaults)
            fields = unknown_arguments(own, 1)
        elif kind.unknown_base is not None:
            return argument  # what a request sends in, most likely
        else:
            has_defaults = bool(kind.fields and kind.field_defaults)
            needed = [one for one in kind.fields or () if one not in kind.field_defaults]
            fields = tuple(Unknown(f"{argument.path}.{one}") for one in needed)
        return machine.linker.call(machine, kind, fields, {}) if has_defaults else argument
    except (Abort, Raised):
        return argument
