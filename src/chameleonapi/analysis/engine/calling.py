"""Calls: binding arguments, running bodies, making instances, and what happens outside."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.delivery import is_delivery
from chameleonapi.analysis.engine.effects import emit_call, emit_value
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.lifting import is_touched, pin
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Layout, Row, lookup
from chameleonapi.analysis.engine.operations import Stream, layers, type_name
from chameleonapi.analysis.engine.origins import keep_arguments, keep_touched
from chameleonapi.analysis.engine.outside_bases import kept_arguments
from chameleonapi.analysis.engine.refused_calls import refused_call
from chameleonapi.analysis.engine.rendering import identity_of
from chameleonapi.analysis.engine.values import (
    BoundMethod,
    ClassMethod,
    Function,
    Native,
    Opaque,
    Property,
    StaticMethod,
    Unknown,
)
from chameleonapi.analysis.trace import EffectLevel

__all__ = ["bind_arguments", "call", "call_function", "instantiate", "is_callable"]

# Iterators that end where what they read ends; a generator may go on for ever.
_READ_WHOLE: Final = frozenset(
    {"generator expression", "map", "filter", "zip", "enumerate", "reversed"}
)
_MOST_READ: Final = 200


def is_callable(value: Any) -> bool:
    """Tell whether a value can be called."""
    if isinstance(value, (Function, BoundMethod, Native, Class, type, Unknown, StaticMethod)):
        return True
    if isinstance(value, Instance):
        return lookup(value.cls, "__call__") is not MISSING
    return isinstance(value, Opaque) and hasattr(value, "call")


def call(machine: Machine, function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Return ``function(*arguments, **named)``."""
    machine.tick()
    kind = type(function)
    if kind is Function:
        return call_function(machine, function, arguments, named)
    if kind is BoundMethod:
        return call(machine, function.function, (function.receiver, *arguments), named)
    if kind is Native:
        try:
            made = function.function(machine, arguments, named)
        except Exception as error:  # noqa: BLE001 - whatever the model trips over
            made = refused_call(machine, function, arguments, named, error)
        if type(made) is Unknown and made.origin is None and made.path.endswith("()"):
            keep_arguments(made, made.path[:-2], arguments, named)
        return machine.linker.given.settle(made) if type(made) is Unknown else made
    if kind is Class:
        return instantiate(machine, function, arguments, named)
    if isinstance(function, type):
        try:
            return machine.linker.construct(machine, function, arguments, named)
        except Exception as error:  # noqa: BLE001 - whatever the model trips over
            return refused_call(machine, function, arguments, named, error)
    if isinstance(function, Unknown):
        return call_unknown(machine, function, arguments, named)
    if kind is Instance:
        method = lookup(function.cls, "__call__")
        if method is not MISSING:
            return call(machine, method, (function, *arguments), named)
        if function.cls.unknown_base is not None:
            return call_unknown(machine, Unknown(f"{function.cls.name}()"), arguments, named)
    if isinstance(function, (StaticMethod, ClassMethod)):
        return call(machine, function.function, arguments, named)
    asked = getattr(function, "call", None) if isinstance(function, Opaque) else None
    if asked is not None:
        try:
            return asked(machine, arguments, named)
        except Exception as error:  # noqa: BLE001 - whatever the model trips over
            return refused_call(machine, function, arguments, named, error)
    raise Raised(TypeError(f"{type_name(function)!r} object is not callable"))


