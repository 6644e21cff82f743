"""Built-in functions that ask about types, attributes and names."""

from __future__ import annotations

import re
from typing import Any

from chameleonapi.analysis.engine.attribute_changes import delete_attribute, set_attribute
from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.calling import is_callable
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import is_touched, pin, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Class, Instance, Row
from chameleonapi.analysis.engine.rendering import render
from chameleonapi.analysis.engine.values import (
    Function,
    Native,
    Opaque,
    Tainted,
    Unknown,
)

__all__ = ["INTROSPECTION", "is_instance"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def is_instance(machine: Machine, value: Any, kind: Any) -> Any:
    """Return ``isinstance(value, kind)``: a truth value or an unknown."""
    if isinstance(kind, (tuple, list)):
        found = [is_instance(machine, value, one) for one in kind]
        if any(one is True for one in found):
            return True
        return next((one for one in found if isinstance(one, Unknown)), False)
    if isinstance(value, Unknown):
        if value.parts is not None:
            return kind is str
        made = _made_by(value.path)
        if made and isinstance(kind, type) and kind is not object:
            if not any(issubclass(one, kind) for one in made):
                return False
            if len(made) == 1:
                return True
        return Unknown(f"isinstance({value.path}, {render(kind)})", is_tainted=value.is_tainted)
    if isinstance(kind, Unknown):
        if type(value) is Instance and value.cls.unknown_base is not None:
            return Unknown(f"isinstance({value.cls.name}, {kind.path})")
        return isinstance(value, Opaque) and bool(getattr(value, "is_answer", False))
    plain = value.value if type(value) is Tainted else value
    if kind is None or kind is type(None):
        return plain is None
    if isinstance(kind, Class):
        if isinstance(plain, Class):
            return plain.meta is not None and kind in plain.meta.order
        cls = getattr(plain, "cls", None) if isinstance(plain, (Instance, Row)) else None
        if kind.is_protocol and (cls is None or kind not in cls.order):
            return _fits(machine, plain, kind)
        return cls is not None and kind in cls.order
    if isinstance(kind, Opaque):
        asked = getattr(kind, "has_instance", None)
        return False if asked is None else bool(asked(machine, plain))
    if isinstance(kind, type):
        if type(plain) is Instance:
            return (plain.cls.native is not None and issubclass(plain.cls.native, kind)) or (
                kind is object
            )
        if kind is object:
            return True
        if isinstance(plain, (Opaque, Function, Native, Class)):
            return kind is type and isinstance(plain, Class)
        return isinstance(plain, kind)
    raise Raised(TypeError("isinstance() arg 2 must be a type"))


def _made_by(path: str) -> tuple[type, ...]:
    """Return the types that what is not known can have, by the method that made it."""
    called = _CALLED.search(path)
    if called is None:
        return ()
    name, item = called.groups()
    if name in _SPLITS:
        return _TEXTS if item else (list,)
    return () if item else _MADE_BY.get(name, ())


def _fits(machine: Machine, value: Any, kind: Class) -> bool:
    names = [*kind.vars, *kind.vars.get("__annotations__", {})]
    return all(
        machine.linker.attribute_or(machine, value, name, _ABSENT) is not _ABSENT
        for name in names
        if not name.startswith("_")
    )


_ABSENT = object()

_CALLED = re.compile(r"\.(\w+)\((?:'[^']*'|[^()'])*\)(\[[^\[\]:]+\])?$")
_TEXTS: tuple[type, ...] = (str, bytes)
_SPLITS = frozenset({"split", "rsplit", "splitlines"})
_MADE_BY: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("isoformat", "strftime", "ctime", "hexdigest"), (str,)),
    **dict.fromkeys(("lower", "upper", "strip", "lstrip", "rstrip", "casefold"), _TEXTS),
    "encode": (bytes,),
}


def _isinstance(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return is_instance(machine, *arguments)


def _issubclass(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    one, kinds = arguments
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if isinstance(one, Class) and (kind in one.order or kind is object):
            return True
        if isinstance(one, type) and isinstance(kind, type) and issubclass(one, kind):
            return True
        native = one.native if isinstance(one, Class) and isinstance(kind, type) else None
        if native is not None and issubclass(native, kind):
            return True
    return False


def _callable(_m: Machine, arguments: Arguments, _n: Named) -> bool:
    return is_callable(arguments[0])


def _getattr(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    name = pin(machine, arguments[1])
    if isinstance(name, Unknown):
        return Unknown(
            f"getattr({shown(arguments[0])}, {name.path})", is_tainted=is_touched(arguments)
        )
    if not isinstance(name, str):
        raise Raised(TypeError("attribute name must be string"))
    try:
        return get_attribute(machine, arguments[0], name)
    except Raised as raised:
        if len(arguments) > 2 and isinstance(raised.value, AttributeError):
            return arguments[2]
        raise


def _hasattr(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    value = arguments[0]
    if isinstance(value, Unknown):
        return Unknown(f"hasattr({value.path}, {shown(arguments[1])})", is_tainted=value.is_tainted)
    try:
        get_attribute(machine, value, str(pin(machine, arguments[1])))
    except Raised as raised:
        if isinstance(raised.value, AttributeError):
            return False
        raise
    return True


def _setattr(machine: Machine, arguments: Arguments, _n: Named) -> None:
    name = pin(machine, arguments[1])
    if isinstance(name, str):
        set_attribute(machine, arguments[0], name, arguments[2])


def _delattr(machine: Machine, arguments: Arguments, _n: Named) -> None:
    name = pin(machine, arguments[1])
    if isinstance(name, str):
        delete_attribute(machine, arguments[0], name)


def _vars(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if not arguments:
        return _locals(machine, arguments, {})
    value = arguments[0]
    if type(value) is Instance:
        return value.attributes
    return Unknown(f"vars({shown(value)})", is_tainted=is_touched(value))


def _locals(machine: Machine, _a: Arguments, _n: Named) -> Any:
    return dict(machine.frames[-1].vars) if machine.frames else Unknown("locals()")


def _globals(machine: Machine, _a: Arguments, _n: Named) -> Any:
    if machine.frames:
        return machine.frames[-1].module.vars
    module = machine.modules.get(machine.span.file)
    return module.vars if module is not None else Unknown("globals()")


INTROSPECTION: dict[str, Any] = {
    "isinstance": _isinstance,
    "issubclass": _issubclass,
    "callable": _callable,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "setattr": _setattr,
    "delattr": _delattr,
    "vars": _vars,
    "locals": _locals,
    "globals": _globals,
}
