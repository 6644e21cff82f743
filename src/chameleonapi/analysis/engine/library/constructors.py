"""The constructors of built-in types."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from decimal import Decimal
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.items import FactoryDict, hashed
from chameleonapi.analysis.engine.library.containers import count_items, fill_dict
from chameleonapi.analysis.engine.library.decimals import make_decimal
from chameleonapi.analysis.engine.library.numbers import numeric
from chameleonapi.analysis.engine.lifting import is_touched, lift, pin, protect, shown, weigh
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance
from chameleonapi.analysis.engine.operations import (
    drain,
    special,
    truth,
)
from chameleonapi.analysis.engine.texts import to_text
from chameleonapi.analysis.engine.values import (
    SizedList,
    Tainted,
    Unknown,
)

__all__ = ["CONSTRUCTORS"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _str(machine: Machine, arguments: Arguments, named: Named) -> Any:
    if not arguments and not named:
        return ""
    if len(arguments) > 1 or named:
        return Unknown("str(bytes)", is_tainted=is_touched(arguments))
    return to_text(machine, arguments[0])


def _int(machine: Machine, arguments: Arguments, named: Named) -> Any:
    if not arguments:
        return 0
    return _to_number(machine, "int", int, (*arguments, *named.values()))


def _float(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return 0.0 if not arguments else _to_number(machine, "float", float, arguments)


def _to_number(machine: Machine, name: str, function: Any, arguments: Arguments) -> Any:
    value = arguments[0]
    if type(value) is Instance:
        found = special(machine, value, f"__{name}__")
        if found is not MISSING:
            return found
        value = value.payload
        if value is None:
            raise Raised(TypeError(f"{name}() argument must be a string or a number"))
    if isinstance(value, Unknown):
        return Unknown(f"{name}({value.path})", is_tainted=value.is_tainted)
    if type(value) is Tainted:
        return lift(
            machine,
            name,
            function,
            (value, *arguments[1:]),
            f"{name}({shown(value)})",
            is_partial=isinstance(value.value, str),
        )
    if isinstance(value, str) and len(value) > 4000:
        raise Raised(ValueError("Exceeds the limit for integer string conversion"))
    return protect(function, value, *arguments[1:])


def _bool(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if not arguments:
        return False
    if isinstance(arguments[0], Unknown):
        return arguments[0]
    return truth(machine, arguments[0])


def _list(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if not arguments:
        return []
    source = arguments[0]
    if isinstance(source, Unknown):
        return source
    if type(source) is SizedList:
        return SizedList(source, source.size)
    items = drain(machine, source)
    machine.charge(len(items))
    return items


def _tuple(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if not arguments:
        return ()
    if isinstance(arguments[0], Unknown):
        return arguments[0]
    return tuple(drain(machine, arguments[0]))


def _set(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return set(protect(set, _hashables(machine, arguments)))


def _frozenset(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return protect(frozenset, _hashables(machine, arguments))


def _hashables(machine: Machine, arguments: Arguments) -> list[Any]:
    if not arguments:
        return []
    if isinstance(arguments[0], Unknown):
        return [Unknown(f"{arguments[0].path}[i]", is_tainted=arguments[0].is_tainted)]
    items = drain(machine, arguments[0])
    machine.charge(weigh(items))
    return hashed(machine, items)


def _dict(machine: Machine, arguments: Arguments, named: Named) -> Any:
    if arguments and isinstance(arguments[0], Unknown):
        return arguments[0]
    made: dict[Any, Any] = {}
    fill_dict(machine, made, arguments, named)
    return made


def _bytes(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if not arguments:
        return b""
    value = arguments[0]
    if isinstance(value, (Unknown, Tainted)):
        return Unknown("bytes()", is_tainted=is_touched(value))
    if isinstance(value, int):
        machine.charge(max(0, value))
    return protect(bytes, *arguments)


def _object(machine: Machine, _a: Arguments, _n: Named) -> Any:
    return Instance(Class("object", (), {}, None), machine.next_serial())


def _counter(machine: Machine, arguments: Arguments, named: Named) -> Any:
    made: Counter[Any] = Counter()
    count_items(machine, made, arguments, named)
    return made


def _ordered(machine: Machine, arguments: Arguments, named: Named) -> Any:
    made: OrderedDict[Any, Any] = OrderedDict()
    fill_dict(machine, made, arguments, named)
    return made


def _deque(machine: Machine, arguments: Arguments, named: Named) -> Any:
    limit = arguments[1] if len(arguments) > 1 else named.get("maxlen")
    items = drain(machine, arguments[0]) if arguments else []
    return protect(deque, items, pin(machine, limit))


def _complex(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return numeric(machine, "complex", complex, arguments)


def _factory_dict(machine: Machine, arguments: Arguments, named: Named) -> Any:
    made = FactoryDict(arguments[0] if arguments else None)
    fill_dict(machine, made, arguments[1:], named)
    return made


CONSTRUCTORS: dict[type, Any] = {
    str: _str,
    int: _int,
    float: _float,
    bool: _bool,
    list: _list,
    tuple: _tuple,
    set: _set,
    frozenset: _frozenset,
    dict: _dict,
    bytes: _bytes,
    bytearray: _bytes,
    object: _object,
    complex: _complex,
    Counter: _counter,
    OrderedDict: _ordered,
    deque: _deque,
    FactoryDict: _factory_dict,
    Decimal: make_decimal,
}
