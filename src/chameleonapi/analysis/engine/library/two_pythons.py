"""What sources import to run under Python 2 and 3: ``builtins``, ``six`` and ``future``."""

from __future__ import annotations

from functools import reduce
from typing import Any, Final

from chameleonapi.analysis.engine.library.builtin_functions import BUILTINS
from chameleonapi.analysis.engine.library.functions import functools_module
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import Native, NativeModule

__all__ = ["builtins_module", "future_utils_module", "moves_module", "six_module"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _method(name: str) -> Native:
    """Return a function that calls a method of what it is given."""

    def run(machine: Machine, arguments: Arguments, _named: Named) -> Any:
        method = machine.linker.attribute(machine, arguments[0], name)
        return machine.linker.call(machine, method, (), {})

    return Native(name, run)


def _same(name: str) -> Native:
    return Native(name, lambda _m, arguments, _n: arguments[0])


def _as_text(machine: Machine, arguments: Arguments, named: Named) -> Any:
    value = arguments[0]
    if not isinstance(value, bytes):
        return value
    decode = machine.linker.attribute(machine, value, "decode")
    return machine.linker.call(machine, decode, arguments[1:], named)


def _as_bytes(machine: Machine, arguments: Arguments, named: Named) -> Any:
    value = arguments[0]
    if isinstance(value, bytes):
        return value
    encode = machine.linker.attribute(machine, value, "encode")
    return machine.linker.call(machine, encode, arguments[1:], named)


def _base(_machine: Machine, arguments: Arguments, _named: Named) -> Any:
    """Return what a class with a metaclass is derived from beside that."""
    return arguments[1] if len(arguments) > 1 else object


def _keeping(name: str) -> Native:
    """Return a function that makes a decorator which gives back what it decorates."""
    return Native(name, lambda _m, _a, _n: _same(name))


_VIEWS: Final = {
    f"{kind}{name}": _method(name)
    for kind in ("iter", "view", "list")
    for name in ("items", "keys", "values")
}
_CONVERTING: Final = {
    "add_metaclass": _keeping("add_metaclass"),
    "with_metaclass": Native("with_metaclass", _base),
    "python_2_unicode_compatible": _same("python_2_unicode_compatible"),
    "text_type": str,
    "binary_type": bytes,
    "string_types": (str,),
    "integer_types": (int,),
    "class_types": (type,),
    "PY2": False,
    "PY3": True,
}
_SIX: Final = {
    **_VIEWS,
    **_CONVERTING,
    "PY34": True,
    "next": BUILTINS["next"],
    "print_": BUILTINS["print"],
    "unichr": BUILTINS["chr"],
    "u": _same("u"),
    "b": Native("b", _as_bytes),
    "ensure_text": Native("ensure_text", _as_text),
    "ensure_str": Native("ensure_str", _as_text),
    "ensure_binary": Native("ensure_binary", _as_bytes),
}
_MOVED: Final[tuple[str, ...]] = (
    "range",
    "xrange",
    "input",
    "map",
    "filter",
    "zip",
    "reduce",
    "intern",
)


def builtins_module(_machine: Machine) -> NativeModule:
    """Return ``builtins``, by any of its names."""
    return NativeModule("builtins", dict(BUILTINS))


def moves_module(machine: Machine) -> NativeModule:
    """Return ``six.moves``."""
    functions = functools_module(machine).members
    members: Named = {name: BUILTINS[name] for name in _MOVED if name in BUILTINS}
    members["reduce"] = functions[reduce.__name__]
    members["builtins"] = builtins_module(machine)
    return NativeModule("six.moves", members)


def six_module(machine: Machine) -> NativeModule:
    """Return ``six``."""
    wraps = functools_module(machine).members["wraps"]
    return NativeModule("six", {**_SIX, "wraps": wraps, "moves": moves_module(machine)})


def future_utils_module(_machine: Machine) -> NativeModule:
    """Return ``future.utils``."""
    return NativeModule("future.utils", {**_VIEWS, **_CONVERTING})
