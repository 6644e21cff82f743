"""``functools`` and ``itertools``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary
from chameleonapi.analysis.engine.calling import call, is_callable
from chameleonapi.analysis.engine.comparing import equal
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.library.function_tools import (
    Dispatch,
    Memo,
    Partial,
    order_totally,
    partial_method,
    update,
    wrap,
)
from chameleonapi.analysis.engine.lifting import pin
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Class
from chameleonapi.analysis.engine.operations import Stream, drain, iterate, layers, truth
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Property, Unknown

__all__ = ["functools_module", "itertools_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _partial(_m: Machine, given: Arguments, keywords: Named) -> Partial:
    first, rest = given[0], given[1:]
    if isinstance(first, Partial):
        return Partial(first.wrapped, (*first.given, *rest), {**first.keywords, **keywords})
    return Partial(first, rest, keywords)


def _reduce(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    items = drain(machine, arguments[1])
    if len(arguments) > 2:
        items = [arguments[2], *items]
    if not items:
        raise Raised(TypeError("reduce() of empty iterable with no initial value"))
    total = items[0]
    for one in items[1:]:
        total = call(machine, arguments[0], (total, one), {})
    return total


def _cache(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    if arguments and is_callable(arguments[0]):
        return Memo(arguments[0])
    return Native("decorator", lambda _machine, a, _named: Memo(a[0]))


def _cmp_to_key(machine: Machine, arguments: Arguments, _n: Named) -> Native:
    function = arguments[0]
    cls = Class("K", (), {}, None)

    def less(inner: Machine, pair: Arguments, _named: Named) -> Any:
        left, right = (one.attributes["obj"] for one in pair)
        found = call(inner, function, (left, right), {})
        return truth(inner, _negative(inner, found))

    cls.vars["__lt__"] = Native("__lt__", less)
    cls.fields = ("obj",)
    del machine
    return Native("key", lambda m, a, _named: call(m, cls, (a[0],), {}))


def _negative(machine: Machine, value: Any) -> Any:
    from chameleonapi.analysis.engine.comparing import compare

    return compare(machine, "<", value, 0)


def functools_module(_machine: Machine) -> NativeModule:
    """Return ``functools``."""
    return NativeModule(
        "functools",
        {
            "partial": Native("partial", _partial),
            "reduce": Native("reduce", _reduce),
            "partialmethod": Native("partialmethod", partial_method),
            "wraps": Native("wraps", wrap),
            "update_wrapper": Native("update_wrapper", lambda m, a, _n: update(m, a[0], a[1])),
            "lru_cache": Native("lru_cache", _cache),
            "cache": Native("cache", _cache),
            "cached_property": Native(
                "cached_property", lambda _m, a, _n: Property(a[0], is_cached=True)
            ),
            "cmp_to_key": Native("cmp_to_key", _cmp_to_key),
            "total_ordering": Native("total_ordering", order_totally),
            "singledispatch": Native("singledispatch", lambda _m, a, _n: Dispatch(a[0], 0)),
            "singledispatchmethod": Native(
                "singledispatchmethod", lambda _m, a, _n: Dispatch(a[0], 1)
            ),
        },
    )


def _stream(machine: Machine, items: Iterator[Any], sources: Arguments = ()) -> Stream:
    return Stream(machine.ticking(items), "itertools", layers(sources))


def _chain(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    def items() -> Iterator[Any]:
        for one in arguments:
            yield from iterate(machine, one)

    return _stream(machine, items(), arguments)


def _chain_from(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    source = arguments[0]

    def items() -> Iterator[Any]:
        for one in iterate(machine, source):
            yield from iterate(machine, one)

    return _stream(machine, items(), arguments)


def _islice(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    bounds = [pin(machine, one) for one in arguments[1:]]
    if any(isinstance(one, Unknown) for one in bounds):
        return _stream(machine, iterate(machine, arguments[0]), arguments)
    for one in bounds:
        if isinstance(one, int):
            machine.note_bound(one)
    items = itertools.islice(iterate(machine, arguments[0]), *bounds)
    return _stream(machine, items, arguments)


def _product(machine: Machine, arguments: Arguments, named: Named) -> Any:
    pools = [drain(machine, one) for one in arguments] * int(pin(machine, named.get("repeat", 1)))

    def items(depth: int = 0) -> Iterator[tuple[Any, ...]]:
        if depth == len(pools):
            yield ()
            return
        for one in pools[depth]:
            for rest in items(depth + 1):
                yield (one, *rest)

    return _stream(machine, items(), arguments)


def _combinatorial(name: str) -> Native:
    function = getattr(itertools, name)

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        items = drain(machine, arguments[0])
        rest = [pin(machine, one) for one in (*arguments[1:], *named.values())]
        if any(isinstance(one, Unknown) for one in rest):
            return Unknown(f"itertools.{name}()")
        if any(isinstance(one, int) and one > 1000 for one in rest):
            return Unknown(f"itertools.{name}()")
        return _stream(machine, function(items, *rest))

    return Native(name, run)


def _count(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return _stream(machine, itertools.count(*[pin(machine, one) for one in arguments]))


def _cycle(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return _stream(machine, itertools.cycle(drain(machine, arguments[0])))


def _repeat(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    times = [pin(machine, one) for one in arguments[1:]]
    return _stream(machine, itertools.repeat(arguments[0], *times))


def _while(machine: Machine, arguments: Arguments, *, take: bool) -> Any:
    function, source = arguments[:2]

    def items() -> Iterator[Any]:
        dropping = not take
        for one in iterate(machine, source):
            if take or dropping:
                holds = truth(machine, call(machine, function, (one,), {}))
                if take and not holds:
                    return
                if dropping and holds:
                    continue
                dropping = False
            yield one

    return _stream(machine, items(), arguments)


def _groupby(machine: Machine, arguments: Arguments, named: Named) -> Any:
    source = arguments[0]
    key = arguments[1] if len(arguments) > 1 else named.get("key")

    def groups() -> Iterator[Any]:
        current: list[Any] = []
        mark: Any = None
        for one in iterate(machine, source):
            name = one if key is None else call(machine, key, (one,), {})
            if current and not equal(machine, name, mark):
                yield (mark, Stream(iter(current)))
                current = []
            mark = name
            current.append(one)
        if current:
            yield (mark, Stream(iter(current)))

    return _stream(machine, groups(), arguments)


def _zip_longest(machine: Machine, arguments: Arguments, named: Named) -> Any:
    pools = [drain(machine, one) for one in arguments]
    return _stream(machine, itertools.zip_longest(*pools, fillvalue=named.get("fillvalue")))


def _accumulate(machine: Machine, arguments: Arguments, named: Named) -> Any:
    source = arguments[0]
    function = arguments[1] if len(arguments) > 1 else named.get("func")
    initial = named.get("initial")

    def items() -> Iterator[Any]:
        total: Any = initial
        if initial is not None:
            yield total
        for position, one in enumerate(iterate(machine, source)):
            if position == 0 and initial is None:
                total = one
            elif function is not None:
                total = call(machine, function, (total, one), {})
            else:
                total = binary(machine, "+", total, one)
            yield total

    return _stream(machine, items(), arguments)


def _starmap(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    function, source = arguments[:2]
    results = (
        call(machine, function, tuple(drain(machine, one)), {}) for one in iterate(machine, source)
    )
    return _stream(machine, results, arguments)


def _tee(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    items = drain(machine, arguments[0])
    count = pin(machine, arguments[1]) if len(arguments) > 1 else 2
    return tuple(Stream(iter(items)) for _ in range(min(int(count), 100)))


def _filterfalse(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    function, source = arguments[:2]

    def items() -> Iterator[Any]:
        for one in iterate(machine, source):
            test = one if function is None else call(machine, function, (one,), {})
            if not truth(machine, test):
                yield one

    return _stream(machine, items(), arguments)


def _pairwise(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    items = drain(machine, arguments[0])
    return Stream(itertools.pairwise(items))


def _compress(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    source, choices = arguments[:2]

    def items() -> Iterator[Any]:
        for one, chosen in zip(iterate(machine, source), iterate(machine, choices), strict=False):
            if truth(machine, chosen):
                yield one

    return _stream(machine, items(), arguments)


def itertools_module(_machine: Machine) -> NativeModule:
    """Return ``itertools``."""
    members: dict[str, Any] = {
        "chain": _Chain(),
        "islice": Native("islice", _islice),
        "product": Native("product", _product),
        "count": Native("count", _count),
        "cycle": Native("cycle", _cycle),
        "repeat": Native("repeat", _repeat),
        "takewhile": Native("takewhile", lambda m, a, _n: _while(m, a, take=True)),
        "dropwhile": Native("dropwhile", lambda m, a, _n: _while(m, a, take=False)),
        "groupby": Native("groupby", _groupby),
        "zip_longest": Native("zip_longest", _zip_longest),
        "accumulate": Native("accumulate", _accumulate),
        "starmap": Native("starmap", _starmap),
        "tee": Native("tee", _tee),
        "filterfalse": Native("filterfalse", _filterfalse),
        "pairwise": Native("pairwise", _pairwise),
        "compress": Native("compress", _compress),
    }
    for name in ("combinations", "permutations", "combinations_with_replacement"):
        members[name] = _combinatorial(name)
    return NativeModule("itertools", members)


class _Chain(Opaque):
    """``itertools.chain``: a function with an alternative constructor."""

    __slots__ = ()
    name = "chain"

    def call(self, machine: Machine, arguments: Arguments, named: Named) -> Any:
        """Chain the arguments."""
        return _chain(machine, arguments, named)

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``from_iterable``."""
        if name == "from_iterable":
            return Native(name, _chain_from)
        return super().attribute(machine, name)
