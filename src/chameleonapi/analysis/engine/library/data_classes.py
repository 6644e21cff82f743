"""The module ``dataclasses``."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

from chameleonapi.analysis.engine.classes import (
    FieldSpec,
    Marker,
    make_dataclass,
)
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance
from chameleonapi.analysis.engine.values import (
    Native,
    Unknown,
)

Arguments = tuple[Any, ...]
Named = dict[str, Any]

__all__ = ["DATACLASSES"]


def _dataclass(_m: Machine, arguments: Arguments, named: Named) -> Any:
    if arguments:
        return make_dataclass(arguments[0], named)
    return Native("dataclass", lambda _machine, a, _named: make_dataclass(a[0], named))


def _field(_m: Machine, _a: Arguments, named: Named) -> FieldSpec:
    return FieldSpec(named.get("default", MISSING), named.get("default_factory"), named)


def _fields(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    cls = getattr(arguments[0], "cls", arguments[0])
    if not isinstance(cls, Class) or cls.fields is None:
        raise Raised(TypeError("must be called with a dataclass type or instance"))
    kind = Class("Field", (), {}, None)
    made = []
    for name in cls.fields:
        one = Instance(kind, 0)
        one.attributes = {
            "name": name,
            "default": cls.field_defaults.get(name, Unknown("MISSING")),
            "type": Unknown(f"type of {name}"),
        }
        made.append(one)
    return tuple(made)


def _asdict(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    value = arguments[0]
    fields = getattr(getattr(value, "cls", None), "fields", None)
    if fields is None:
        raise Raised(TypeError("asdict() should be called on dataclass instances"))

    def convert(one: Any) -> Any:
        machine.tick()
        inner = getattr(getattr(one, "cls", None), "fields", None)
        if inner is not None and hasattr(one, "attributes"):
            return {name: convert(one.attributes.get(name)) for name in inner}
        if isinstance(one, list):
            return [convert(item) for item in one]
        if isinstance(one, dict):
            return {key: convert(item) for key, item in one.items()}
        return one

    return convert(value)


def _replace(machine: Machine, arguments: Arguments, named: Named) -> Any:
    value = arguments[0]
    fields = value.cls.fields or ()
    values = {name: value.attributes.get(name) for name in fields} | named
    return machine.linker.call(machine, value.cls, (), values)


DATACLASSES = {
    "dataclass": Native("dataclass", _dataclass),
    "field": Native("field", _field),
    "asdict": Native("asdict", _asdict),
    "astuple": Native("astuple", lambda m, a, n: tuple(_asdict(m, a, n).values())),
    "replace": Native("replace", _replace),
    "fields": Native("fields", _fields),
    "KW_ONLY": Marker("typing", "KW_ONLY"),
    "InitVar": Marker("typing", "InitVar"),
    "FrozenInstanceError": FrozenInstanceError,
    "MISSING": Unknown("dataclasses.MISSING"),
    "is_dataclass": Native(
        "is_dataclass",
        lambda _m, a, _n: getattr(getattr(a[0], "cls", a[0]), "fields", None) is not None,
    ),
}
