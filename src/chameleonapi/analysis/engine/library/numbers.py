"""Pure functions of numbers."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.lifting import is_touched, lift, protect, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Instance
from chameleonapi.analysis.engine.operations import special
from chameleonapi.analysis.engine.values import Tainted, Unknown

__all__ = ["numeric"]


def numeric(machine: Machine, name: str, function: Any, arguments: tuple[Any, ...]) -> Any:
    """Return ``function(*arguments)``, lifted."""
    arguments = tuple(
        one.payload if type(one) is Instance and one.payload is not None else one
        for one in arguments
    )
    if arguments and type(arguments[0]) is Instance:
        found = special(machine, arguments[0], f"__{name}__", *arguments[1:])
        if found is not MISSING:
            return found
    if any(isinstance(one, Unknown) for one in arguments):
        return Unknown(f"{name}({shown(arguments[0])})", is_tainted=is_touched(arguments))
    if any(type(one) is Tainted for one in arguments):
        text = f"{name}({', '.join(map(shown, arguments))})"
        return lift(machine, name, function, arguments, text)
    return protect(function, *arguments)