def call_function(
    machine: Machine, function: Function, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    """Run a function of the application."""
    names = bind_arguments(function, arguments, named)
    frame = Frame(machine, names, function.parent, function.module, function)
    frame.receiver = arguments[0] if arguments else None
    frame.caller = machine.span
    if function.is_generator:
        made = layers([*arguments, *named.values()])
        return Stream(_generate(machine, function, frame), "generator", made)
    if machine.depth >= machine.budget.depth:
        raise Abort(
            "budget-depth",
            f"Calls of {function.qualname} nest too deeply, and the run was cut off.",
        )
    machine.depth += 1
    machine.frames.append(frame)
    span = machine.span
    try:
        value = function.body(frame)
        machine.returned = (value, frame.returned_at or machine.span)
        if frame.is_above_call and function.name != "<lambda>":
            emit_value(
                machine, EffectLevel.RETURN, "return", f"{function.qualname} returns ", value
            )
    except Raised as raised:
        if raised.span is None:
            raised.span = machine.here
        raise
    finally:
        machine.depth -= 1
        machine.frames.pop()
        machine.span = span
    return value


def _generate(machine: Machine, function: Function, frame: Frame) -> Any:
    # The body runs piece by piece: its frame is active only while it does.
    pieces = function.body(frame)
    sent: Any = None
    thrown: Raised | None = None
    while True:
        machine.depth += 1
        if machine.depth >= machine.budget.depth:
            raise Abort("budget-depth", "Generators nest too deeply, and the run was cut off.")
        machine.frames.append(frame)
        try:
            item = pieces.send(sent) if thrown is None else pieces.throw(thrown)
        except StopIteration as end:
            return end.value
        finally:
            machine.depth -= 1
            machine.frames.pop()
        sent, thrown = None, None
        try:
            sent = yield item
        except Raised as raised:
            thrown = raised


def bind_arguments(
    function: Function, arguments: tuple[Any, ...], named: dict[str, Any]
) -> dict[str, Any]:
    """Return the names with which the body begins."""
    parameters = function.parameters
    positional = parameters.positional
    count = len(positional)
    names = dict(zip(positional, arguments, strict=False))
    if len(arguments) > count:
        if parameters.rest is None:
            raise Raised(
                TypeError(
                    f"{function.qualname}() takes {count} positional arguments"
                    f" but {len(arguments)} were given"
                )
            )
        names[parameters.rest] = tuple(arguments[count:])
    elif parameters.rest is not None:
        names[parameters.rest] = ()
    extra: dict[str, Any] = {}
    for name, value in named.items():
        if name in parameters.names:
            if name in names:
                raise Raised(
                    TypeError(f"{function.qualname}() got multiple values for argument {name!r}")
                )
            names[name] = value
        elif parameters.keywords is not None:
            extra[name] = value
        else:
            raise Raised(
                TypeError(f"{function.qualname}() got an unexpected keyword argument {name!r}")
            )
    if parameters.keywords is not None:
        names[parameters.keywords] = extra
    defaults = function.defaults
    offset = count - len(defaults)
    for position in range(min(len(arguments), count), count):
        name = positional[position]
        if name not in names:
            if position < offset:
                raise Raised(
                    TypeError(
                        f"{function.qualname}() missing 1 required positional argument: {name!r}"
                    )
                )
            names[name] = defaults[position - offset]
    for name in parameters.keyword_only:
        if name not in names:
            if name not in function.keyword_defaults:
                raise Raised(
                    TypeError(
                        f"{function.qualname}() missing 1 required keyword-only argument: {name!r}"
                    )
                )
            names[name] = function.keyword_defaults[name]
    return names


def instantiate(
    machine: Machine,
    cls: Class,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    *,
    asks_metaclass: bool = True,
) -> Any:
    """Make an instance of a class of the application."""
    if asks_metaclass and cls.meta is not None:
        calling = lookup(cls.meta, "__call__")
        if calling is not MISSING:
            return call(machine, calling, (cls, *arguments), named)
    if cls.native is type and len(arguments) == 3:
        return machine.linker.make_class(machine, *arguments, None, {**named, "metaclass": cls})
    if cls.is_abstract:
        _refuse_abstract(cls)
    if cls.is_enum:
        return _enum_member(machine, cls, arguments, named)
    if cls.is_named_tuple:
        return _row(cls, arguments, named)
    maker = lookup(cls, "__new__")
    if maker is not MISSING:
        made = call(machine, maker, (cls, *arguments), named)
        if type(made) is not Instance or cls not in made.cls.order:
            return made
    else:
        made = Instance(cls, machine.next_serial())
    initialise = lookup(cls, "__init__")
    if initialise is not MISSING:
        if made.payload is not None:
            pass
        elif cls.native is not None and issubclass(cls.native, BaseException):
            made.payload = cls.native(*arguments)
        elif cls.native is not None:
            made.payload = machine.linker.construct(machine, cls.native, (), {})
        call(machine, initialise, (made, *arguments), named)
    elif cls.fields is not None:
        _fill_fields(machine, cls, made, arguments, named)
    elif cls.native is not None and made.payload is None:
        made.payload = machine.linker.construct(machine, cls.native, arguments, named)
    elif cls.unknown_base is not None:
        made.attributes.update(kept_arguments(cls, arguments, named))
    elif (arguments or named) and maker is MISSING and cls.native is None:
        raise Raised(TypeError(f"{cls.name}() takes no arguments"))
    return made


def _enum_member(
    machine: Machine, cls: Class, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    if len(arguments) != 1 or named:
        return Unknown(f"{cls.name}()")
    wanted = arguments[0]
    if isinstance(wanted, Unknown):
        return Unknown(f"{cls.name}({wanted.path})", is_tainted=wanted.is_tainted)
    if type(wanted) is Instance:
        return wanted
    from chameleonapi.analysis.engine.comparing import equal
    from chameleonapi.analysis.engine.operations import enum_members

    for one in enum_members(cls):
        if equal(machine, wanted, one.attributes["_value_"]):
            return one
    missing = lookup(cls, "_missing_")
    if missing is not MISSING:
        found = call(machine, missing.function, (cls, wanted), {})
        if found is not None:
            return found
    raise Raised(ValueError(f"{pin(machine, wanted)!r} is not a valid {cls.name}"))


def _row(cls: Class, arguments: tuple[Any, ...], named: dict[str, Any]) -> Row:
    fields = cls.fields or ()
    values = dict(zip(fields, arguments, strict=False))
    for name, value in named.items():
        if name not in fields or name in values:
            raise Raised(TypeError(f"{cls.name}() got an unexpected keyword argument {name!r}"))
        values[name] = value
    for name in fields:
        if name not in values:
            if name not in cls.field_defaults:
                raise Raised(TypeError(f"{cls.name}() missing 1 required argument: {name!r}"))
            values[name] = cls.field_defaults[name]
    if len(arguments) > len(fields):
        raise Raised(TypeError(f"{cls.name}() takes {len(fields)} arguments"))
    return Row(cls, tuple(values[name] for name in fields))


def _fill_fields(
    machine: Machine, cls: Class, made: Instance, arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    layout = cls.layout or Layout()
    fields = tuple(one for one in cls.fields or () if one not in layout.without_init)
    positional = tuple(one for one in fields if one not in layout.by_keyword)
    row = _row_values(machine, cls, fields, positional, arguments, named)
    for name in cls.fields or ():
        if name in layout.without_init and name in cls.field_defaults:
            row[name] = _default(machine, cls.field_defaults[name])
    seeds = tuple(value for name, value in row.items() if name in layout.init_only)
    made.attributes.update({k: v for k, v in row.items() if k not in layout.init_only})
    after = lookup(cls, "__post_init__")
    if after is not MISSING:
        call(machine, after, (made, *seeds), {})


def _default(machine: Machine, default: Any) -> Any:
    factory = getattr(default, "factory", None)
    if isinstance(default, Opaque) and factory is not None:
        return call(machine, factory, (), {})
    return default


def _refuse_abstract(cls: Class) -> None:
    for one in cls.order:
        for name in one.vars:
            found = lookup(cls, name)
            inner = found.getter if isinstance(found, Property) else found
            inner = inner.function if isinstance(inner, (StaticMethod, ClassMethod)) else inner
            if isinstance(inner, Function) and (inner.attributes or {}).get("__isabstractmethod__"):
                text = f"Can't instantiate abstract class {cls.name} with abstract method {name}"
                raise Raised(TypeError(text))


def _row_values(
    machine: Machine,
    cls: Class,
    fields: tuple[str, ...],
    positional: tuple[str, ...],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> dict[str, Any]:
    count = len(positional)
    if len(arguments) > count:
        raise Raised(
            TypeError(f"{cls.name}() takes {count} arguments but {len(arguments)} were given")
        )
    values = dict(zip(positional, arguments, strict=False))
    for name, value in named.items():
        if name not in fields or name in values:
            raise Raised(TypeError(f"{cls.name}() got an unexpected keyword argument {name!r}"))
        values[name] = value
    for name in fields:
        if name in values:
            continue
        if name not in cls.field_defaults:
            raise Raised(TypeError(f"{cls.name}() missing 1 required argument: {name!r}"))
        values[name] = _default(machine, cls.field_defaults[name])
    return {name: values[name] for name in fields}


def call_unknown(
    machine: Machine, function: Unknown, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    """Call something external: a stand-in if there is one, else an effect and an unknown."""
    found = machine.linker.stub_call(machine, function, arguments, named)
    if found is not MISSING:
        return found
    arguments = tuple(_handed_on(machine, one) for one in arguments)
    is_told = emit_call(machine, function.path, arguments, named)
    keep_touched(machine, function, arguments, named)
    for one in arguments:
        if isinstance(one, Opaque) and one.escapes:
            one.escape(is_tainted=any(is_touched(other) for other in arguments))
    if is_delivery(function.path):
        return machine.linker.given.settle(Unknown(f"{function.path}()"))
    touched = (
        function.is_tainted
        or any(is_touched(one) for one in arguments)
        or any(is_touched(one) for one in named.values())
    )
    first = arguments[0] if arguments else None
    label = repr(first) if type(first) is str and len(first) <= 30 else ""
    made = Unknown(f"{function.path}({label})", is_tainted=touched)
    owner = function if function.is_tainted else function.owner
    keep_arguments(made, identity_of(function), arguments, named, owner, is_told=is_told)
    if function.path.rsplit(".", 1)[-1][:1].isupper():
        # an answer to a request, an event, a message: what is in it goes out with it
        made.made_of = function.path, arguments, named
        # a record keeps what it is given by name: it is read back as it was
        made.attributes = dict(named) or None
    return machine.linker.given.settle(made)


def _handed_on(machine: Machine, value: Any) -> Any:
    """Return what something external is given: what it reads off an iterator is in a list."""
    if type(value) is Stream and value.name in _READ_WHOLE:
        return list(islice(machine.ticking(value.items), _MOST_READ))
    return value
