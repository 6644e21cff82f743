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
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary
from chameleonapi.analysis.engine.classes import (
    make_named_tuple,
)
from chameleonapi.analysis.engine.comparing import compare
from chameleonapi.analysis.engine.items import FactoryDict
from chameleonapi.analysis.engine.library.argparsing import argparse_module
from chameleonapi.analysis.engine.library.concurrency import asyncio_module, threading_module
from chameleonapi.analysis.engine.library.configuration import configparser_module, toml_module
from chameleonapi.analysis.engine.library.contexts import contextlib_module
from chameleonapi.analysis.engine.library.data_classes import DATACLASSES
from chameleonapi.analysis.engine.library.decimals import decimal_module
from chameleonapi.analysis.engine.library.functions import functools_module, itertools_module
from chameleonapi.analysis.engine.library.interpreted import INTERPRETED
from chameleonapi.analysis.engine.library.operator_functions import operator_members
from chameleonapi.analysis.engine.library.pure import guarded, lengthening, pure
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
from chameleonapi.analysis.engine.library.two_pythons import (
    builtins_module,
    future_utils_module,
    moves_module,
    six_module,
)
from chameleonapi.analysis.engine.library.type_markers import ABC, ENUM, TYPING
from chameleonapi.analysis.engine.library.workers import futures_module, queue_module
from chameleonapi.analysis.engine.library.yaml_files import yaml_module
from chameleonapi.analysis.engine.lifting import (
    is_touched,
    shown,
)
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Class, Instance
from chameleonapi.analysis.engine.values import (
    Native,
    NativeModule,
    Unknown,
)

__all__ = ["LIBRARY"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _module(name: str, members: dict[str, Any]) -> Callable[[Machine], NativeModule]:
    return lambda _machine: NativeModule(name, dict(members))


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
    name: guarded(f"math.{name}", getattr(math, name)) for name in ("factorial", "comb", "perm")
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


def _product(machine: Machine, source: Any) -> Any:
    total: Any = 1
    for one in machine.linker.items(machine, source):
        total = binary(machine, "*", total, one)
    return total


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


_TEXTWRAP = {
    name: lengthening(name, getattr(textwrap, name))
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
    **INTERPRETED,
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
    "operator": _module("operator", operator_members()),
    "collections": _module("collections", _COLLECTIONS),
    "dataclasses": _module("dataclasses", DATACLASSES),
    "enum": _module("enum", ENUM),
    "typing": _module("typing", TYPING),
    "typing_extensions": _module("typing", TYPING),
    "collections.abc": _module("collections.abc", TYPING),
    "abc": _module("abc", ABC),
    "statistics": _module("statistics", _STATISTICS),
    "textwrap": _module("textwrap", _TEXTWRAP),
    "unicodedata": _module("unicodedata", _UNICODE),
    "random": _module("random", _RANDOM),
    "traceback": _module("traceback", _TRACEBACK),
    "warnings": _module("warnings", _WARNINGS),
    "__future__": _module("__future__", {}),
    "builtins": builtins_module,
    "__builtin__": builtins_module,
    "future.builtins": builtins_module,
    "past.builtins": builtins_module,
    "six": six_module,
    "six.moves": moves_module,
    "six.moves.builtins": builtins_module,
    "future.utils": future_utils_module,
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
