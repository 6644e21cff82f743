"""``asyncio`` and ``threading``: everything runs at once, in the order of the source."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import drain
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Unknown

__all__ = ["asyncio_module", "threading_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _first(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    return arguments[0] if arguments else None


def _gather(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    return list(arguments)


def _to_thread(machine: Machine, arguments: Arguments, named: Named) -> Any:
    return call(machine, arguments[0], arguments[1:], named)


class Loop(Opaque):
    """An event loop, or an executor."""

    __slots__ = ()
    name = "loop"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        del machine
        if name in ("run_until_complete", "create_task"):
            return Native(name, _first)
        if name == "run_in_executor":
            return Native(name, lambda m, a, n: call(m, a[1], a[2:], n))
        if name in ("call_soon", "submit", "call_soon_threadsafe"):
            return Native(name, _to_thread)
        return Unknown(f"loop.{name}")


def _loop(_m: Machine, _a: Arguments, _n: Named) -> Loop:
    return Loop()


def asyncio_module(_machine: Machine) -> NativeModule:
    """Return ``asyncio``."""
    names: dict[str, Any] = {
        name: Native(name, _first)
        for name in ("run", "create_task", "ensure_future", "wait_for", "shield")
    }
    names |= {
        name: Native(name, _loop)
        for name in ("get_event_loop", "new_event_loop", "get_running_loop")
    }
    names["gather"] = Native("gather", _gather)
    names["to_thread"] = Native("to_thread", _to_thread)
    names["as_completed"] = Native("as_completed", _first)
    names["sleep"] = Native("sleep", lambda _m, _a, _n: None)
    names["set_event_loop"] = Native("set_event_loop", lambda _m, _a, _n: None)
    return NativeModule("asyncio", names)


class Thread(Opaque):
    """A thread, process or timer: its target runs when it is started."""

    __slots__ = ("arguments", "named", "target")
    name = "Thread"

    def __init__(self, target: Any, arguments: Any, named: Any) -> None:
        self.target = target
        self.arguments = arguments
        self.named = named

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        del machine
        if name in ("start", "run"):
            return Native(name, self._start)
        if name in ("join", "setDaemon", "cancel"):
            return Native(name, lambda _m, _a, _n: None)
        return Unknown(f"thread.{name}")

    def set_attribute(self, _machine: Machine, _name: str, _value: Any) -> None:
        """Accept ``daemon = True``."""

    def _start(self, machine: Machine, _a: Arguments, _n: Named) -> None:
        if self.target is not None and not isinstance(self.target, Unknown):
            items = (
                () if isinstance(self.arguments, Unknown) else tuple(drain(machine, self.arguments))
            )
            named = self.named if isinstance(self.named, dict) else {}
            call(machine, self.target, items, named)


def _thread(_m: Machine, _a: Arguments, named: Named) -> Thread:
    return Thread(named.get("target"), named.get("args", ()), named.get("kwargs", {}))


def _timer(_m: Machine, arguments: Arguments, named: Named) -> Thread:
    target = arguments[1] if len(arguments) > 1 else named.get("function")
    return Thread(target, arguments[2] if len(arguments) > 2 else named.get("args") or (), {})


def threading_module(_machine: Machine) -> NativeModule:
    """Return ``threading``."""
    return NativeModule(
        "threading", {"Thread": Native("Thread", _thread), "Timer": Native("Timer", _timer)}
    )
