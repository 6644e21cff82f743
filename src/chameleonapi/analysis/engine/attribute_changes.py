"""Setting and deleting attributes, with what descriptors, slots and frozen classes say to it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, lookup
from chameleonapi.analysis.engine.operations import type_name
from chameleonapi.analysis.engine.values import (
    BoundMethod,
    Function,
    Module,
    Opaque,
    Property,
    Unknown,
)

__all__ = ["delete_attribute", "set_attribute"]


def set_attribute(machine: Machine, value: Any, name: str, item: Any) -> None:
    """Do ``value.name = item``."""
    kind = type(value)
    if kind is Instance:
        found = lookup(value.cls, name)
        if type(found) is Property and not found.is_cached:
            if found.setter is None:
                raise Raised(AttributeError(f"property {name!r} has no setter"))
            machine.linker.call(machine, found.setter, (value, item), {})
            return
        if type(found) is Instance and lookup(found.cls, "__set__") is not MISSING:
            machine.linker.call(machine, lookup(found.cls, "__set__"), (found, value, item), {})
            return
        setter = lookup(value.cls, "__setattr__")
        if setter is not MISSING:
            machine.linker.call(machine, setter, (value, name, item), {})
            return
        _refuse_if_closed(machine, value, name)
        value.attributes[name] = item
        machine.linker.state(machine, value, name, item)
    elif isinstance(value, Unknown):
        if value.attributes is None:
            value.attributes = {}
        value.attributes[name] = item
        machine.linker.external(machine, "setattr", f"{value.path}.{name}", (item,), {})
    elif kind is Class or kind is Module:
        value.vars[name] = item
        machine.linker.state(machine, value, name, item)
    elif kind is Function:
        if value.attributes is None:
            value.attributes = {}
        value.attributes[name] = item
    elif kind is BoundMethod and isinstance(value.function, Function):
        set_attribute(machine, value.function, name, item)
    elif isinstance(value, Opaque):
        asked = getattr(value, "set_attribute", None)
        if asked is not None:
            asked(machine, name, item)
        elif getattr(value, "is_answer", False):
            machine.gap("answer-changed", "The application changes the answer itself.")
    else:
        raise Raised(
            AttributeError(
                f"{type_name(value)!r} object has no attribute {name!r} ({shown(value)})"
            )
        )


def delete_attribute(machine: Machine, value: Any, name: str) -> None:
    """Do ``del value.name``."""
    if type(value) is Instance:
        found = lookup(value.cls, name)
        if type(found) is Property and not found.is_cached:
            if found.deleter is None:
                raise Raised(AttributeError(f"property {name!r} has no deleter"))
            machine.linker.call(machine, found.deleter, (value,), {})
            return
        method = lookup(value.cls, "__delattr__")
        if method is not MISSING:
            machine.linker.call(machine, method, (value, name), {})
            return
    holder = value.vars if isinstance(value, (Class, Module)) else None
    if holder is None:
        holder = getattr(value, "attributes", None)
    if isinstance(holder, dict) and name in holder:
        del holder[name]
    elif not isinstance(value, (Unknown, Opaque)):
        raise Raised(AttributeError(name))


def _refuse_if_closed(machine: Machine, value: Instance, name: str) -> None:
    """Raise what CPython raises for frozen dataclasses, members of enumerations and slots."""
    cls = value.cls
    if cls.is_frozen and cls.fields is not None and not machine.is_filling:
        raise Raised(FrozenInstanceError(f"cannot assign to field {name!r}"))
    if cls.is_enum and name in ("name", "value"):
        raise Raised(AttributeError(f"<enum {cls.name}> cannot set attribute {name!r}"))
    if cls.unknown_base is None and cls.native is None and "__slots__" in cls.vars:
        names: set[Any] = set()
        for one in cls.order:
            slots = one.vars.get("__slots__", MISSING)
            if not isinstance(slots, (tuple, list, str)) or "__dict__" in slots:
                return
            names |= {slots} if isinstance(slots, str) else set(slots)
        if name not in names:
            raise Raised(AttributeError(f"{cls.name!r} object has no attribute {name!r}"))
