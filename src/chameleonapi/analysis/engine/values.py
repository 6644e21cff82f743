"""The values that flow through a run.

Ordinary Python values (text, numbers, lists, ...) carry themselves. Everything else that
an application can hold is one of the classes below: in particular its own functions and
classes are records here, never Python functions or types.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chameleonapi.analysis.expressions import Expression

if TYPE_CHECKING:
    from chameleonapi.analysis.engine.frames import Frame
    from chameleonapi.analysis.engine.machine import Machine

__all__ = [
    "LISTENER",
    "BoundMethod",
    "ClassMethod",
    "Columns",
    "Function",
    "Module",
    "Native",
    "NativeFunction",
    "NativeModule",
    "Opaque",
    "Parameters",
    "Property",
    "SizedList",
    "StaticMethod",
    "Tainted",
    "Unknown",
]


class _Listener(threading.local):
    """Who hears, in this thread, that a value of the answer is hashed."""

    hears: Callable[[Tainted], None] | None = None


LISTENER = _Listener()


class Tainted:
    """A value of the answer, or computed from it: what it is now, and how it came about.

    Hash and equality are those of the value, so that containers behave. Which values are one
    key of a container is a branch without a test: whoever runs hears of each hash.
    """

    __slots__ = ("expression", "value")

    def __init__(self, value: Any, expression: Expression) -> None:
        self.value = value
        self.expression = expression

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if type(other) is Tainted else other))

    def __hash__(self) -> int:
        made = hash(self.value)
        hears = LISTENER.hears
        if hears is not None:
            hears(self)
        return made

    def __repr__(self) -> str:
        return f"Tainted({self.value!r}, {self.expression.text})"


class Unknown:
    """A value that the analysis does not know, and where it came from.

    Attributes:
        path: dotted provenance, such as ``cv2.imread()``.
        is_tainted: computed from the answer by something that is not modelled.
        attributes: what the application has stored on it.
        parts: for a text that is known in part: its pieces.
        size: of how many characters those are that are known.
        made_of: for an object of a class from elsewhere: the class and the arguments.
        origin: what tells it from other unknowns, where the path does not say it: see ``origins``.
        owner: for an attribute: of what.
    """

    __slots__ = ("attributes", "is_tainted", "made_of", "origin", "owner", "parts", "path", "size")
    payload: Any = None  # the data of which it is the text, if that is known
    unchanged_by: frozenset[str] = frozenset()  # methods that give back the value itself

    def __init__(
        self, path: str, *, is_tainted: bool = False, parts: tuple[Any, ...] | None = None
    ) -> None:
        self.path = path if len(path) <= 160 else path[:159] + "…"
        self.is_tainted = is_tainted
        self.attributes: dict[str, Any] | None = None
        self.parts = parts
        self.size = 0
        self.made_of: tuple[str, tuple[Any, ...], dict[str, Any]] | None = None
        self.origin: str | None = None
        self.owner: Unknown | None = None

    def as_text(self, machine: Machine) -> Any:
        """Return the text that this is, as data of the answer, or None if it is not known."""
        del machine

    def __repr__(self) -> str:
        return f"Unknown({self.path})"


class Opaque:
    """Base of modelled objects that are neither plain values nor the application's own.

    Leaves say what an attribute is, and may be callable, iterable or indexable.
    """

    __slots__ = ()

    name = "object"
    escapes = False  # whether what is not modelled may change it: then ``escape`` is called

    def held(self) -> Any:
        """Return what tells it from others of its kind when it is handed on, None if nothing."""
        return None

    def bound_to(self, receiver: Any) -> Any:
        """Return what it is as an attribute of an instance whose class holds it."""
        del receiver
        return self

    def escape(self, *, is_tainted: bool) -> None:
        """Forget what it holds."""

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the attribute, or raise ``Raised(AttributeError)``."""
        from chameleonapi.analysis.engine.control import Raised

        del machine
        raise Raised(AttributeError(f"{self.name!r} object has no attribute {name!r}"))


NativeFunction = Callable[["Machine", tuple[Any, ...], dict[str, Any]], Any]


