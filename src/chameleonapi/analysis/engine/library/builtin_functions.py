"""Built-in functions."""

from __future__ import annotations

import builtins
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary
from chameleonapi.analysis.engine.attributes import SuperProxy
from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.effects import emit_value
from chameleonapi.analysis.engine.items import FactoryDict
from chameleonapi.analysis.engine.library.constructors import CONSTRUCTORS
from chameleonapi.analysis.engine.library.files import TextFile, open_file
from chameleonapi.analysis.engine.library.introspection import INTROSPECTION
from chameleonapi.analysis.engine.library.numbers import numeric
from chameleonapi.analysis.engine.library.ordering import extreme, order
from chameleonapi.analysis.engine.lifting import is_touched, pin, protect, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Row
from chameleonapi.analysis.engine.operations import (
    Stream,
    drain,
    iterate,
    layers,
    length,
    special,
    step,
    truth,
)
from chameleonapi.analysis.engine.rendering import render
from chameleonapi.analysis.engine.texts import format_value, to_text
from chameleonapi.analysis.engine.values import (
    ClassMethod,
    Function,
    Native,
    Opaque,
    Property,
    SizedList,
    StaticMethod,
    Tainted,
    Unknown,
)
from chameleonapi.analysis.trace import EffectLevel

__all__ = ["BUILTINS"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _print(machine: Machine, arguments: Arguments, named: Named) -> None:
    if isinstance(named.get("file"), TextFile):
        named["file"].write(machine, arguments, named)
        return
    if len(arguments) == 1:
        emit_value(machine, EffectLevel.EXTERNAL, "print", "print ", arguments[0])
        return
    shown_ones = " ".join(render(one) for one in arguments)
    concrete = ""
    if machine.budget.shows_values:
        concrete = f"print {' '.join(render(one, concrete=True) for one in arguments)}"
    machine.effect(
        EffectLevel.EXTERNAL,
        "print",
        f"print {shown_ones}",
        machine.linker.line_of(machine.span),
        concrete=concrete,
    )
    del named


def _input(_m: Machine, _a: Arguments, _n: Named) -> Unknown:
    return Unknown("input()")


def _len(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return length(machine, arguments[0])


def _range(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    numbers = []
    for one in arguments:
        if isinstance(one, Unknown):
            return Unknown(f"range({one.path})", is_tainted=one.is_tainted)
        if type(one) is Tainted and not isinstance(one.value, int):
            raise Raised(TypeError("'float' object cannot be interpreted as an integer"))
        if type(one) is Tainted and len(arguments) == 1:
            # range(len(labels)) has one number per element of the answer
            return SizedList(range(max(0, one.value)), one.expression)
        numbers.append(pin(machine, one))
    return protect(range, *numbers)


def _enumerate(machine: Machine, arguments: Arguments, named: Named) -> Any:
    start = arguments[1] if len(arguments) > 1 else named.get("start", 0)
    source = arguments[0] if arguments else named["iterable"]
    first = pin(machine, start)

    def pairs() -> Any:
        for position, one in enumerate(iterate(machine, source)):
            number = position + first if type(first) is int else None
            yield (binary(machine, "+", position, first) if number is None else number, one)

    return Stream(pairs(), "enumerate", layers([source]))


def _zip(machine: Machine, arguments: Arguments, named: Named) -> Any:
    if named.get("strict") is True:
        lists = [drain(machine, one) for one in arguments]
        protect(lambda: list(zip(*lists, strict=True)))
        return Stream(zip(*lists, strict=True), "zip")
    sources = [iterate(machine, one) for one in arguments]
    return Stream(zip(*sources, strict=False), "zip", layers(arguments))


def _map(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    function = arguments[0]
    sources = [iterate(machine, one) for one in arguments[1:]]
    results = (call(machine, function, tuple(one), {}) for one in zip(*sources, strict=False))
    return Stream(results, "map", layers(arguments))


def _filter(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    function, source = arguments[:2]

    def kept() -> Any:
        for one in machine.ticking(iterate(machine, source)):
            if truth(machine, one if function is None else call(machine, function, (one,), {})):
                yield one

    return Stream(kept(), "filter", layers([source]))


def _reversed(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    value = arguments[0]
    if isinstance(value, Unknown):
        return value
    if type(value) is Instance:
        found = special(machine, value, "__reversed__")
        if found is not MISSING:
            return found
    items = drain(machine, value)
    items.reverse()
    if type(value) is SizedList:
        return SizedList(items, value.size)
    return Stream(iter(items), "reversed")


def _sorted(machine: Machine, arguments: Arguments, named: Named) -> Any:
    source = arguments[0]
    if isinstance(source, Unknown):
        return source
    items = drain(machine, source)
    made = order(machine, items, named.get("key"), named.get("reverse", False))
    if type(source) is SizedList:
        return SizedList(made, source.size)
    return made


def _max(machine: Machine, arguments: Arguments, named: Named) -> Any:
    return extreme(machine, arguments, named, largest=True)


def _min(machine: Machine, arguments: Arguments, named: Named) -> Any:
    return extreme(machine, arguments, named, largest=False)


def _sum(machine: Machine, arguments: Arguments, named: Named) -> Any:
    if isinstance(arguments[0], Unknown):
        return Unknown(f"sum({arguments[0].path})", is_tainted=arguments[0].is_tainted)
    total = arguments[1] if len(arguments) > 1 else named.get("start", 0)
    for one in machine.ticking(iterate(machine, arguments[0])):
        total = (
            one
            if type(total) is int and total == 0 and type(one) is Tainted
            else binary(machine, "+", total, one)
        )
    return total


def _any(machine: Machine, arguments: Arguments, _n: Named) -> bool:
    return any(truth(machine, one) for one in machine.ticking(iterate(machine, arguments[0])))


def _all(machine: Machine, arguments: Arguments, _n: Named) -> bool:
    return all(truth(machine, one) for one in machine.ticking(iterate(machine, arguments[0])))


def _iter(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if isinstance(arguments[0], Unknown) and len(arguments) == 1:
        return arguments[0]
    if type(arguments[0]) is Stream:
        return arguments[0]
    if len(arguments) == 2:
        return Unknown("iter(…, …)")
    return Stream(iterate(machine, arguments[0]), layers=layers(arguments))


def _next(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    source = arguments[0]
    default = arguments[1] if len(arguments) > 1 else MISSING
    if isinstance(source, Unknown):
        return Unknown(f"next({source.path})", is_tainted=source.is_tainted)
    if type(source) is Stream:
        return step(machine, source.items, default)
    if type(source) is Instance:
        try:
            found = special(machine, source, "__next__")
        except Raised as raised:
            if isinstance(raised.value, StopIteration) and default is not MISSING:
                return default
            raise
        if found is not MISSING:
            return found
    raise Raised(TypeError(f"{type(source).__name__!r} object is not an iterator"))


def _abs(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return numeric(machine, "abs", abs, arguments)


def _round(machine: Machine, arguments: Arguments, named: Named) -> Any:
    digits = named.get("ndigits")
    given = (*arguments, digits) if digits is not None else arguments
    if len(given) == 2 and given[1] is None:
        given = given[:1]
    return numeric(machine, "round", _rounded, given)


def _rounded(value: Any, *digits: Any) -> Any:
    """Round; a whole number rounded to more digits than it has is 0, and takes no time."""
    if isinstance(value, int) and digits and isinstance(digits[0], int):
        places = max(value.bit_length(), 1)
        return round(value, max(digits[0], -places))
    return round(value, *digits)


def _divmod(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return (binary(machine, "//", *arguments), binary(machine, "%", *arguments))


def _pow(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if len(arguments) == 3:
        return numeric(machine, "pow", pow, arguments)
    return binary(machine, "**", *arguments)


def _refuse(name: str) -> Any:
    def run(machine: Machine, arguments: Arguments, _n: Named) -> Any:
        # never executed: what it would have made is unknown
        machine.gap("dynamic-code", f"{name}() is never executed by the analysis.")
        return Unknown(f"{name}()", is_tainted=is_touched(arguments))

    return run


def _import(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    name = arguments[0]
    importer = machine.frames[-1].module if machine.frames else None
    importer = importer or machine.modules.get(machine.span.file)
    if isinstance(name, str) and importer is not None:
        if len(arguments) < 4 and "." in name:
            machine.linker.import_module(machine, importer, name, 0)
            name = name.split(".", 1)[0]
        return machine.linker.import_module(machine, importer, name, 0)
    return Unknown(f"__import__({shown(name)})")


def _type(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if len(arguments) == 3 and isinstance(arguments[2], dict):
        return machine.linker.make_class(machine, *arguments, None, {})
    if len(arguments) != 1:
        machine.gap("dynamic-code", "This call of type() is not followed.")
        return Unknown("type()")
    value = arguments[0]
    if isinstance(value, Unknown):
        return Unknown(f"type({value.path})", is_tainted=value.is_tainted)
    if type(value) is Tainted:
        plain = value.value
        return next(
            (k for k in (bool, int, float, str, list, tuple, dict) if isinstance(plain, k)), str
        )
    if isinstance(value, (Instance, Row)):
        return value.cls
    if type(value) is SizedList:
        return list
    if isinstance(value, Class):
        return value.meta or type
    if isinstance(value, type):
        return type
    if isinstance(value, (Function, Native, Opaque)):
        return Unknown(f"type({render(value)})")
    if isinstance(value, FactoryDict):
        return dict
    return type(value)


def _exit(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    raise Raised(SystemExit(*arguments[:1]))


def _id(_m: Machine, _a: Arguments, _n: Named) -> Unknown:
    return Unknown("id()")


def _hash(_m: Machine, arguments: Arguments, _n: Named) -> Unknown:
    return Unknown("hash()", is_tainted=is_touched(arguments))


def _chr(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return numeric(machine, "chr", chr, arguments)


def _ord(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return numeric(machine, "ord", ord, arguments)


def _conversion(name: str) -> Any:
    function = getattr(builtins, name)

    def run(machine: Machine, arguments: Arguments, _n: Named) -> Any:
        return numeric(machine, name, function, arguments)

    return run


def _repr(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return to_text(machine, arguments[0], is_repr=True)


def _format(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    return format_value(machine, arguments[0], "", arguments[1] if len(arguments) > 1 else "")


def _dir(_m: Machine, arguments: Arguments, _n: Named) -> Unknown:
    return Unknown("dir()", is_tainted=is_touched(arguments))


def _slice(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    return protect(slice, *arguments)


def _open(machine: Machine, arguments: Arguments, named: Named) -> Any:
    return open_file(machine, arguments, named)


def _super(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    if len(arguments) == 2 and isinstance(arguments[0], Class):
        return SuperProxy(arguments[0], arguments[1])
    del machine
    return Unknown("super()")


_FUNCTIONS: dict[str, Any] = {
    **INTROSPECTION,
    "print": _print,
    "input": _input,
    "raw_input": _input,
    "len": _len,
    "range": _range,
    "xrange": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "reversed": _reversed,
    "sorted": _sorted,
    "max": _max,
    "min": _min,
    "sum": _sum,
    "any": _any,
    "all": _all,
    "iter": _iter,
    "aiter": _iter,
    "next": _next,
    "anext": _next,
    "abs": _abs,
    "round": _round,
    "divmod": _divmod,
    "pow": _pow,
    "exec": _refuse("exec"),
    "eval": _refuse("eval"),
    "compile": _refuse("compile"),
    "__import__": _import,
    "exit": _exit,
    "quit": _exit,
    "id": _id,
    "hash": _hash,
    "chr": _chr,
    "unichr": _chr,
    "ord": _ord,
    "bin": _conversion("bin"),
    "hex": _conversion("hex"),
    "oct": _conversion("oct"),
    "ascii": _repr,
    "repr": _repr,
    "format": _format,
    "dir": _dir,
    "open": _open,
    "super": _super,
    "breakpoint": lambda _m, _a, _n: None,
    "memoryview": lambda _m, a, _n: Unknown("memoryview()", is_tainted=is_touched(a)),
    "help": lambda _m, _a, _n: None,
    "staticmethod": lambda _m, a, _n: StaticMethod(a[0]),
    "classmethod": lambda _m, a, _n: ClassMethod(a[0]),
    "property": lambda _m, a, n: Property(
        a[0] if a else n.get("fget"),
        a[1] if len(a) > 1 else n.get("fset"),
        a[2] if len(a) > 2 else n.get("fdel"),
    ),
}

BUILTINS: dict[str, Any] = {name: Native(name, function) for name, function in _FUNCTIONS.items()}
for _kind in (
    str,
    int,
    float,
    bool,
    list,
    tuple,
    set,
    frozenset,
    dict,
    bytes,
    bytearray,
    object,
    complex,
    type,
):
    BUILTINS[_kind.__name__] = _kind
BUILTINS["slice"] = slice
BUILTINS["unicode"] = str
BUILTINS["long"] = int
BUILTINS["basestring"] = str
BUILTINS.update(
    {
        "None": None,
        "True": True,
        "False": False,
        "NotImplemented": NotImplemented,
        "Ellipsis": ...,
        "__debug__": True,
        "__builtins__": Unknown("__builtins__"),
    }
)
CONSTRUCTORS[type] = _type
CONSTRUCTORS[slice] = _slice
BUILTINS |= {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
