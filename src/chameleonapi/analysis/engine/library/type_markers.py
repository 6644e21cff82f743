"""The modules ``enum``, ``typing`` and ``abc``: what they hold only marks classes and functions."""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.classes import (
    ABC_META,
    Marker,
)
from chameleonapi.analysis.engine.library.builtin_functions import BUILTINS
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import (
    Function,
    Native,
    Property,
)

Arguments = tuple[Any, ...]
Named = dict[str, Any]

__all__ = ["ABC", "ENUM", "TYPING"]


def _pass_through(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    return arguments[-1] if arguments else None


def _abstract(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    inner = arguments[0]
    inner = inner.getter if isinstance(inner, Property) else getattr(inner, "function", inner)
    if isinstance(inner, Function):
        inner.attributes = {**(inner.attributes or {}), "__isabstractmethod__": True}
    return arguments[0]


ENUM: dict[str, Any] = {
    "Enum": Marker("enum", "Enum"),
    "IntEnum": Marker("int-enum", "IntEnum"),
    "StrEnum": Marker("str-enum", "StrEnum"),
    "Flag": Marker("flag", "Flag"),
    "IntFlag": Marker("flag", "IntFlag"),
    "auto": Marker("auto", "auto"),
    "unique": Native("unique", _pass_through),
}

TYPING: dict[str, Any] = {
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
TYPING |= {
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

ABC = {
    "ABC": Marker("typing", "ABC"),
    "ABCMeta": ABC_META,
    "abstractmethod": Native("abstractmethod", _abstract),
    "abstractproperty": BUILTINS["property"],
    "abstractclassmethod": BUILTINS["classmethod"],
    "abstractstaticmethod": BUILTINS["staticmethod"],
}
