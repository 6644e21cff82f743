"""Classes as objects: metaclasses of the application, abstract classes, ``type`` itself."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.calling import call, instantiate
from chameleonapi.analysis.engine.classes import build_class, build_plain_class
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, lookup
from chameleonapi.analysis.engine.values import Module, Native, StaticMethod

__all__ = ["make_class", "of_type"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def make_class(
    machine: Machine,
    name: str,
    bases: tuple[Any, ...],
    names: dict[str, Any],
    module: Module | None,
    keywords: Named,
) -> Any:
    """Return what a class statement binds, asking the metaclass if there is one."""
    meta = keywords.get("metaclass")
    if not isinstance(meta, Class):
        meta = next((one.meta for one in bases if isinstance(one, Class) and one.meta), None)
    rest = {key: value for key, value in keywords.items() if key != "metaclass"}
    if meta is None:
        return build_class(machine, name, bases, names, module, keywords)
    made = _by_metaclass(machine, meta, (name, bases, names), rest)
    if isinstance(made, Class) and made.module is None:
        made.module = module
    return made


def _by_metaclass(
    machine: Machine, meta: Class, parts: tuple[str, Arguments, Named], named: Named
) -> Any:
    maker = lookup(meta, "__new__")
    if isinstance(maker, StaticMethod):
        maker = maker.function
    if maker is MISSING:
        made: Any = build_plain_class(machine, meta, *parts, named)
    else:
        made = call(machine, maker, (meta, *parts), named)
    initialise = lookup(meta, "__init__")
    if initialise is not MISSING and isinstance(made, Class):
        call(machine, initialise, (made, *parts), named)
    return made


def _type_new(machine: Machine, arguments: Arguments, named: Named) -> Any:
    if len(arguments) != 4 or not isinstance(arguments[0], Class):
        raise Raised(TypeError("type.__new__() takes exactly 3 arguments"))
    meta, name, bases, names = arguments
    return build_plain_class(machine, meta, str(name), tuple(bases), dict(names), named)


def of_type(machine: Machine, receiver: Any, name: str) -> Any:
    """Return what ``type`` defines under a name, as ``super()`` in a metaclass reaches it."""
    del machine
    if name == "__new__":
        return Native(name, _type_new)
    if name == "__init__":
        return Native(name, lambda _m, _a, _n: None)
    if name == "__call__":
        return Native(name, lambda m, a, n: instantiate(m, receiver, a, n, asks_metaclass=False))
    return MISSING
