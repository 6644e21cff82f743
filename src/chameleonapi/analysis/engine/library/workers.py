"""Executors, pools and queues: what is handed to them is done at once, in order."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import is_touched
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import Stream, drain
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Unknown

__all__ = ["futures_module", "make_pool", "queue_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


class _Future(Opaque):
    """What became of a call."""

    __slots__ = ("error", "value")
    name = "Future"

    def __init__(self, value: Any, error: Raised | None) -> None:
        self.value = value
        self.error = error

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``result`` and the like."""
        if name in ("result", "get"):
            return Native(name, lambda _m, _a, _n: self._result())
        if name == "exception":
            error = None if self.error is None else self.error.value
            return Native(name, lambda _m, _a, _n: error)
        if name in ("done", "ready", "successful"):
            return Native(name, lambda _m, _a, _n: True)
        if name in ("cancel", "running", "cancelled"):
            return Native(name, lambda _m, _a, _n: False)
        if name == "add_done_callback":
            return Native(name, lambda m, a, _n: call(m, a[0], (self,), {}))
        if name == "wait":
            return Native(name, lambda _m, _a, _n: None)
        return super().attribute(machine, name)

    def _result(self) -> Any:
        if self.error is not None:
            raise Raised(self.error.value)
        return self.value


def _submit(machine: Machine, function: Any, arguments: Arguments, named: Named) -> _Future:
    try:
        return _Future(call(machine, function, arguments, named), None)
    except Raised as raised:
        return _Future(None, raised)


class _Pool(Opaque):
    """An executor of threads or processes, or a pool of ``multiprocessing``."""

    __slots__ = ()
    name = "Executor"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        if name == "submit":
            return Native(name, lambda m, a, n: _submit(m, a[0], a[1:], n))
        if name in ("map", "imap", "imap_unordered", "starmap", "map_async"):
            return Native(name, lambda m, a, _n: _mapped(m, name, a))
        if name == "apply":
            return Native(name, lambda m, a, n: call(m, a[0], *_parts(a[1:], n)))
        if name == "apply_async":
            return Native(name, _applied)
        if name in ("shutdown", "close", "join", "terminate"):
            return Native(name, lambda _m, _a, _n: None)
        return super().attribute(machine, name)


def _parts(given: Arguments, named: Named) -> tuple[Arguments, Named]:
    arguments = given[0] if given else named.get("args", ())
    keywords = given[1] if len(given) > 1 else named.get("kwds", {})
    return tuple(arguments), dict(keywords)


def _applied(machine: Machine, arguments: Arguments, named: Named) -> _Future:
    made = _submit(machine, arguments[0], *_parts(arguments[1:], named))
    callback = named.get("callback")
    if callback is not None and made.error is None:
        call(machine, callback, (made.value,), {})
    return made


def _mapped(machine: Machine, name: str, arguments: Arguments) -> Any:
    function = arguments[0]
    if name == "starmap":
        rows = [tuple(drain(machine, one)) for one in drain(machine, arguments[1])]
    elif name == "map":
        # an executor takes several lists, a pool takes a chunk size after the first one
        lists = [drain(machine, one) for one in arguments[1:] if not isinstance(one, int)]
        rows = list(zip(*lists, strict=False))
    else:
        rows = [(one,) for one in drain(machine, arguments[1])]
    found = [call(machine, function, row, {}) for row in rows]
    return _Future(found, None) if name == "map_async" else found


def make_pool(_m: Machine, _a: Arguments, _n: Named) -> _Pool:
    """Return an executor."""
    return _Pool()


def _completed(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return Stream(iter(drain(machine, arguments[0])), "as_completed")


def _waited(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return set(drain(machine, arguments[0])), set()


def futures_module(_machine: Machine) -> NativeModule:
    """Return ``concurrent.futures``."""
    pool = Native("Executor", make_pool)
    return NativeModule(
        "concurrent.futures",
        {
            "ThreadPoolExecutor": pool,
            "ProcessPoolExecutor": pool,
            "as_completed": Native("as_completed", _completed),
            "wait": Native("wait", _waited),
        },
    )


class _Empty(Exception):  # noqa: N818 - its name in the library
    """``queue.Empty``."""


class _Queue(Opaque):
    """A queue in which things lie in order."""

    __slots__ = ("_is_last_first", "items")
    name = "Queue"

    def __init__(self, *, is_last_first: bool) -> None:
        self.items: list[Any] = []
        self._is_last_first = is_last_first

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method."""
        if name in ("put", "put_nowait"):
            return Native(name, lambda m, a, _n: self._put(m, a[0]))
        if name in ("get", "get_nowait"):
            return Native(name, lambda m, a, n: self._get(m, name, a, n))
        if name == "empty":
            return Native(name, lambda _m, _a, _n: not self.items)
        if name == "qsize":
            return Native(name, lambda _m, _a, _n: len(self.items))
        if name in ("task_done", "join", "close", "full"):
            return Native(name, lambda _m, _a, _n: False if name == "full" else None)
        return super().attribute(machine, name)

    def _put(self, machine: Machine, item: Any) -> None:
        machine.charge(1)
        self.items.append(item)

    def _get(self, _machine: Machine, name: str, arguments: Arguments, named: Named) -> Any:
        if self.items:
            return self.items.pop(-1 if self._is_last_first else 0)
        if name == "get_nowait" or named.get("block") is False or arguments[:1] == (False,):
            raise Raised(_Empty())
        return Unknown("queue.get()")  # something else puts it there


def queue_module(_machine: Machine) -> NativeModule:
    """Return ``queue``."""
    first = Native("Queue", lambda _m, _a, _n: _Queue(is_last_first=False))
    last = Native("LifoQueue", lambda _m, _a, _n: _Queue(is_last_first=True))
    ordered = Native(
        "PriorityQueue", lambda _m, a, _n: Unknown("PriorityQueue()", is_tainted=is_touched(a))
    )
    return NativeModule(
        "queue",
        {
            "Queue": first,
            "SimpleQueue": first,
            "LifoQueue": last,
            "PriorityQueue": ordered,
            "Empty": _Empty,
        },
    )
