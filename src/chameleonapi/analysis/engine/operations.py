"""Truth, iteration and length: the operations with which a program branches."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from types import GeneratorType
from typing import Any, Final

from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.lifting import lift, protect
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, lookup
from chameleonapi.analysis.engine.origins import derived
from chameleonapi.analysis.engine.values import (
    Columns,
    Function,
    Native,
    NativeFunction,
    Opaque,
    SizedList,
    Tainted,
    Unknown,
)
from chameleonapi.analysis.expressions import Expression

__all__ = [
    "Stream",
    "drain",
    "in_order",
    "iterate",
    "layers",
    "length",
    "special",
    "special_of_class",
    "step",
    "truth",
    "type_name",
]

_MOST_LAYERS: Final = 1_000  # of iterators over iterators


class Stream(Opaque):
    """An iterator of the application: a generator, ``map``, ``zip``, ``iter`` ...

    Args:
        items: what it yields.
        name: of its type.
        layers: how many iterators stand one upon the other, this one on top.
    """

    __slots__ = ("items", "layers", "name")

    def __init__(self, items: Iterator[Any], name: str = "iterator", layers: int = 1) -> None:
        self.items = items
        self.name = name
        self.layers = layers

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``send``, ``throw``, ``close`` of a generator."""
        if name in ("__next__", "__anext__"):
            return Native(name, lambda m, _a, _n: step(m, self.items))
        if name in ("__iter__", "__aiter__"):
            return Native(name, lambda _m, _a, _n: self)
        if isinstance(self.items, GeneratorType) and name in _OF_GENERATOR:
            return Native(name, _OF_GENERATOR[name](self.items))
        return super().attribute(machine, name)


def layers(sources: Iterable[Any]) -> int:
    """Return how many layers an iterator over these has: each takes stack when it is asked.

    Raises:
        Abort: if they are more than the stack of this process carries.
    """
    found = 1 + max((one.layers for one in sources if type(one) is Stream), default=0)
    if found > _MOST_LAYERS:
        raise Abort("budget-depth", "Iterators nest too deeply, and the run was cut off.")
    return found


