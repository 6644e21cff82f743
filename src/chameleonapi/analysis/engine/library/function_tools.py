"""What ``functools`` makes of functions: caches, partial calls, dispatch by type."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.classes import make_named_tuple
from chameleonapi.analysis.engine.comparing import negate
from chameleonapi.analysis.engine.items import has_own_equality
from chameleonapi.analysis.engine.lifting import has_unknown, is_touched
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Row, lookup
from chameleonapi.analysis.engine.operations import special, truth
from chameleonapi.analysis.engine.values import BoundMethod, Function, Native, Opaque, Unknown

__all__ = ["Dispatch", "Memo", "Partial", "order_totally", "partial_method", "wrap"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]
_REMEMBERED = 10_000


class Memo(Opaque):
    """A cached function: what it returned for plain arguments is returned again.

    For data of the answer it runs again: which of them are equal is not asked.
    """

    __slots__ = ("_found", "hits", "misses", "wrapped")
    name = "functools._lru_cache_wrapper"

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped
        self._found: dict[Any, Any] = {}
        self.hits = self.misses = 0

    def call(self, machine: Machine, arguments: Arguments, named: Named) -> Any:
        """Call the function, or recall what it returned."""
        key = self._key(arguments, named)
        if key is not None and key in self._found:
            self.hits += 1
            return self._found[key]
        self.misses += 1
        value = call(machine, self.wrapped, arguments, named)
        if key is not None and len(self._found) < _REMEMBERED:
            self._found[key] = value
        return value

    @staticmethod
    def _key(arguments: Arguments, named: Named) -> Any:
        everything = (*arguments, *named.values())
        for one in everything:
            if type(one) is Instance and has_own_equality(one.cls):
                return None
            if has_unknown(one) or is_touched(one):
                return None
        key = (arguments, tuple(sorted(named.items())))
        try:
            hash(key)
        except TypeError:
            return None
        return key

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the cache's own functions, else what the function has."""
        if name == "__wrapped__":
            return self.wrapped
        if name == "cache_clear":
            return Native(name, lambda _m, _a, _n: self._clear())
        if name == "cache_info":
            fields = ("hits", "misses", "maxsize", "currsize")
            cls = make_named_tuple("CacheInfo", fields, {})
            values = (self.hits, self.misses, None, len(self._found))
            return Native(name, lambda _m, _a, _n: Row(cls, values))
        return get_attribute(machine, self.wrapped, name)

    def bound_to(self, receiver: Any) -> Any:
        """Return the method of an instance."""
        return BoundMethod(self, receiver)

    def _clear(self) -> None:
        self._found.clear()
        self.hits = self.misses = 0


