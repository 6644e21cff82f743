"""``asyncio`` and ``threading``: everything runs at once, in the order of the source."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.control import Stop
from chameleonapi.analysis.engine.library.workers import make_pool
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Class
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


def _thread_class() -> Class:
    """Return a class of threads, to be used as it is or derived from: ``start`` runs at once."""

    def initialise(_m: Machine, arguments: Arguments, named: Named) -> None:
        attributes = arguments[0].attributes
        attributes["_target"] = named.get("target") or named.get("function")
        attributes["_args"] = named.get("args", ())
        attributes["_kwargs"] = named.get("kwargs", {})
        if len(arguments) > 2:  # Timer(seconds, function, args)
            attributes["_target"] = arguments[2]
            attributes["_args"] = arguments[3] if len(arguments) > 3 else ()

    def run(machine: Machine, arguments: Arguments, _n: Named) -> None:
        attributes = arguments[0].attributes
        target = attributes.get("_target")
        if target is None or isinstance(target, Unknown):
            return
        given = attributes.get("_args") or ()
        items = () if isinstance(given, Unknown) else tuple(drain(machine, given))
        named = attributes.get("_kwargs")
        call(machine, target, items, named if isinstance(named, dict) else {})

    def start(machine: Machine, arguments: Arguments, _n: Named) -> None:
        machine.threads += 1
        try:
            call(machine, get_attribute(machine, arguments[0], "run"), (), {})
        except Stop as stop:
            if stop.order >= 0:
                raise
            # it goes on without end beside the others
        finally:
            machine.threads -= 1

    names: dict[str, Any] = {
        "__init__": Native("__init__", initialise),
        "run": Native("run", run),
        "start": Native("start", start),
    }
    for name in ("join", "setDaemon", "cancel", "terminate", "close"):
        names[name] = Native(name, lambda _m, _a, _n: None)
    cls = Class("Thread", (), names, None)
    cls.unknown_base = Unknown("thread")
    return cls


def threading_module(_machine: Machine) -> NativeModule:
    """Return ``threading`` (and ``multiprocessing``)."""
    thread = _thread_class()
    pool = Native("Pool", make_pool)
    return NativeModule(
        "threading", {"Thread": thread, "Timer": thread, "Process": thread, "Pool": pool}
    )
