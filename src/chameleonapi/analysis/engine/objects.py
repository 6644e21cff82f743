"""Classes of the application, and their instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chameleonapi.analysis.engine.values import Module, Unknown

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["MISSING", "Class", "Instance", "Layout", "Row", "lookup"]


class _Missing:
    """Says that there is no value."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


@dataclass(frozen=True, slots=True)
class Layout:
    """What the fields of a dataclass do not take part in."""

    without_init: frozenset[str] = frozenset()
    by_keyword: frozenset[str] = frozenset()
    init_only: frozenset[str] = frozenset()
    unshown: frozenset[str] = frozenset()
    uncompared: frozenset[str] = frozenset()
    has_order: bool = False
    has_equality: bool = True

    def with_field(
        self, name: str, annotation: str, options: Mapping[str, Any], *, is_keyword_only: bool
    ) -> Layout:
        """Return the layout with one more field."""
        found = {
            "without_init": options.get("init") is False,
            "by_keyword": is_keyword_only or options.get("kw_only") is True,
            "init_only": "InitVar" in annotation,
            "unshown": options.get("repr") is False or "InitVar" in annotation,
            "uncompared": options.get("compare") is False or "InitVar" in annotation,
        }
        changed = {
            one: (getattr(self, one) - {name}) | ({name} if holds else frozenset())
            for one, holds in found.items()
        }
        return replace(self, **changed)


class Class:
    """A class of the application.

    Attributes:
        bases: classes, built-in types, or unknowns (classes from elsewhere).
        order: the classes in which an attribute is looked for, itself first.
        native: the built-in type among the bases that gives instances their contents.
        fields: for dataclasses and named tuples, the names in order.
        is_frozen: a dataclass whose fields cannot be assigned.
        meta: its class, if that is one of the application.
    """

    __slots__ = (
        "bases",
        "doc",
        "field_defaults",
        "fields",
        "is_abstract",
        "is_enum",
        "is_flag",
        "is_frozen",
        "is_named_tuple",
        "is_protocol",
        "layout",
        "meta",
        "module",
        "name",
        "native",
        "order",
        "span",
        "unknown_base",
        "vars",
    )

    def __init__(
        self, name: str, bases: tuple[Any, ...], names: dict[str, Any], module: Module | None
    ) -> None:
        self.name = name
        self.bases = bases
        self.vars = names
        self.module = module
        self.doc: str | None = None
        self.span: Any = None
        self.fields: tuple[str, ...] | None = None
        self.field_defaults: dict[str, Any] = {}
        self.is_abstract = False
        self.is_enum = False
        self.is_flag = False
        self.is_protocol = False
        self.layout: Layout | None = None
        self.is_frozen = False
        self.is_named_tuple = False
        self.meta: Class | None = None
        self.native: type | None = None
        self.unknown_base: Unknown | None = None
        for base in bases:
            if isinstance(base, Class):
                self.native = self.native or base.native
                self.unknown_base = self.unknown_base or base.unknown_base
                self.is_enum = self.is_enum or base.is_enum
                self.is_flag = self.is_flag or base.is_flag
                self.is_frozen = self.is_frozen or base.is_frozen
                self.is_abstract = self.is_abstract or base.is_abstract
                self.layout = self.layout or base.layout
                self.meta = self.meta or base.meta
                self.is_named_tuple = self.is_named_tuple or base.is_named_tuple
                if base.fields is not None and self.fields is None:
                    self.fields = base.fields
                    self.field_defaults = dict(base.field_defaults)
            elif isinstance(base, Unknown):
                self.unknown_base = self.unknown_base or base
            elif isinstance(base, type) and base is not object:
                self.native = self.native or base
        self.order = _linearise(self)

    def __repr__(self) -> str:
        return f"<class {self.name!r}>"


def _linearise(cls: Class) -> tuple[Class, ...]:
    # C3, falling back to depth first where a hierarchy is inconsistent.
    if len(cls.bases) == 1 and isinstance(cls.bases[0], Class):
        return (cls, *cls.bases[0].order)
    lists = [list(base.order) for base in cls.bases if isinstance(base, Class)]
    lists.append([base for base in cls.bases if isinstance(base, Class)])
    merged = [cls]
    while any(lists):
        lists = [one for one in lists if one]
        head = next(
            (one[0] for one in lists if not any(one[0] in other[1:] for other in lists)),
            lists[0][0],
        )
        merged.append(head)
        lists = [[item for item in one if item is not head] for one in lists]
    return tuple(merged)


def lookup(cls: Class, name: str) -> Any:
    """Return what a class or its bases define under a name, or ``MISSING``."""
    for one in cls.order:
        if name in one.vars:
            return one.vars[name]
    return MISSING


class Instance:
    """An instance of a class of the application.

    ``payload`` is the contents where the class derives from a built-in type.
    """

    __slots__ = ("attributes", "cls", "payload", "serial")

    def __init__(self, cls: Class, serial: int) -> None:
        self.cls = cls
        self.attributes: dict[str, Any] = {}
        self.serial = serial
        self.payload: Any = None

    def __repr__(self) -> str:
        return f"<{self.cls.name} object>"


class Row(tuple[Any, ...]):  # noqa: SLOT001 - a tuple cannot have slots
    """An instance of a named tuple."""

    cls: Class

    def __new__(cls, owner: Class, items: tuple[Any, ...]) -> Self:
        """Make the tuple and remember its class."""
        made = super().__new__(cls, items)
        made.cls = owner
        return made
