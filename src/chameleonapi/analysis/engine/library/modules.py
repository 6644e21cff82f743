"""Modules of the standard library: which functions are modelled, module by module."""

from __future__ import annotations

import logging
import math
import random
import statistics
import string
import textwrap
import unicodedata
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary, in_place, unary
from chameleonapi.analysis.engine.classes import (
    ABC_META,
    FieldSpec,
    Marker,
    make_dataclass,
    make_named_tuple,
)
from chameleonapi.analysis.engine.comparing import compare, contains, negate
from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.items import FactoryDict, delete_item, get_item, set_item
from chameleonapi.analysis.engine.library.argparsing import argparse_module
from chameleonapi.analysis.engine.library.builtin_functions import BUILTINS
from chameleonapi.analysis.engine.library.concurrency import asyncio_module, threading_module
from chameleonapi.analysis.engine.library.configuration import configparser_module, toml_module
from chameleonapi.analysis.engine.library.contexts import contextlib_module
from chameleonapi.analysis.engine.library.decimals import decimal_module
from chameleonapi.analysis.engine.library.functions import functools_module, itertools_module
from chameleonapi.analysis.engine.library.pure_modules import ordered_modules, pure_functions
from chameleonapi.analysis.engine.library.records import copy_module, csv_module, json_module
from chameleonapi.analysis.engine.library.regular_expressions import re_module
from chameleonapi.analysis.engine.library.system import (
    decouple_module,
    dotenv_module,
    io_module,
    os_module,
    os_path_module,
    pathlib_module,
    sys_module,
)
from chameleonapi.analysis.engine.library.workers import futures_module, queue_module
from chameleonapi.analysis.engine.library.yaml_files import yaml_module
from chameleonapi.analysis.engine.lifting import (
    deep_lift,
    has_unknown,
    is_touched,
    lift,
    protect,
    shown,
)
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance
from chameleonapi.analysis.engine.values import (
    Function,
    Native,
    NativeModule,
    Property,
    Tainted,
    Unknown,
)

__all__ = ["LIBRARY", "pure"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]
_MAX_COMBINATORIAL = 5000


def pure(name: str, function: Callable[..., Any]) -> Native:
    """Model a pure function of plain values and containers of them."""

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        everything = (*arguments, *named.values())
        _charge(machine, name, everything)
        if any(has_unknown(one) for one in everything):
            return Unknown(f"{name}()", is_tainted=any(is_touched(one) for one in everything))
        if any(type(one) is Tainted for one in everything):
            if named:
                keys, count = tuple(named), len(arguments)

                def whole(*values: Any) -> Any:
                    return function(*values[:count], **dict(zip(keys, values[count:], strict=True)))

                return lift(machine, f"{name}{keys}{count}", whole, everything)
            text = f"{name}({', '.join(map(shown, arguments))})"
            return lift(machine, name, function, arguments, text)
        if any(is_touched(one) for one in everything):
            if named:
                return Unknown(f"{name}()", is_tainted=True)
            return deep_lift(machine, name, function, arguments)
        for one in everything:
            if type(one).__module__ not in ("builtins", "collections") and not callable(one):
                return Unknown(f"{name}()")
        return protect(function, *arguments, **named)

    return Native(name, run)


def _charge(machine: Machine, name: str, everything: tuple[Any, ...]) -> None:
    """Use up the budget for what a function of the library goes through in one step of ours."""
    for one in everything:
        if type(one) is range:
            if abs(one.stop - one.start) // abs(one.step) > machine.budget.steps:
                raise Abort("budget-steps", f"{name}() of a very long range is not computed.")
        elif isinstance(one, (str, bytes, list, tuple, set, frozenset, dict)):
            machine.charge(len(one))


def _module(name: str, members: dict[str, Any]) -> Callable[[Machine], NativeModule]:
    return lambda _machine: NativeModule(name, dict(members))


