"""Entering and leaving context managers."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Instance
from chameleonapi.analysis.engine.operations import special, truth
from chameleonapi.analysis.engine.values import Opaque, Unknown

__all__ = ["enter", "leave"]


def enter(machine: Machine, manager: Any) -> Any:
    """Return what ``with manager as ...`` binds."""
    if type(manager) is Instance:
        for name in ("__enter__", "__aenter__"):
            found = special(machine, manager, name)
            if found is not MISSING:
                return found
        return manager
    if isinstance(manager, Unknown):
        return manager
    asked = getattr(manager, "enter", None) if isinstance(manager, Opaque) else None
    return manager if asked is None else asked(machine)


def leave(machine: Machine, manager: Any, error: Any) -> bool:
    """Leave, and tell whether the exception is swallowed."""
    if type(manager) is Instance:
        kind: Any = error.cls if type(error) is Instance else type(error)
        if error is None or isinstance(error, Unknown):
            kind = error
        for name in ("__exit__", "__aexit__"):
            found = special(machine, manager, name, kind, error, None)
            if found is not MISSING:
                return error is not None and truth(machine, found)
        return False
    if isinstance(manager, Opaque):
        asked = getattr(manager, "leave", None)
        return False if asked is None else bool(asked(machine, error))
    return False
