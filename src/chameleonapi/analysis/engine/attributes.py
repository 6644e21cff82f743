"""Attribute access, by allow-list on real objects: no value leads to the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import is_touched, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Row, lookup
from chameleonapi.analysis.engine.operations import type_name
from chameleonapi.analysis.engine.outside_bases import record_method
from chameleonapi.analysis.engine.values import (
    BoundMethod,
    ClassMethod,
    Function,
    Module,
    Native,
    NativeModule,
    Opaque,
    Property,
    StaticMethod,
    Tainted,
    Unknown,
)

__all__ = ["METHODS", "Method", "SuperProxy", "find_method", "get_attribute", "set_attribute"]

Method = Callable[[Machine, Any, "tuple[Any, ...]", "dict[str, Any]"], Any]

# Filled by the library: what may be called on a value of each built-in type.
METHODS: dict[type, dict[str, Method]] = {}


class SuperProxy(Opaque):
    """``super()``: the rest of the method resolution order of the receiver's class."""

    __slots__ = ("owner", "receiver")
    name = "super"

    def __init__(self, owner: Class, receiver: Any) -> None:
        self.owner = owner
        self.receiver = receiver

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return what a class behind the owner defines."""
        receiver = self.receiver
        cls = receiver.cls if isinstance(receiver, (Instance, Row)) else receiver
        order = cls.order if isinstance(cls, Class) else ()
        behind = order[order.index(self.owner) + 1 :] if self.owner in order else ()
        for one in behind:
            if name in one.vars:
                return bind(machine, one.vars[name], receiver, cls)
        if isinstance(receiver, Instance) and receiver.payload is not None and name != "__init__":
            return get_attribute(machine, receiver.payload, name)
        if name == "__init__":
            return Native("__init__", _base_init(receiver))
        if name in ("__setattr__", "__getattribute__", "__new__", "__init_subclass__", "__repr__"):
            return Native(name, _base_special(name))
        if isinstance(cls, Class) and cls.unknown_base is not None:
            return Unknown(f"{cls.unknown_base.path}.{name}")
        raise Raised(AttributeError(f"'super' object has no attribute {name!r}"))


def _base_init(receiver: Any) -> Any:
    def initialise(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        if isinstance(receiver, Instance) and receiver.cls.native is not None:
            receiver.payload = machine.linker.construct(
                machine, receiver.cls.native, arguments, named
            )

    return initialise


def _base_special(name: str) -> Any:
    def run(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        del named
        if name == "__setattr__" and len(arguments) == 3:
            arguments[0].attributes[arguments[1]] = arguments[2]
            return None
        if name == "__getattribute__" and len(arguments) == 2:
            return get_attribute(machine, *arguments)
        if name == "__new__" and arguments and isinstance(arguments[0], Class):
            return Instance(arguments[0], machine.next_serial())
        return None

    return run


def bind(machine: Machine, found: Any, receiver: Any, cls: Any) -> Any:
    """Return what a class attribute is when reached through an instance."""
    kind = type(found)
    if kind is Function or kind is Native:
        return BoundMethod(found, receiver)
    if kind is StaticMethod:
        return found.function
    if kind is ClassMethod:
        return BoundMethod(found.function, cls)
    if kind is Property:
        value = machine.linker.call(machine, found.getter, (receiver,), {})
        if found.is_cached and isinstance(receiver, Instance):
            name = getattr(found.getter, "name", "")
            receiver.attributes[name] = value
        return value
    if kind is Instance and lookup(found.cls, "__get__") is not MISSING:
        return machine.linker.call(
            machine, lookup(found.cls, "__get__"), (found, receiver, cls), {}
        )
    return found


def find_method(value: Any, name: str) -> Method | None:
    """Return the modelled method of a plain value."""
    for one in type(value).__mro__:
        table = METHODS.get(one)
        if table is not None and name in table:
            return table[name]
    return None


def get_attribute(machine: Machine, value: Any, name: str) -> Any:
    """Return ``value.name``."""
    kind = type(value)
    if kind is Instance:
        return _of_instance(machine, value, name)
    if kind is Module:
        found = value.vars.get(name, MISSING)
        if found is not MISSING:
            return found
        found = machine.linker.submodule(machine, value, name)
        if found is not None:
            return found
        if value.has_unknown_star:
            return Unknown(f"{value.name}.{name}")
        raise Raised(AttributeError(f"module {value.name!r} has no attribute {name!r}"))
    if kind is Unknown:
        if value.attributes is not None and name in value.attributes:
            return value.attributes[name]
        return machine.linker.unknown_attribute(machine, value, name)
    if kind is NativeModule:
        found = value.members.get(name, MISSING)
        if found is MISSING:
            return Unknown(f"{value.name}.{name}")
        return found
    if kind is Class:
        return _of_class(machine, value, name)
    if kind is Row:
        fields = value.cls.fields or ()
        if name in fields:
            return value[fields.index(name)]
        found = lookup(value.cls, name)
        if found is not MISSING:
            return bind(machine, found, value, value.cls)
        method = ROW_METHODS.get(name)
        if method is not None:
            return _bound(name, method, value)
    if isinstance(value, Opaque):
        return value.attribute(machine, name)
    if isinstance(value, Unknown):
        return machine.linker.unknown_attribute(machine, value, name)
    if kind is Tainted:
        special = getattr(type(value.value), "tainted_attribute", None)
        if special is not None:
            return special(machine, value, name)
        method = find_method(value.value, name)
        if method is not None:
            return _bound(name, method, value)
        raise _no_attribute(value, name)
    if kind in (Function, BoundMethod):
        return _of_function(machine, value, name)
    method = find_method(value, name)
    if method is not None:
        return _bound(name, method, value)
    if isinstance(value, type):
        return _of_type(value, name)
    if isinstance(value, BaseException):
        return _of_exception(value, name)
    if isinstance(value, Native) and name in ("__name__", "__qualname__"):
        return value.name
    if isinstance(value, Property) and name in ("setter", "getter", "deleter"):
        return Native(name, _property_setter(value, name))
    plain = _PLAIN_ATTRIBUTES.get((kind, name))
    if plain is not None:
        return plain(value)
    if name == "__class__":
        return kind
    if name == "__doc__":
        return None
    raise _no_attribute(value, name)


def _no_attribute(value: Any, name: str) -> Raised:
    return Raised(AttributeError(f"{type_name(value)!r} object has no attribute {name!r}"))


_PLAIN_ATTRIBUTES: dict[tuple[type, str], Callable[[Any], Any]] = {
    (int, "real"): lambda value: value,
    (int, "imag"): lambda _value: 0,
    (int, "numerator"): lambda value: value,
    (int, "denominator"): lambda _value: 1,
    (float, "real"): lambda value: value,
    (float, "imag"): lambda _value: 0.0,
    (range, "start"): lambda value: value.start,
    (range, "stop"): lambda value: value.stop,
    (range, "step"): lambda value: value.step,
    (slice, "start"): lambda value: value.start,
    (slice, "stop"): lambda value: value.stop,
    (slice, "step"): lambda value: value.step,
}


def _bound(name: str, method: Method, receiver: Any) -> Native:
    def run(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        return method(machine, receiver, arguments, named)

    return Native(name, run)


def _row_asdict(_m: Machine, value: Row, _a: tuple[Any, ...], _n: dict[str, Any]) -> Any:
    return dict(zip(value.cls.fields or (), value, strict=False))


def _row_replace(_m: Machine, value: Row, _a: tuple[Any, ...], named: dict[str, Any]) -> Any:
    fields = value.cls.fields or ()
    return Row(value.cls, tuple(named.get(n, v) for n, v in zip(fields, value, strict=False)))


ROW_METHODS: dict[str, Method] = {"_asdict": _row_asdict, "_replace": _row_replace}


def _of_instance(machine: Machine, value: Instance, name: str) -> Any:
    found = value.attributes.get(name, MISSING)
    if found is not MISSING:
        cls_found = lookup(value.cls, name) if value.cls.vars else MISSING
        if type(cls_found) is not Property or cls_found.is_cached:
            return found
    cls = value.cls
    found = lookup(cls, name)
    if found is not MISSING:
        return bind(machine, found, value, cls)
    if name == "__class__":
        return cls
    if name == "__dict__":
        return value.attributes
    if cls.is_enum and name in ("name", "value"):
        return value.attributes[f"_{name}_"]
    if value.payload is not None:
        try:
            return get_attribute(machine, value.payload, name)
        except Raised:
            if cls.unknown_base is None:
                raise
    getter = lookup(cls, "__getattr__")
    if getter is not MISSING:
        return machine.linker.call(machine, getter, (value, name), {})
    if cls.unknown_base is not None:
        method = record_method(value, name)
        if method is not None:
            return method
        return Unknown(f"{cls.name}.{name}", is_tainted=is_touched(value))
    if name == "__init__":
        return Native(name, lambda _m, _a, _n: None)
    raise Raised(AttributeError(f"{cls.name!r} object has no attribute {name!r}"))


def _of_class(machine: Machine, value: Class, name: str) -> Any:
    found = lookup(value, name)
    if found is not MISSING:
        kind = type(found)
        if kind is StaticMethod:
            return found.function
        if kind is ClassMethod:
            return BoundMethod(found.function, value)
        return found
    if name in ("__name__", "__qualname__"):
        return value.name
    if name == "__module__":
        return value.module.name if value.module else ""
    if name == "__doc__":
        return value.doc
    if name == "__dict__":
        return dict(value.vars)
    if name == "_fields" and value.fields is not None:
        return value.fields
    if name == "__members__" and value.is_enum:
        return {k: v for k, v in value.vars.items() if type(v) is Instance and v.cls is value}
    if name == "_make" and value.is_named_tuple:
        return Native(name, lambda m, a, _n: Row(value, tuple(m.linker.items(m, a[0]))))
    if name == "__init__":
        return Native(name, lambda m, a, n: _base_init(a[0])(m, a[1:], n))
    if value.unknown_base is not None:
        return Unknown(f"{value.name}.{name}")
    if value.native is not None:
        return get_attribute(machine, value.native, name)
    raise Raised(AttributeError(f"type object {value.name!r} has no attribute {name!r}"))


def _of_function(machine: Machine, value: Any, name: str) -> Any:
    function = value.function if type(value) is BoundMethod else value
    if type(value) is BoundMethod and name == "__self__":
        return value.receiver
    if type(value) is BoundMethod and name == "__func__":
        return function
    if not isinstance(function, Function):
        return get_attribute(machine, function, name)
    if function.attributes is not None and name in function.attributes:
        return function.attributes[name]
    if name == "__name__":
        return function.name
    if name == "__qualname__":
        return function.qualname
    if name == "__doc__":
        return function.doc
    if name == "__module__":
        return function.module.name
    if name == "__dict__":
        return function.attributes or {}
    if name == "__wrapped__":
        return function
    raise Raised(AttributeError(f"'function' object has no attribute {name!r}"))


def _of_type(value: type, name: str) -> Any:
    if name in ("__name__", "__qualname__"):
        return value.__name__
    for one in value.__mro__:
        table = METHODS.get(one)
        if table is not None and name in table:
            return Native(name, _unbound(table[name]))
    constructor = TYPE_METHODS.get((value, name))
    if constructor is not None:
        return constructor
    if name == "__init__":
        return Native(name, lambda m, a, n: _base_init(a[0])(m, a[1:], n))
    raise Raised(AttributeError(f"type object {value.__name__!r} has no attribute {name!r}"))


# Filled by the library: ``dict.fromkeys`` and the like.
TYPE_METHODS: dict[tuple[type, str], Native] = {}


def _unbound(method: Method) -> Any:
    def run(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if not arguments:
            raise Raised(TypeError("unbound method needs an argument"))
        if isinstance(arguments[0], Unknown):
            text = f"{arguments[0].path}()"
            return Unknown(text, is_tainted=any(is_touched(one) for one in arguments))
        return method(machine, arguments[0], arguments[1:], named)

    return run


def _of_exception(value: BaseException, name: str) -> Any:
    if name == "args":
        return value.args
    if name in ("code", "errno", "strerror", "filename", "message", "response", "value", "name"):
        found = getattr(value, name, MISSING)
        if found is MISSING and name in ("response", "message"):
            raise Raised(AttributeError(name))
        return None if found is MISSING else found
    if name in ("__cause__", "__context__", "__traceback__"):
        return None
    if name == "with_traceback":
        return Native(name, lambda _m, _a, _n: value)
    if name == "__class__":
        return type(value)
    raise _no_attribute(value, name)


def _property_setter(value: Property, name: str) -> Any:
    def run(_m: Machine, arguments: tuple[Any, ...], _n: dict[str, Any]) -> Property:
        if name == "setter":
            return Property(value.getter, arguments[0])
        if name == "getter":
            return Property(arguments[0], value.setter)
        return value

    return run


def set_attribute(machine: Machine, value: Any, name: str, item: Any) -> None:
    """Do ``value.name = item``."""
    kind = type(value)
    if kind is Instance:
        found = lookup(value.cls, name)
        if type(found) is Property and found.setter is not None:
            machine.linker.call(machine, found.setter, (value, item), {})
            return
        setter = lookup(value.cls, "__setattr__")
        if setter is not MISSING:
            machine.linker.call(machine, setter, (value, name, item), {})
            return
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
    elif kind is FunctionHolder and isinstance(value.function, Function):
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


FunctionHolder = BoundMethod