def _guarded(name: str, function: Callable[..., Any]) -> Native:
    inner = pure(name, function)

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        for one in arguments:
            plain = one.value if type(one) is Tainted else one
            if isinstance(plain, int) and abs(plain) > _MAX_COMBINATORIAL:
                raise Abort("budget-memory", f"{name}() of a large number is not computed.")
        return inner.function(machine, arguments, named)

    return Native(name, run)


_MATH: dict[str, Any] = {
    name: pure(f"math.{name}", getattr(math, name))
    for name in [
        "ceil",
        "floor",
        "sqrt",
        "log",
        "log2",
        "log10",
        "log1p",
        "exp",
        "expm1",
        "pow",
        "fabs",
        "fmod",
        "hypot",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "sinh",
        "cosh",
        "tanh",
        "degrees",
        "radians",
        "isclose",
        "isnan",
        "isinf",
        "isfinite",
        "trunc",
        "copysign",
        "fsum",
        "gcd",
        "dist",
        "modf",
        "isqrt",
        "lcm",
        "cbrt",
        "remainder",
        "ldexp",
        "erf",
        "gamma",
        "acosh",
        "asinh",
        "atanh",
    ]
    if hasattr(math, name)
}
_MATH |= {
    name: _guarded(f"math.{name}", getattr(math, name)) for name in ("factorial", "comb", "perm")
}
_MATH |= {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "tau": math.tau}
_MATH["prod"] = Native("prod", lambda m, a, _n: _product(m, a[0]))


def _as_function(name: str) -> Any:
    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        if name == "join":
            arguments = (arguments[1] if len(arguments) > 1 else " ", arguments[0])
        method = machine.linker.attribute(machine, arguments[0], name)
        return machine.linker.call(machine, method, arguments[1:], named)

    return run


_STRING: dict[str, Any] = {
    name: getattr(string, name)
    for name in [
        "ascii_letters",
        "ascii_lowercase",
        "ascii_uppercase",
        "digits",
        "hexdigits",
        "punctuation",
        "whitespace",
        "printable",
        "octdigits",
    ]
}
for _name in ("lower", "upper", "strip", "split", "replace", "find", "join", "count", "title"):
    # functions of Python 2
    _STRING[_name] = Native(_name, _as_function(_name))
_STRING["capwords"] = pure("capwords", string.capwords)

_OPERATORS: dict[str, Any] = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "and_": "&",
    "or_": "|",
    "xor": "^",
}
_COMPARISONS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "is_": "is",
    "is_not": "is not",
}


def _product(machine: Machine, source: Any) -> Any:
    total: Any = 1
    for one in machine.linker.items(machine, source):
        total = binary(machine, "*", total, one)
    return total


def _signed(operate: Callable[[Machine, str, Any, Any], Any], sign: str) -> Any:
    return lambda machine, arguments, _named: operate(machine, sign, arguments[0], arguments[1])


def _operator_members() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, sign in _OPERATORS.items():
        made[name] = Native(name, _signed(binary, sign))
        made[f"i{name.rstrip('_')}"] = Native(name, _signed(in_place, sign))
    for name, sign in _COMPARISONS.items():
        made[name] = Native(name, _signed(compare, sign))
    made["not_"] = Native("not_", lambda m, a, _n: negate(m, a[0]))
    made["neg"] = Native("neg", lambda m, a, _n: unary(m, "-", a[0]))
    made["truth"] = BUILTINS["bool"]
    made["contains"] = Native("contains", lambda m, a, _n: contains(m, a[0], a[1]))
    made["getitem"] = Native("getitem", lambda m, a, _n: get_item(m, a[0], a[1]))
    made["countOf"] = Native(
        "countOf",
        lambda m, a, _n: sum(
            1 for one in m.linker.items(m, a[0]) if compare(m, "==", one, a[1]) is True
        ),
    )
    made["concat"] = Native("concat", _signed(binary, "+"))
    made["index"] = BUILTINS["int"]
    made["abs"] = BUILTINS["abs"]
    made["length_hint"] = BUILTINS["len"]
    made["indexOf"] = Native(
        "indexOf",
        lambda m, a, _n: m.linker.call(m, m.linker.attribute(m, a[0], "index"), (a[1],), {}),
    )
    made["setitem"] = Native("setitem", lambda m, a, _n: set_item(m, *a))
    made["delitem"] = Native("delitem", lambda m, a, _n: delete_item(m, *a))
    made["itemgetter"] = Native("itemgetter", _itemgetter)
    made["attrgetter"] = Native("attrgetter", _attrgetter)
    made["methodcaller"] = Native("methodcaller", _methodcaller)
    return made