def _going_on(resume: Callable[[Any], Any]) -> NativeFunction:
    def run(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        del named
        machine.tick()
        try:
            return resume(arguments)
        except StopIteration as end:
            raise Raised(StopIteration(*([] if end.value is None else [end.value]))) from None

    return run


def _throwing(items: Any) -> NativeFunction:
    def run(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        error = arguments[0]
        if isinstance(error, (Class, type)):
            error = machine.linker.call(machine, error, arguments[1:2], {})
        return _going_on(lambda _a: items.throw(Raised(error)))(machine, arguments, named)

    return run


def _closing(items: Any) -> NativeFunction:
    def run(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        del machine, arguments, named
        try:
            items.throw(Raised(GeneratorExit()))
        except StopIteration:
            pass
        except Raised as raised:
            if not isinstance(raised.value, (GeneratorExit, StopIteration)):
                raise

    return run


_OF_GENERATOR: dict[str, Callable[[Any], NativeFunction]] = {
    "send": lambda items: _going_on(lambda a: items.send(a[0])),
    "asend": lambda items: _going_on(lambda a: items.send(a[0])),
    "throw": _throwing,
    "athrow": _throwing,
    "close": _closing,
    "aclose": _closing,
}


def special(machine: Machine, value: Instance, name: str, *arguments: Any) -> Any:
    """Call a special method of an instance, or return ``MISSING`` if its class has none."""
    method = lookup(value.cls, name)
    if method is MISSING:
        return MISSING
    return machine.linker.call(machine, method, (value, *arguments), {})


def special_of_class(machine: Machine, value: Class, name: str, *arguments: Any) -> Any:
    """Call a special method that the metaclass of a class defines, or return ``MISSING``."""
    method = MISSING if value.meta is None else lookup(value.meta, name)
    if method is MISSING:
        return MISSING
    return machine.linker.call(machine, method, (value, *arguments), {})


def truth(machine: Machine, value: Any, *, prefer: bool = True, is_loop: bool = False) -> bool:
    """Return the truth value, recording what it depended on."""
    kind = type(value)
    if kind is bool:
        return bool(value)
    if kind is Tainted:
        if isinstance(value.value, str):
            if _is_never_empty(value.expression) or _holds_a_constant(machine, value.expression):
                return True
            parts = machine.fills.get(value.expression)
            if parts is not None:
                return any(truth(machine, one) for one in parts)
            return bool(
                lift(machine, "!=", operator.ne, (value, ""), f"{value.expression.text} != ''")
            )
        if isinstance(value.value, (int, float, Decimal)):
            return bool(
                lift(machine, "!=", operator.ne, (value, 0), f"{value.expression.text} != 0")
            )
        return bool(lift(machine, "bool", bool, (value,)))
    if isinstance(value, Unknown):
        if value.parts and any(type(one) is str and one for one in value.parts):
            return True  # text of which a piece is known
        return machine.assume(value, prefer=prefer, is_loop=is_loop)
    if kind is SizedList:
        size = value.size
        if size is not None:
            test = machine.make(">", operator.gt, (size, 0), f"{size.text} > 0")
            machine.test(test, value=len(value) > 0)
        return len(value) > 0
    if kind is Instance:
        found = special(machine, value, "__bool__")
        if found is MISSING:
            found = special(machine, value, "__len__")
        if found is MISSING:
            return True if value.payload is None else truth(machine, value.payload)
        return truth(machine, found)
    if isinstance(value, Opaque):
        asked = getattr(value, "truth", None)
        return True if asked is None else bool(asked(machine))
    return bool(protect(bool, value))


def _holds_a_constant(machine: Machine, expression: Expression) -> bool:
    pieces = machine.joins.get(expression)
    return pieces is not None and any(pieces[0])


def _is_never_empty(expression: Expression) -> bool:
    """Return whether a text was put together from pieces of which one is constant."""
    return expression.operation == "concat" and any(
        (isinstance(one, str) and one != "")
        or (isinstance(one, Expression) and _is_never_empty(one))
        for one in expression.arguments
    )


def length(machine: Machine, value: Any) -> Any:
    """Return ``len(value)``."""
    kind = type(value)
    if kind is SizedList and value.size is not None:
        return Tainted(len(value), value.size)
    if kind is Tainted:
        return lift(machine, "len", len, (value,), f"len({value.expression.text})")
    if isinstance(value, Unknown):
        return Unknown(f"len({value.path})", is_tainted=value.is_tainted)
    if getattr(value, "holds_more", False):
        return Unknown("len(answer)")
    if kind is Instance:
        found = special(machine, value, "__len__")
        if found is not MISSING:
            return found
        if value.payload is not None:
            return length(machine, value.payload)
        raise Raised(TypeError(f"object of type {value.cls.name!r} has no len()"))
    if isinstance(value, Class):
        found = special_of_class(machine, value, "__len__")
        if found is not MISSING:
            return found
        if value.is_enum:
            return len(enum_members(value))
    if isinstance(value, Opaque):
        asked = getattr(value, "length", None)
        if asked is None:
            raise Raised(TypeError(f"object of type {value.name!r} has no len()"))
        return asked(machine)
    return protect(len, value)


def iterate(machine: Machine, value: Any) -> Iterator[Any]:
    """Return an iterator over the items."""
    kind = type(value)
    if kind is list and value in machine.lists_of_inputs:
        return _iterate_inputs(machine, value)
    if kind in (list, tuple, str, range, Columns, SizedList):
        return iter(value)
    if isinstance(value, dict):
        return _iterate_dict(value)
    if isinstance(value, (set, frozenset)):
        return iter(in_order(value))
    if kind is Tainted:
        return _iterate_tainted(machine, value)
    if isinstance(value, Unknown):
        return _iterate_unknown(machine, value)
    if kind is Stream:
        return value.items  # type: ignore[no-any-return]
    if kind is Instance:
        return _iterate_instance(machine, value)
    if isinstance(value, Class):
        found = special_of_class(machine, value, "__iter__")
        if found is not MISSING:
            return iterate(machine, found)
        if value.is_enum:
            return iter(enum_members(value))
        if value.unknown_base is not None:
            return _iterate_unknown(machine, Unknown(value.name))
    if isinstance(value, Opaque):
        asked = getattr(value, "iterate", None)
        if asked is not None:
            return asked(machine)  # type: ignore[no-any-return]
        raise Raised(TypeError(f"{value.name!r} object is not iterable"))
    if isinstance(value, (type, Function)):
        raise Raised(TypeError(f"{type_name(value)!r} object is not iterable"))
    return protect(iter, value)  # type: ignore[no-any-return]


def _iterate_dict(value: dict[Any, Any]) -> Iterator[Any]:
    count = len(value)
    for key in list(value):
        if len(value) != count:
            break
        yield key
    if len(value) != count:
        raise Raised(RuntimeError("dictionary changed size during iteration"))


def in_order(members: Collection[Any]) -> list[Any]:
    """Return the members of a set, whose order is not defined, in one that keeps runs alike.

    What is of the answer comes behind the rest and in the order of the answer: an order by
    value would be a decision of ours.
    """
    return sorted(members, key=_set_order)


def _set_order(value: Any) -> tuple[bool, str, Any]:
    if type(value) is Tainted:
        leaves = value.expression.leaves
        first = min(leaves) if leaves else None
        return True, "", (first is not None, first, value.expression.text)
    return False, type(value).__name__, repr(value)


def _iterate_tainted(machine: Machine, value: Tainted) -> Iterator[Any]:
    plain = value.value
    if isinstance(plain, (set, frozenset, dict)):
        yield from in_order(plain)
        return
    if not isinstance(plain, (str, list, tuple, bytes)):
        raise Raised(TypeError(f"{type(plain).__name__!r} object is not iterable"))
    count = len(plain)
    text = value.expression.text
    size = machine.make("len", len, (value.expression,), f"len({text})")
    machine.test(
        machine.make("==", operator.eq, (size, count), f"len({text}) == {count}"), value=True
    )
    for position in range(count):
        yield lift(machine, "getitem", operator.getitem, (value, position), f"{text}[{position}]")


def _iterate_unknown(machine: Machine, value: Unknown) -> Iterator[Any]:
    item = derived(f"{value.path}[i]", value)
    question = Unknown(f"iter({value.path})", is_tainted=value.is_tainted)
    if machine.assume(question, is_loop=True):
        calls = machine.calls
        with machine.lists_of_inputs.round():
            yield item
            for _ in range(machine.rounds - 1):
                if machine.calls > calls and machine.inputs == 1:
                    break
                yield derived(f"{value.path}[i]", value)
        machine.cut_round(calls)


def _iterate_inputs(machine: Machine, value: list[Any]) -> Iterator[Any]:
    calls = machine.calls
    count = 0
    for one in value:
        count += 1
        yield one
    while 0 < count < machine.rounds and not (machine.calls > calls and machine.inputs == 1):
        count += 1
        yield _one_more(value[-1])
    machine.cut_round(calls)


def _one_more(value: Any) -> Any:
    """Return an item like another one, in which what is not known is something else."""
    if isinstance(value, Unknown):
        return derived(value.path, value)
    if type(value) is dict:
        return {key: _one_more(one) for key, one in value.items()}
    return tuple(map(_one_more, value)) if type(value) is tuple else value


def _iterate_instance(machine: Machine, value: Instance) -> Iterator[Any]:
    found = special(machine, value, "__iter__")
    if found is MISSING:
        found = special(machine, value, "__aiter__")
    if found is not MISSING:
        if type(found) is Instance and (
            lookup(found.cls, "__next__") is not MISSING
            or lookup(found.cls, "__anext__") is not MISSING
        ):
            return _by_next(machine, found)
        return iterate(machine, found)
    if lookup(value.cls, "__getitem__") is not MISSING:
        return _by_index(machine, value)
    if lookup(value.cls, "__next__") is not MISSING:
        return _by_next(machine, value)
    if value.payload is not None:
        return iterate(machine, value.payload)
    if value.cls.unknown_base is not None:
        return _iterate_unknown(machine, Unknown(value.cls.name))
    raise Raised(TypeError(f"{value.cls.name!r} object is not iterable"))


def _by_next(machine: Machine, value: Instance) -> Iterator[Any]:
    while True:
        machine.tick()
        try:
            found = special(machine, value, "__next__")
            if found is MISSING:
                found = special(machine, value, "__anext__")
        except Raised as raised:
            if isinstance(raised.value, (StopIteration, StopAsyncIteration)):
                return
            raise
        yield found


def _by_index(machine: Machine, value: Instance) -> Iterator[Any]:
    position = 0
    while True:
        machine.tick()
        try:
            found = special(machine, value, "__getitem__", position)
        except Raised as raised:
            if isinstance(raised.value, IndexError):
                return
            raise
        yield found
        position += 1


def enum_members(cls: Class) -> list[Instance]:
    """Return the members of an enumeration in the order of their definition."""
    found: list[Instance] = []
    for one in cls.vars.values():
        if type(one) is Instance and one.cls is cls and one not in found:
            found.append(one)
    return found


def drain(machine: Machine, value: Any) -> list[Any]:
    """Return all items as a list, within the budget."""
    if type(value) in (list, Columns, SizedList, tuple):
        machine.charge(len(value))
        return list(value)
    return list(machine.ticking(iterate(machine, value)))


def step(machine: Machine, items: Iterator[Any], default: Any = MISSING) -> Any:
    """Return the next item of an iterator, or the default."""
    machine.tick()
    try:
        return next(items)
    except StopIteration as end:
        if default is not MISSING:
            return default
        raise Raised(StopIteration(*([] if end.value is None else [end.value]))) from None


def type_name(value: Any) -> str:
    """Return the name of the type of a value, as the application would see it."""
    if type(value) is Tainted:
        return type(value.value).__name__
    if type(value) is Instance:
        return value.cls.name
    if isinstance(value, Opaque):
        return value.name
    if isinstance(value, SizedList):
        return "list"
    if isinstance(value, (Class, type)):
        return "type"
    return type(value).__name__.lower() if isinstance(value, Function) else type(value).__name__
