"""Making classes of the application: plain ones, enumerations, named tuples, dataclasses."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Layout, lookup
from chameleonapi.analysis.engine.values import (
    ClassMethod,
    Function,
    Module,
    Native,
    Opaque,
    Property,
    StaticMethod,
    Unknown,
)

__all__ = [
    "ABC_META",
    "FieldSpec",
    "Marker",
    "build_class",
    "build_plain_class",
    "make_dataclass",
    "make_named_tuple",
]


class Marker(Opaque):
    """A base class of the standard library that changes what a class is: ``Enum`` and the like."""

    __slots__ = ("kind", "name")

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name

    def item(self, _machine: Machine, _key: Any) -> Any:
        """Return itself: ``Generic[T]``, ``Protocol[T]``."""
        return self

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return nothing known."""
        del machine
        return Unknown(f"{self.name}.{name}")

    def call(self, machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Make an enumeration or a named tuple by a call: ``Enum('Colour', 'RED BLUE')``."""
        del named
        if self.kind in ("enum", "int-enum", "str-enum") and len(arguments) >= 2:
            names = arguments[1]
            if isinstance(names, str):
                names = names.replace(",", " ").split()
            if isinstance(names, dict):
                pairs = list(names.items())
            elif isinstance(names, (list, tuple)):
                pairs = [
                    (one, position + 1) if isinstance(one, str) else tuple(one)
                    for position, one in enumerate(names)
                ]
            else:
                return Unknown(f"{self.name}()")
            return build_class(machine, str(arguments[0]), (self,), dict(pairs), None, {})
        if (
            self.kind == "named-tuple"
            and len(arguments) == 2
            and isinstance(arguments[1], (list, tuple))
        ):
            fields = tuple(one[0] if isinstance(one, tuple) else one for one in arguments[1])
            return make_named_tuple(str(arguments[0]), fields, {})
        if self.kind == "auto":
            return self
        return Unknown(f"{self.name}()")


ABC_META = Marker("typing", "ABCMeta")


class FieldSpec(Opaque):
    """What ``dataclasses.field`` returns."""

    __slots__ = ("default", "factory", "options")
    name = "Field"

    def __init__(self, default: Any, factory: Any, options: dict[str, Any] | None = None) -> None:
        self.default = default
        self.factory = factory
        self.options = options or {}


def build_plain_class(
    machine: Machine,
    meta: Class,
    name: str,
    bases: tuple[Any, ...],
    names: dict[str, Any],
    keywords: dict[str, Any],
) -> Any:
    """Return the class that ``type.__new__`` makes for a metaclass."""
    made = build_class(machine, name, bases, names, None, keywords)
    if isinstance(made, Class):
        made.meta = meta
    return made


def build_class(
    machine: Machine,
    name: str,
    bases: tuple[Any, ...],
    names: dict[str, Any],
    module: Module | None,
    keywords: dict[str, Any],
) -> Any:
    """Return the class that a class statement makes."""
    markers = {one.kind for one in bases if isinstance(one, Marker)}
    plain = tuple(_base(one) for one in bases if not isinstance(one, Marker))
    cls = Class(name, plain, names, module)
    named = {one.name for one in bases if isinstance(one, Marker)}
    cls.is_abstract |= "ABC" in named or keywords.get("metaclass") is ABC_META
    cls.is_protocol = "Protocol" in named
    for one in names.values():
        _own(cls, one)
    if markers & {"enum", "int-enum", "str-enum", "flag"} or cls.is_enum:
        cls.is_enum = True
        cls.is_flag |= "flag" in markers
        if "str-enum" in markers:
            cls.native = str
        _make_members(machine, cls, mixes_in=bool(markers & {"int-enum", "str-enum", "flag"}))
    elif "named-tuple" in markers:
        fields = tuple(names.get("__annotations__", {}))
        cls.is_named_tuple = True
        cls.fields = fields
        cls.field_defaults = {one: names[one] for one in fields if one in names}
        for one in cls.field_defaults:
            names.pop(one)
    elif "typed-dict" in markers:
        return dict
    hook = next((lookup(b, "__init_subclass__") for b in plain if isinstance(b, Class)), MISSING)
    if hook is not MISSING:
        function = hook.function if isinstance(hook, ClassMethod) else hook
        cls.span = machine.span
        keywords = {key: value for key, value in keywords.items() if key != "metaclass"}
        machine.linker.call(machine, function, (cls,), keywords)
    for key, value in list(names.items()):
        if type(value) is Instance:
            setter = lookup(value.cls, "__set_name__")
            if setter is not MISSING:
                machine.linker.call(machine, setter, (value, cls, key), {})
    return cls


def _base(value: Any) -> Any:
    # what cannot be derived from here is a class of a library that is modelled as a function
    if isinstance(value, (Class, type, Unknown)):
        return value
    return Unknown(str(getattr(value, "name", "base")))


def _own(cls: Class, value: Any) -> None:
    if isinstance(value, (StaticMethod, ClassMethod)):
        value = value.function
    if isinstance(value, Opaque):
        value = getattr(value, "wrapped", value)
    if isinstance(value, Property):
        for one in (value.getter, value.setter, value.deleter):
            _own(cls, one)
    elif isinstance(value, Function) and value.owner is None:
        value.owner = cls


def _make_members(machine: Machine, cls: Class, *, mixes_in: bool) -> None:
    count = 0
    by_value: list[Instance] = []
    mixed = mixes_in or cls.native in (int, str, float)
    for key, given in list(cls.vars.items()):
        value = given
        if key.startswith("_") or isinstance(
            value, (Function, StaticMethod, ClassMethod, Property, Class, Native)
        ):
            continue
        if isinstance(value, Marker) and value.kind == "auto":
            count = _next_flag(by_value) if cls.is_flag else count + 1
            value = key.lower() if cls.native is str else count
        elif type(value) is int:
            count = value
        known = next((m for m in by_value if m.attributes["_value_"] == value), None)
        if known is not None:
            cls.vars[key] = known
            continue
        member = Instance(cls, 0)
        member.attributes = {"_name_": key, "_value_": value}
        maker = lookup(cls, "__new__")
        if maker is not MISSING:
            arguments = value if isinstance(value, tuple) else (value,)
            made = machine.linker.call(machine, maker, (cls, *arguments), {})
            if type(made) is Instance:
                made.attributes.setdefault("_value_", value)
                made.attributes["_name_"] = key
                member, value = made, made.attributes["_value_"]
        initialise = lookup(cls, "__init__")
        if initialise is not MISSING:
            arguments = value if isinstance(value, tuple) else (value,)
            machine.linker.call(machine, initialise, (member, *arguments), {})
        if mixed:
            member.payload = value
        by_value.append(member)
        cls.vars[key] = member


def _next_flag(members: list[Instance]) -> int:
    values = [one.attributes["_value_"] for one in members]
    highest = max((one for one in values if type(one) is int), default=0)
    return 1 << highest.bit_length()


def make_named_tuple(name: str, fields: tuple[str, ...], defaults: dict[str, Any]) -> Class:
    """Return a named tuple class."""
    cls = Class(name, (), {}, None)
    cls.is_named_tuple = True
    cls.fields = fields
    cls.field_defaults = defaults
    return cls


def make_dataclass(cls: Any, options: dict[str, Any] | None = None) -> Any:
    """Give a class the fields that its annotations declare."""
    if not isinstance(cls, Class):
        return cls
    options = options or {}
    fields: dict[str, None] = {}
    defaults: dict[str, Any] = {}
    inherited = [one.layout for one in cls.order[1:] if one.layout is not None]
    layout = Layout(
        without_init=frozenset().union(*(one.without_init for one in inherited)),
        by_keyword=frozenset().union(*(one.by_keyword for one in inherited)),
        init_only=frozenset().union(*(one.init_only for one in inherited)),
        unshown=frozenset().union(*(one.unshown for one in inherited)),
        uncompared=frozenset().union(*(one.uncompared for one in inherited)),
        has_order=bool(options.get("order")),
        has_equality=options.get("eq", True) is True,
    )
    for one in reversed(cls.order):
        own = one.vars.get("__annotations__", {})
        if one is not cls and one.fields is None:
            continue
        only_keywords = one is cls and options.get("kw_only") is True
        for name, annotation in own.items():
            if "KW_ONLY" in str(annotation):
                only_keywords = True
                continue
            fields[name] = None
            given = one.vars.get(name, one.field_defaults.get(name, MISSING))
            if given is not MISSING:
                defaults[name] = given
            if one is cls:
                spec = given.options if isinstance(given, FieldSpec) else {}
                layout = layout.with_field(
                    name, str(annotation), spec, is_keyword_only=only_keywords
                )
    for name, value in list(defaults.items()):
        if isinstance(value, FieldSpec):
            if value.factory is None and value.default is MISSING:
                del defaults[name]
            elif value.factory is None:
                defaults[name] = value.default
            cls.vars.pop(name, None)
    cls.fields = tuple(fields)
    cls.field_defaults = defaults
    cls.layout = layout
    cls.is_frozen |= options.get("frozen") is True
    cls.vars["__match_args__"] = tuple(
        one for one in fields if one not in layout.without_init | layout.by_keyword
    )
    return cls
