"""``contextlib``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.exceptions import matches
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import Stream, step
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Unknown

__all__ = ["contextlib_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


class _GeneratorManager(Opaque):
    """What a function decorated with ``contextmanager`` returns."""

    __slots__ = ("items",)
    name = "_GeneratorContextManager"

    def __init__(self, items: Iterator[Any]) -> None:
        self.items = items

    def enter(self, machine: Machine) -> Any:
        """Run up to the yield."""
        return step(machine, self.items, None)

    def leave(self, machine: Machine, error: Any) -> bool:
        """Run what is behind the yield."""
        if error is not None:
            try:
                self.items.throw(Raised(error))  # type: ignore[attr-defined]  # a generator
            except StopIteration:
                return True
            except Raised as raised:
                if raised.value is error:
                    return False
                raise
            return True
        step(machine, self.items, None)
        return False


class _Suppress(Opaque):
    __slots__ = ("kinds",)
    name = "suppress"

    def __init__(self, kinds: Arguments) -> None:
        self.kinds = kinds

    def leave(self, machine: Machine, error: Any) -> bool:
        """Swallow the exceptions named."""
        return error is not None and matches(machine, error, self.kinds)


class _Closing(Opaque):
    __slots__ = ("value",)
    name = "closing"

    def __init__(self, value: Any) -> None:
        self.value = value

    def enter(self, machine: Machine) -> Any:
        """Return what is closed at the end."""
        del machine
        return self.value


def _contextmanager(_m: Machine, arguments: Arguments, _n: Named) -> Native:
    function = arguments[0]

    def make(machine: Machine, given: Arguments, named: Named) -> Any:
        made = call(machine, function, given, named)
        return _GeneratorManager(made.items) if isinstance(made, Stream) else made

    return Native("contextmanager", make)


def contextlib_module(_machine: Machine) -> NativeModule:
    """Return ``contextlib``."""
    manager = Native("contextmanager", _contextmanager)
    return NativeModule(
        "contextlib",
        {
            "contextmanager": manager,
            "asynccontextmanager": manager,
            "suppress": Native("suppress", lambda _m, a, _n: _Suppress(a)),
            "closing": Native("closing", lambda _m, a, _n: _Closing(a[0])),
            "nullcontext": Native("nullcontext", lambda _m, a, _n: _Closing(a[0] if a else None)),
            "redirect_stdout": Native(
                "redirect_stdout", lambda _m, _a, _n: _Closing(Unknown("stdout"))
            ),
        },
    )