class Native:
    """A modelled function: takes the machine, positional and keyword arguments."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: NativeFunction) -> None:
        self.name = name
        self.function = function

    def __repr__(self) -> str:
        return f"<built-in function {self.name}>"


class NativeModule:
    """A module of the standard library of which some functions are modelled."""

    __slots__ = ("members", "name")

    def __init__(self, name: str, members: dict[str, Any]) -> None:
        self.name = name
        self.members = members

    def __repr__(self) -> str:
        return f"<module {self.name!r}>"


class Module:
    """A module of the application."""

    __slots__ = ("file", "has_unknown_star", "is_package", "name", "vars")

    def __init__(self, name: str, file: str, *, is_package: bool) -> None:
        self.name = name
        self.file = file
        self.is_package = is_package
        self.vars: dict[str, Any] = {}
        self.has_unknown_star = False

    def __repr__(self) -> str:
        return f"<module {self.name!r}>"


class Parameters:
    """The parameter list of a function, as compiled."""

    __slots__ = ("annotations", "keyword_only", "keywords", "names", "positional", "rest")

    def __init__(
        self,
        positional: tuple[str, ...],
        names: frozenset[str],
        keyword_only: tuple[str, ...],
        rest: str | None,
        keywords: str | None,
        annotations: tuple[Any, ...] = (),
    ) -> None:
        self.annotations = annotations  # code for those of the first positional parameters
        self.positional = positional
        self.names = names  # those that may be given by keyword
        self.keyword_only = keyword_only
        self.rest = rest
        self.keywords = keywords


class Function:
    """A function of the application."""

    __slots__ = (
        "attributes",
        "body",
        "defaults",
        "doc",
        "file",
        "is_async",
        "is_generator",
        "keyword_defaults",
        "module",
        "name",
        "outside",
        "owner",
        "parameters",
        "parent",
        "qualname",
        "span",
    )

    def __init__(
        self,
        name: str,
        qualname: str,
        parameters: Parameters,
        body: Any,
        parent: Frame,
        module: Module,
        span: Any,
    ) -> None:
        self.name = name
        self.qualname = qualname
        self.parameters = parameters
        self.body = body
        self.parent = parent
        self.module = module
        self.span = span
        self.defaults: tuple[Any, ...] = ()
        self.keyword_defaults: dict[str, Any] = {}
        self.is_generator = False
        self.is_async = False
        self.outside: tuple[str, ...] = ()  # names of the function around it that it may read
        self.owner: Any = None  # the class in whose body it stands, for super()
        self.attributes: dict[str, Any] | None = None
        self.doc: str | None = None

    def annotation(self, position: int) -> Any:
        """Return the annotation of a positional parameter, or None."""
        known = self.parameters.annotations
        code = known[position] if position < len(known) else None
        return None if code is None else code(self.parent)

    def __repr__(self) -> str:
        return f"<function {self.qualname}>"


class BoundMethod:
    """A function of the application together with its first argument."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Any, receiver: Any) -> None:
        self.function = function
        self.receiver = receiver

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is BoundMethod
            and other.function is self.function
            and other.receiver is self.receiver
        )

    def __hash__(self) -> int:
        return hash((id(self.function), id(self.receiver)))

    def __repr__(self) -> str:
        return f"<bound method {getattr(self.function, 'qualname', '?')}>"


class StaticMethod:
    """A function that takes no receiver."""

    __slots__ = ("function",)

    def __init__(self, function: Any) -> None:
        self.function = function


class ClassMethod:
    """A function whose receiver is the class."""

    __slots__ = ("function",)

    def __init__(self, function: Any) -> None:
        self.function = function


class Property:
    """A computed attribute; ``is_cached`` for ``functools.cached_property``."""

    __slots__ = ("deleter", "getter", "is_cached", "setter")

    def __init__(
        self, getter: Any, setter: Any = None, deleter: Any = None, *, is_cached: bool = False
    ) -> None:
        self.getter = getter
        self.setter = setter
        self.deleter = deleter
        self.is_cached = is_cached


class Columns(list[Any]):
    """A list of texts that was written item by item, ``[one, two]``: places matter, not names."""

    __slots__ = ("written",)

    def __init__(self, items: Any) -> None:
        super().__init__(items)
        self.written = len(self)

    @property
    def is_whole(self) -> bool:
        """Whether it is as long as it was written."""
        return len(self) == self.written


class SizedList(list[Any]):
    """A list that has as many items as the answer says; ``size`` is None once it was changed."""

    __slots__ = ("size",)

    def __init__(self, items: Any, size: Expression | None) -> None:
        super().__init__(items)
        self.size = size