def _itemgetter(_m: Machine, keys: Arguments, _n: Named) -> Native:
    def run(machine: Machine, arguments: Arguments, _named: Named) -> Any:
        found = tuple(get_item(machine, arguments[0], key) for key in keys)
        return found[0] if len(keys) == 1 else found

    return Native("itemgetter", run)


def _attrgetter(_m: Machine, names: Arguments, _n: Named) -> Native:
    def read(machine: Machine, value: Any, path: Any) -> Any:
        for name in str(path).split("."):
            value = machine.linker.attribute(machine, value, name)
        return value

    def run(machine: Machine, arguments: Arguments, _named: Named) -> Any:
        found = tuple(read(machine, arguments[0], name) for name in names)
        return found[0] if len(names) == 1 else found

    return Native("attrgetter", run)


def _methodcaller(_m: Machine, given: Arguments, keywords: Named) -> Native:
    def run(machine: Machine, arguments: Arguments, _named: Named) -> Any:
        method = machine.linker.attribute(machine, arguments[0], str(given[0]))
        return machine.linker.call(machine, method, given[1:], keywords)

    return Native("methodcaller", run)


def _namedtuple(machine: Machine, arguments: Arguments, named: Named) -> Any:
    names = arguments[1] if len(arguments) > 1 else named.get("field_names", ())
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    fields = tuple(one for one in names if isinstance(one, str))
    defaults = named.get("defaults") or ()
    values = dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=False))
    del machine
    return make_named_tuple(str(arguments[0]), fields, values)


