"""``contextlib``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.exceptions import matches
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.managers import enter, leave
from chameleonapi.analysis.engine.operations import Stream, step
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Unknown

__all__ = ["contextlib_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


class _GeneratorManager(Opaque):
    """What a function decorated with ``contextmanager`` returns."""

    __slots__ = ("_make", "items")
    name = "_GeneratorContextManager"

    def __init__(self, items: Iterator[Any], make: Any) -> None:
        self.items = items
        self._make = make

    def call(self, _machine: Machine, arguments: Arguments, _n: Named) -> Any:
        """Decorate a function: each call of it is made inside of a fresh manager."""
        function = arguments[0]

        def run(machine: Machine, given: Arguments, named: Named) -> Any:
            with_it = self._make(machine)
            enter(machine, with_it)
            try:
                value = call(machine, function, given, named)
            except Raised as raised:
                if leave(machine, with_it, raised.value):
                    return None
                raise
            leave(machine, with_it, None)
            return value

        return Native("decorated", run)

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


class _Stack(Opaque):
    """``ExitStack``: managers and functions that wait for the end, the last one first."""

    __slots__ = ("_waiting",)
    name = "ExitStack"

    def __init__(self) -> None:
        self._waiting: list[Any] = []

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        if name in ("enter_context", "enter_async_context"):
            return Native(name, self._enter)
        if name in ("callback", "push_async_callback"):
            return Native(name, lambda _m, a, n: self._waiting.append((a[0], a[1:], n)))
        if name == "push":
            return Native(name, lambda _m, a, _n: self._waiting.append(a[0]))
        if name in ("close", "aclose"):
            return Native(name, lambda m, _a, _n: self.leave(m, None))
        return super().attribute(machine, name)

    def _enter(self, machine: Machine, arguments: Arguments, _n: Named) -> Any:
        value = enter(machine, arguments[0])
        self._waiting.append(arguments[0])
        return value

    def enter(self, _machine: Machine) -> Any:
        """Return itself."""
        return self

    def leave(self, machine: Machine, error: Any) -> bool:
        """Leave all, and tell whether one of them swallowed the exception."""
        left = error
        while self._waiting:
            one = self._waiting.pop()
            if isinstance(one, tuple):
                call(machine, *one)
            elif leave(machine, one, left):
                left = None
        return error is not None and left is None


def _contextmanager(_m: Machine, arguments: Arguments, _n: Named) -> Native:
    function = arguments[0]

    def make(machine: Machine, given: Arguments, named: Named) -> Any:
        made = call(machine, function, given, named)
        if not isinstance(made, Stream):
            return made
        return _GeneratorManager(made.items, lambda again: make(again, given, named))

    return Native("contextmanager", make)


def contextlib_module(_machine: Machine) -> NativeModule:
    """Return ``contextlib``."""
    manager = Native("contextmanager", _contextmanager)
    return NativeModule(
        "contextlib",
        {
            "contextmanager": manager,
            "asynccontextmanager": manager,
            "ExitStack": Native("ExitStack", lambda _m, _a, _n: _Stack()),
            "AsyncExitStack": Native("AsyncExitStack", lambda _m, _a, _n: _Stack()),
            "suppress": Native("suppress", lambda _m, a, _n: _Suppress(a)),
            "closing": Native("closing", lambda _m, a, _n: _Closing(a[0])),
            "nullcontext": Native("nullcontext", lambda _m, a, _n: _Closing(a[0] if a else None)),
            "redirect_stdout": Native(
                "redirect_stdout", lambda _m, _a, _n: _Closing(Unknown("stdout"))
            ),
        },
    )
