"""The module ``operator``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary, in_place, unary
from chameleonapi.analysis.engine.comparing import compare, contains, negate
from chameleonapi.analysis.engine.items import delete_item, get_item, set_item
from chameleonapi.analysis.engine.library.builtin_functions import BUILTINS
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import (
    Native,
)

Arguments = tuple[Any, ...]
Named = dict[str, Any]

__all__ = ["operator_members"]

_OPERATORS: dict[str, Any] = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "and_": "&",
    "or_": "|",
    "xor": "^",
}

_COMPARISONS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "is_": "is",
    "is_not": "is not",
}


def _signed(operate: Callable[[Machine, str, Any, Any], Any], sign: str) -> Any:
    return lambda machine, arguments, _named: operate(machine, sign, arguments[0], arguments[1])


def operator_members() -> dict[str, Any]:
    """Return what the module holds, by name."""
    made: dict[str, Any] = {}
    for name, sign in _OPERATORS.items():
        made[name] = Native(name, _signed(binary, sign))
        made[f"i{name.rstrip('_')}"] = Native(name, _signed(in_place, sign))
    for name, sign in _COMPARISONS.items():
        made[name] = Native(name, _signed(compare, sign))
    made["not_"] = Native("not_", lambda m, a, _n: negate(m, a[0]))
    made["neg"] = Native("neg", lambda m, a, _n: unary(m, "-", a[0]))
    made["truth"] = BUILTINS["bool"]
    made["contains"] = Native("contains", lambda m, a, _n: contains(m, a[0], a[1]))
    made["getitem"] = Native("getitem", lambda m, a, _n: get_item(m, a[0], a[1]))
    made["countOf"] = Native(
        "countOf",
        lambda m, a, _n: sum(
            1 for one in m.linker.items(m, a[0]) if compare(m, "==", one, a[1]) is True
        ),
    )
    made["concat"] = Native("concat", _signed(binary, "+"))
    made["index"] = BUILTINS["int"]
    made["abs"] = BUILTINS["abs"]
    made["length_hint"] = BUILTINS["len"]
    made["indexOf"] = Native(
        "indexOf",
        lambda m, a, _n: m.linker.call(m, m.linker.attribute(m, a[0], "index"), (a[1],), {}),
    )
    made["setitem"] = Native("setitem", lambda m, a, _n: set_item(m, *a))
    made["delitem"] = Native("delitem", lambda m, a, _n: delete_item(m, *a))
    made["itemgetter"] = Native("itemgetter", _itemgetter)
    made["attrgetter"] = Native("attrgetter", _attrgetter)
    made["methodcaller"] = Native("methodcaller", _methodcaller)
    return made


def _itemgetter(_m: Machine, keys: Arguments, _n: Named) -> Native:
    def run(machine: Machine, arguments: Arguments, _named: Named) -> Any:
        found = tuple(get_item(machine, arguments[0], key) for key in keys)
        return found[0] if len(keys) == 1 else found

    return Native("itemgetter", run)


def _attrgetter(_m: Machine, names: Arguments, _n: Named) -> Native:
    def read(machine: Machine, value: Any, path: Any) -> Any:
        for name in str(path).split("."):
            value = machine.linker.attribute(machine, value, name)
        return value

    def run(machine: Machine, arguments: Arguments, _named: Named) -> Any:
        found = tuple(read(machine, arguments[0], name) for name in names)
        return found[0] if len(names) == 1 else found

    return Native("attrgetter", run)


def _methodcaller(_m: Machine, given: Arguments, keywords: Named) -> Native:
    def run(machine: Machine, arguments: Arguments, _named: Named) -> Any:
        method = machine.linker.attribute(machine, arguments[0], str(given[0]))
        return machine.linker.call(machine, method, given[1:], keywords)

    return Native("methodcaller", run)