def _chainmap(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    del machine
    made: dict[Any, Any] = {}
    for one in reversed(arguments):
        if isinstance(one, dict):
            made.update(one)
    return made


_COLLECTIONS = {
    "Counter": Counter,
    "OrderedDict": OrderedDict,
    "deque": deque,
    "defaultdict": FactoryDict,
    "namedtuple": Native("namedtuple", _namedtuple),
    "ChainMap": Native("ChainMap", _chainmap),
    "UserDict": dict,
    "UserList": list,
    "UserString": str,
    "abc": Unknown("collections.abc"),
}


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


_DATACLASSES = {
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


def _pass_through(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    return arguments[-1] if arguments else None


def _abstract(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    inner = arguments[0]
    inner = inner.getter if isinstance(inner, Property) else getattr(inner, "function", inner)
    if isinstance(inner, Function):
        inner.attributes = {**(inner.attributes or {}), "__isabstractmethod__": True}
    return arguments[0]


_ENUM: dict[str, Any] = {
    "Enum": Marker("enum", "Enum"),
    "IntEnum": Marker("int-enum", "IntEnum"),
    "StrEnum": Marker("str-enum", "StrEnum"),
    "Flag": Marker("flag", "Flag"),
    "IntFlag": Marker("flag", "IntFlag"),
    "auto": Marker("auto", "auto"),
    "unique": Native("unique", _pass_through),
}
_TYPING: dict[str, Any] = {
    name: Marker("typing", name)
    for name in [
        "Any",
        "Callable",
        "ClassVar",
        "Dict",
        "Final",
        "FrozenSet",
        "Generic",
        "Iterable",
        "Iterator",
        "List",
        "Literal",
        "Mapping",
        "MutableMapping",
        "Optional",
        "Protocol",
        "Sequence",
        "Set",
        "Tuple",
        "Type",
        "Union",
        "AnyStr",
        "Awaitable",
        "Deque",
        "Generator",
        "NoReturn",
        "Annotated",
        "TypeAlias",
        "Self",
        "Coroutine",
        "AsyncIterator",
        "DefaultDict",
        "Text",
        "Required",
        "NotRequired",
        "IO",
        "Hashable",
        "Collection",
        "Never",
        "LiteralString",
    ]
}
_TYPING |= {
    "NamedTuple": Marker("named-tuple", "NamedTuple"),
    "TypedDict": Marker("typed-dict", "TypedDict"),
    "TYPE_CHECKING": False,
    "cast": Native("cast", _pass_through),
    "TypeVar": Native("TypeVar", lambda _m, _a, _n: Marker("typing", "TypeVar")),
    "NewType": Native("NewType", lambda _m, _a, _n: Native("NewType", _pass_through)),
    "overload": Native("overload", _pass_through),
    "final": Native("final", _pass_through),
    "no_type_check": Native("no_type_check", _pass_through),
    "runtime_checkable": Native("runtime_checkable", _pass_through),
}
_ABC = {
    "ABC": Marker("typing", "ABC"),
    "ABCMeta": ABC_META,
    "abstractmethod": Native("abstractmethod", _abstract),
    "abstractproperty": BUILTINS["property"],
    "abstractclassmethod": BUILTINS["classmethod"],
    "abstractstaticmethod": BUILTINS["staticmethod"],
}
_STATISTICS: dict[str, Any] = {
    name: pure(f"statistics.{name}", getattr(statistics, name))
    for name in [
        "mean",
        "median",
        "median_low",
        "median_high",
        "mode",
        "multimode",
        "pstdev",
        "stdev",
        "variance",
        "pvariance",
        "fmean",
        "harmonic_mean",
        "geometric_mean",
        "quantiles",
    ]
}
_STATISTICS["StatisticsError"] = statistics.StatisticsError


def _lengthening(name: str, function: Callable[..., Any]) -> Native:
    """Model a function that may put one of its texts beside every line of another one."""
    inner = pure(name, function)

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        plain = [
            one.value if type(one) is Tainted else one for one in (*arguments, *named.values())
        ]
        texts = sorted(len(one) for one in plain if isinstance(one, str))
        if len(texts) > 1:
            machine.charge(texts[-1] * (1 + sum(texts[:-1])))
        return inner.function(machine, arguments, named)

    return Native(name, run)


_TEXTWRAP = {
    name: _lengthening(name, getattr(textwrap, name))
    for name in ("dedent", "fill", "shorten", "indent", "wrap")
}
_UNICODE = {name: pure(name, getattr(unicodedata, name)) for name in ("normalize", "category")}


def _random(name: str) -> Native:
    return Native(name, lambda _m, a, _n: Unknown(f"random.{name}()", is_tainted=is_touched(a)))


_RANDOM = {name: _random(name) for name in dir(random) if not name.startswith("_")}
_TRACEBACK = {
    name: Native(name, lambda _m, _a, _n: Unknown("traceback"))
    for name in ("format_exc", "print_exc", "print_stack", "format_exception")
}
_WARNINGS = {
    name: Native(name, lambda _m, _a, _n: None)
    for name in ("warn", "filterwarnings", "simplefilter")
}


def _import_module(machine: Machine, arguments: Arguments, named: Named) -> Any:
    name = arguments[0]
    importer = machine.frames[-1].module if machine.frames else None
    importer = importer or machine.modules.get(machine.span.file)
    if not isinstance(name, str) or importer is None:
        machine.gap("dynamic-code", f"Which module is imported is not known ({shown(name)}).")
        return Unknown(f"import_module({shown(name)})", is_tainted=is_touched(name))
    level = len(name) - len(name.lstrip("."))
    del named
    return machine.linker.import_module(machine, importer, name.lstrip("."), level)


def _same_namespace(machine: Machine, pair: Arguments, _n: Named) -> Any:
    if type(pair[1]) is not Instance or pair[1].cls is not _NAMESPACE:
        return NotImplemented
    return compare(machine, "==", pair[0].attributes, pair[1].attributes)


_NAMESPACE = Class("SimpleNamespace", (), {"__eq__": Native("__eq__", _same_namespace)}, None)


def _namespace(machine: Machine, arguments: Arguments, named: Named) -> Any:
    made = Instance(_NAMESPACE, machine.next_serial())
    for one in arguments:
        if isinstance(one, dict):
            made.attributes.update(one)
    made.attributes.update(named)
    return made


_IMPORTLIB = {"import_module": Native("import_module", _import_module)}
_TYPES: dict[str, Any] = {
    "SimpleNamespace": Native("SimpleNamespace", _namespace),
    "MappingProxyType": Native("MappingProxyType", lambda _m, a, _n: a[0]),
    "NoneType": type(None),
}
_LOGGING = {
    name: getattr(logging, name)
    for name in ("DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL", "FATAL", "NOTSET")
}
_ORDERED = ordered_modules()


def _package(name: str, inner: str) -> Callable[[Machine], NativeModule]:
    def make(machine: Machine) -> NativeModule:
        return NativeModule(name, {inner: LIBRARY[f"{name}.{inner}"](machine)})

    return make


_PURE_MODULES = {
    name: _module(
        name,
        {
            **{one: pure(f"{name}.{one}", function) for one, function in members.items()},
            **_ORDERED.get(name, {}),
        },
    )
    for name, members in pure_functions.items()
}

LIBRARY: dict[str, Callable[[Machine], NativeModule]] = {
    **_PURE_MODULES,
    "heapq": _module("heapq", _ORDERED["heapq"]),
    "bisect": _module("bisect", _ORDERED["bisect"]),
    "importlib": _module("importlib", _IMPORTLIB),
    "types": _module("types", _TYPES),
    "logging": _module("logging", _LOGGING),
    "configparser": configparser_module,
    "dotenv": dotenv_module,
    "decouple": decouple_module,
    "tomllib": toml_module,
    "tomli": toml_module,
    "toml": toml_module,
    "concurrent.futures": futures_module,
    "concurrent": _package("concurrent", "futures"),
    "urllib": _package("urllib", "parse"),
    "queue": queue_module,
    "math": _module("math", _MATH),
    "string": _module("string", _STRING),
    "operator": _module("operator", _operator_members()),
    "collections": _module("collections", _COLLECTIONS),
    "dataclasses": _module("dataclasses", _DATACLASSES),
    "enum": _module("enum", _ENUM),
    "typing": _module("typing", _TYPING),
    "typing_extensions": _module("typing", _TYPING),
    "collections.abc": _module("collections.abc", _TYPING),
    "abc": _module("abc", _ABC),
    "statistics": _module("statistics", _STATISTICS),
    "textwrap": _module("textwrap", _TEXTWRAP),
    "unicodedata": _module("unicodedata", _UNICODE),
    "random": _module("random", _RANDOM),
    "traceback": _module("traceback", _TRACEBACK),
    "warnings": _module("warnings", _WARNINGS),
    "__future__": _module("__future__", {}),
    "argparse": argparse_module,
    "asyncio": asyncio_module,
    "threading": threading_module,
    "multiprocessing": threading_module,
    "contextlib": contextlib_module,
    "re": re_module,
    "functools": functools_module,
    "itertools": itertools_module,
    "json": json_module,
    "simplejson": json_module,
    "yaml": yaml_module,
    "copy": copy_module,
    "decimal": decimal_module,
    "csv": csv_module,
    "io": io_module,
    "os": os_module,
    "os.path": os_path_module,
    "pathlib": pathlib_module,
    "sys": sys_module,
    "codecs": io_module,
}