class Partial(Opaque):
    """``functools.partial``."""

    __slots__ = ("given", "keywords", "wrapped")
    name = "functools.partial"

    def __init__(self, wrapped: Any, given: Arguments, keywords: Named) -> None:
        self.wrapped = wrapped
        self.given = given
        self.keywords = keywords

    def held(self) -> Any:
        """Return the function and what was given before."""
        return (self.wrapped, *self.given, *([self.keywords] if self.keywords else []))

    def call(self, machine: Machine, arguments: Arguments, named: Named) -> Any:
        """Call the function with what was given before, and what is given now."""
        return call(machine, self.wrapped, (*self.given, *arguments), {**self.keywords, **named})

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``func``, ``args`` or ``keywords``."""
        known = {"func": self.wrapped, "args": self.given, "keywords": self.keywords}
        return known[name] if name in known else super().attribute(machine, name)


def partial_method(_m: Machine, given: Arguments, keywords: Named) -> Native:
    """Return what ``partialmethod`` makes: a method with some arguments given."""

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        everything = (arguments[0], *given[1:], *arguments[1:])
        return call(machine, given[0], everything, {**keywords, **named})

    return Native("partialmethod", run)


class Dispatch(Opaque):
    """``singledispatch``: the function is chosen by the type of one argument."""

    __slots__ = ("_position", "_table", "wrapped")
    name = "singledispatch"

    def __init__(self, wrapped: Any, position: int) -> None:
        self.wrapped = wrapped
        self._table: list[tuple[Any, Any]] = []
        self._position = position

    def bound_to(self, receiver: Any) -> Any:
        """Return the method of an instance, or itself if it is no method."""
        return BoundMethod(self, receiver) if self._position == 1 else self

    def call(self, machine: Machine, arguments: Arguments, named: Named) -> Any:
        """Call the function for the type."""
        if len(arguments) <= self._position:
            return call(machine, self.wrapped, arguments, named)
        return call(machine, self._choose(machine, arguments[self._position]), arguments, named)

    def _choose(self, machine: Machine, value: Any) -> Any:
        best: Any = None
        chosen = self.wrapped
        for kind, function in self._table:
            holds = machine.linker.is_instance(machine, value, kind)
            if not truth(machine, holds):
                continue
            if best is None or _is_narrower(kind, best):
                best, chosen = kind, function
        return chosen

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``register``, ``dispatch``, or what the function has."""
        if name == "register":
            return Native(name, self._register)
        return get_attribute(machine, self.wrapped, name)

    def _register(self, machine: Machine, arguments: Arguments, _n: Named) -> Any:
        first = arguments[0]
        if len(arguments) == 2:
            self._table.append((first, arguments[1]))
            return arguments[1]
        if isinstance(first, (Class, type, Unknown)):
            return Native("register", lambda m, a, _named: self._register(m, (first, a[0]), {}))
        kind = first.annotation(self._position) if isinstance(first, Function) else None
        if kind is None:
            machine.gap("dynamic-code", "The type for which a function is registered is unknown.")
            return first
        self._table.append((kind, first))
        return first


def _is_narrower(one: Any, other: Any) -> bool:
    if isinstance(one, Class):
        return isinstance(other, type) or (isinstance(other, Class) and other in one.order)
    return isinstance(one, type) and isinstance(other, type) and issubclass(one, other)


def wrap(_m: Machine, arguments: Arguments, _n: Named) -> Native:
    """Return the decorator ``wraps(function)``."""
    wrapped = arguments[0] if arguments else None

    def run(machine: Machine, given: Arguments, _named: Named) -> Any:
        return update(machine, given[0], wrapped)

    return Native("wraps", run)


def update(machine: Machine, wrapper: Any, wrapped: Any) -> Any:
    """Give a function the name and the text of another one."""
    if isinstance(wrapper, Function) and not isinstance(wrapped, Unknown):
        names = dict(wrapper.attributes or {})
        for name in ("__name__", "__qualname__", "__doc__", "__module__"):
            names[name] = machine.linker.attribute_or(machine, wrapped, name, None)
        if isinstance(wrapped, Function) and wrapped.attributes:
            names = {**wrapped.attributes, **names}
        names["__wrapped__"] = wrapped
        wrapper.attributes = names
    return wrapper


_OPPOSITE = {"__lt__": "__ge__", "__ge__": "__lt__", "__gt__": "__le__", "__le__": "__gt__"}
_STRICT = {"__lt__": "__le__", "__gt__": "__ge__"}


def order_totally(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    """Give a class the comparisons that follow from the one that it has, and equality."""
    cls = arguments[0]
    if not isinstance(cls, Class):
        return cls
    known = next((one for one in _OPPOSITE if lookup(cls, one) is not MISSING), None)
    if known is None:
        return cls

    def follow(name: str) -> Native:
        def run(machine: Machine, pair: Arguments, _named: Named) -> Any:
            holds = special(machine, pair[0], known, pair[1])
            if holds is NotImplemented:
                return NotImplemented
            if name == _OPPOSITE[known]:
                return negate(machine, holds)
            same = truth(machine, machine.linker.compare(machine, "==", *pair))
            first = truth(machine, holds)
            if known in _STRICT:
                return (first or same) if name == _STRICT[known] else not (first or same)
            return (first and not same) if name == _opposite_strict(known) else not first or same

        return Native(name, run)

    for name in _OPPOSITE:
        if lookup(cls, name) is MISSING:
            cls.vars[name] = follow(name)
    return cls


def _opposite_strict(name: str) -> str:
    return {"__le__": "__lt__", "__ge__": "__gt__"}[name]
