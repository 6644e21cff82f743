"""Attribute access, by allow-list on real objects: no value leads to the interpreter."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifted_lists import method_of_list
from chameleonapi.analysis.engine.lifting import is_touched
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Row, lookup
from chameleonapi.analysis.engine.operations import type_name
from chameleonapi.analysis.engine.outside_bases import record_method
from chameleonapi.analysis.engine.refused_calls import refused_method
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

__all__ = [
    "METHODS",
    "Method",
    "SuperProxy",
    "find_method",
    "get_attribute",
]

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
        if isinstance(cls, Class) and self.owner not in cls.order and cls.meta is not None:
            cls = cls.meta  # a method of a metaclass: the receiver is a class itself
        order = cls.order if isinstance(cls, Class) else ()
        behind = order[order.index(self.owner) + 1 :] if self.owner in order else ()
        for one in behind:
            if name in one.vars:
                return bind(machine, one.vars[name], receiver, cls)
        if self.owner.native is type:
            found = machine.linker.of_type(machine, receiver, name)
            if found is not MISSING:
                return found
        has_payload = isinstance(receiver, Instance) and receiver.payload is not None
        if has_payload and name not in ("__init__", "__new__"):
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
            if type(arguments[0]) is Instance and isinstance(arguments[1], str):
                return _plain_of_instance(machine, *arguments)
            return get_attribute(machine, *arguments)
        if name == "__new__" and arguments and isinstance(arguments[0], Class):
            made = Instance(arguments[0], machine.next_serial())
            native = arguments[0].native
            if native is not None and native is not type:
                made.payload = machine.linker.construct(machine, native, arguments[1:], {})
            return made
        return None

    return run


def bind(machine: Machine, found: Any, receiver: Any, cls: Any) -> Any:
    """Return what a class attribute is when reached through an instance."""
    kind = type(found)
    if kind is Function or kind is Native:
        return BoundMethod(found, receiver)
    if isinstance(found, Opaque):
        return found.bound_to(receiver)
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
    if kind is Unknown or isinstance(value, Unknown):
        if name in value.unchanged_by:
            return Native(name, lambda _m, _a, _n: value)
        text = value.as_text(machine)
        if text is not None:
            return get_attribute(machine, text, name)
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
        if name in ("_fields", "_make", "_field_defaults"):
            return _of_class(machine, value.cls, name)
        if name == "__class__":
            return value.cls
    if isinstance(value, Opaque):
        return value.attribute(machine, name)
    if kind is Tainted:
        special = getattr(type(value.value), "tainted_attribute", None)
        if special is not None:
            return special(machine, value, name)
        method = method_of_list(value, name) or find_method(value.value, name)
        if method is not None:
            return _bound(name, method, value)
        return _real_attribute(machine, value, name)
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
    return _real_attribute(machine, value, name)


def _real_attribute(machine: Machine, value: Any, name: str) -> Any:
    """Return what stands for an attribute that CPython has and this engine does not model.

    Raises:
        Raised: an ``AttributeError`` of the application, if CPython has no such attribute.
    """
    plain = value.value if type(value) is Tainted else value
    is_special = name.startswith("__") and name not in _OPERATIONS
    if is_special or type(plain).__module__ not in _REAL or not hasattr(type(plain), name):
        raise _no_attribute(value, name)
    text = f"{type_name(value)}.{name}"
    if isinstance(plain, (list, dict, set, deque, bytearray)):
        machine.gap("unmodelled-method", f"What {text} changes is not followed.")
    return Unknown(text, is_tainted=is_touched(value))


_REAL = frozenset({"builtins", "collections"})
_OPERATIONS = frozenset(
    f"__{one}__"
    for one in (
        *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "neg"),
        *("eq", "ne", "lt", "le", "gt", "ge", "len", "contains", "getitem", "iter", "hash"),
        *("str", "repr", "format", "int", "float", "bool", "index", "abs", "round", "radd"),
    )
)


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
    (deque, "maxlen"): lambda value: value.maxlen,
    (slice, "start"): lambda value: value.start,
    (slice, "stop"): lambda value: value.stop,
    (slice, "step"): lambda value: value.step,
}


def _bound(name: str, method: Method, receiver: Any) -> Native:
    def run(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        try:
            return method(machine, receiver, arguments, named)
        except Exception as error:  # noqa: BLE001 - whatever the model trips over
            return refused_method(machine, name, receiver, arguments, named, error)

    return Native(name, run)


def _row_asdict(_m: Machine, value: Row, _a: tuple[Any, ...], _n: dict[str, Any]) -> Any:
    return dict(zip(value.cls.fields or (), value, strict=False))


def _row_replace(_m: Machine, value: Row, _a: tuple[Any, ...], named: dict[str, Any]) -> Any:
    fields = value.cls.fields or ()
    return Row(value.cls, tuple(named.get(n, v) for n, v in zip(fields, value, strict=False)))


ROW_METHODS: dict[str, Method] = {"_asdict": _row_asdict, "_replace": _row_replace}


def _of_instance(machine: Machine, value: Instance, name: str) -> Any:
    asked = lookup(value.cls, "__getattribute__")
    if asked is not MISSING:
        return machine.linker.call(machine, asked, (value, name), {})
    return _plain_of_instance(machine, value, name)


def _plain_of_instance(machine: Machine, value: Instance, name: str) -> Any:
    found = value.attributes.get(name, MISSING)
    if found is not MISSING:
        cls_found = lookup(value.cls, name) if value.cls.vars else MISSING
        if not _is_data(cls_found):
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
            if cls.unknown_base is None and lookup(cls, "__getattr__") is MISSING:
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


def _is_data(found: Any) -> bool:
    # a descriptor that wins over what is stored on the instance
    if type(found) is Property:
        return not found.is_cached
    return type(found) is Instance and lookup(found.cls, "__set__") is not MISSING


def _of_class(machine: Machine, value: Class, name: str) -> Any:
    found = lookup(value, name)
    if found is not MISSING:
        kind = type(found)
        if kind is StaticMethod:
            return found.function
        if kind is ClassMethod:
            return BoundMethod(found.function, value)
        if kind is Instance and lookup(found.cls, "__get__") is not MISSING:
            return machine.linker.call(
                machine, lookup(found.cls, "__get__"), (found, None, value), {}
            )
        return found
    if value.meta is not None:
        found = lookup(value.meta, name)
        if found is not MISSING:
            return bind(machine, found, value, value.meta)
    if name in ("__mro__", "mro", "__bases__"):
        native = (value.native,) if value.native is not None else ()
        whole = (*value.order, *native, object)
        if name == "mro":
            return Native(name, lambda _m, _a, _n: list(whole))
        return whole if name == "__mro__" else value.bases or (object,)
    if name == "__class__":
        return value.meta or type
    if name == "__annotations__":
        return {}
    if name == "_field_defaults":
        return dict(value.field_defaults)
    if name in ("__setattr__", "__getattribute__", "__new__", "__init_subclass__"):
        return Native(name, _base_special(name))
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
    if name == "__defaults__":
        return function.defaults or None
    if name == "__kwdefaults__":
        return dict(function.keyword_defaults) or None
    if name in _OF_FUNCTION:
        return Unknown(f"{function.qualname}.{name}")
    if name == "__call__":
        return value
    raise Raised(AttributeError(f"'function' object has no attribute {name!r}"))


_OF_FUNCTION = frozenset({"__code__", "__annotations__", "__closure__", "__globals__"})


def _of_type(value: type, name: str) -> Any:
    if name in ("__name__", "__qualname__"):
        return value.__name__
    constructor = TYPE_METHODS.get((value, name))
    if constructor is not None:
        return constructor
    for one in value.__mro__:
        table = METHODS.get(one)
        if table is not None and name in table:
            return Native(name, _unbound(table[name]))
    if name == "__init__":
        return Native(name, lambda m, a, n: _base_init(a[0])(m, a[1:], n))
    if name in ("__setattr__", "__getattribute__", "__new__"):
        return Native(name, _base_special(name))
    if name == "__doc__":
        return None
    if hasattr(value, name) and not name.startswith("__"):
        return Unknown(f"{value.__name__}.{name}")
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
    if name in ("__cause__", "__context__"):
        return getattr(value, f"chameleon{name}", None)
    if name == "__suppress_context__":
        return bool(getattr(value, "chameleon__suppress__", False))
    if name == "__traceback__":
        return None
    if name in ("exceptions", "message") and type(value).__name__.endswith("ExceptionGroup"):
        return getattr(value, name)
    if name == "with_traceback":
        return Native(name, lambda _m, _a, _n: value)
    if name == "__class__":
        return type(value)
    raise _no_attribute(value, name)


def _property_setter(value: Property, name: str) -> Any:
    def run(_m: Machine, arguments: tuple[Any, ...], _n: dict[str, Any]) -> Property:
        if name == "setter":
            return Property(value.getter, arguments[0], value.deleter)
        if name == "getter":
            return Property(arguments[0], value.setter, value.deleter)
        return Property(value.getter, value.setter, arguments[0])

    return run
