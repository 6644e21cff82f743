"""The names of a running function, and what encloses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chameleonapi.analysis.engine.machine import Machine
    from chameleonapi.analysis.engine.values import Function, Module

__all__ = ["BREAK", "CONTINUE", "RETURN", "Frame"]

# What a statement answers when it does not simply end.
BREAK, CONTINUE, RETURN = 1, 2, 3


class Frame:
    """One activation of a module, class body, function or comprehension."""

    __slots__ = (
        "caller",
        "error",
        "function",
        "is_above_call",
        "machine",
        "module",
        "parent",
        "raised",
        "receiver",
        "returned_at",
        "value",
        "vars",
    )

    def __init__(
        self,
        machine: Machine,
        names: dict[str, Any],
        parent: Frame | None,
        module: Module,
        function: Function | None = None,
    ) -> None:
        self.machine = machine
        self.vars = names
        self.parent = parent
        self.module = module
        self.function = function
        self.value: Any = None  # what it returns
        self.returned_at: Any = None  # where, if a function that it calls returns it
        self.caller: Any = None  # the place of the call
        self.is_above_call = False  # was active when the API was called
        self.error: Any = None  # the exception being handled
        self.raised: Any = None  # how it came, with its place
        self.receiver: Any = None  # first argument, for super()
