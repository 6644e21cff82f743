"""Where the source calls an API, as far as the eye can see, and from where it may be reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chameleonapi.analysis.frontend.call_shapes import CallShape, can_take
from chameleonapi.analysis.frontend.own_objects import OwnObjects
from chameleonapi.analysis.frontend.parsing import Source
from chameleonapi.decision import Span

__all__ = ["CallPlace", "Outline", "find_entries", "find_places", "outline", "units_around"]

_ADDRESSES = ("vision.googleapis.com", "language.googleapis.com")
_CLIENTS = frozenset(
    [
        "ImageAnnotatorClient",
        "ImageAnnotatorAsyncClient",
        "LanguageServiceClient",
        "LanguageServiceAsyncClient",
    ]
)
_SERVICES = frozenset({"rekognition", "comprehend"})
_PASSING = frozenset(
    [
        "property",
        "staticmethod",
        "classmethod",
        "setter",
        "getter",
        "cached_property",
        "wraps",
        "lru_cache",
        "cache",
        "contextmanager",
        "abstractmethod",
        "overload",
        "dataclass",
    ]
)
_HOLDING = frozenset({"partial", "partialmethod", "dict", "OrderedDict", "MappingProxyType"})
_CALLED = 4  # from this rank on, a root is called by others too
_HANDLERS = frozenset(
    [
        "lambda_handler",
        "handler",
        "main",
        "run",
        "on_message",
        "on_photo",
        "handle_message",
        "process",
        "predict",
        "analyze",
        "classify",
        "index",
        "post",
        "get",
    ]
)


@dataclass(slots=True)
class Unit:
    """A function, a method, or the top level of a module.

    ``calls`` are all names that stand in it, ``asked`` those that it calls there and then, and with
    what.
    """

    file: str
    name: str
    node: ast.AST
    decorators: tuple[str, ...] = ()
    owner: str = ""
    calls: set[str] = field(default_factory=set)
    asked: set[tuple[str, CallShape]] = field(default_factory=set)
    has_place: bool = False
    has_client: bool = False


@dataclass(frozen=True, slots=True)
class CallPlace:
    """A call that looks like one of an API."""

    file: str
    method: str
    node: ast.Call


@dataclass(slots=True)
class Outline:
    """All units of a project."""

    units: list[Unit]
    places: list[CallPlace]
    reaching: set[str]  # simple names of functions from which a call may be reached


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def outline(sources: Mapping[str, Source], methods: frozenset[str]) -> Outline:
    """Return the units of a project, which call what, and the places that look like API calls."""
    units: list[Unit] = []
    places: list[CallPlace] = []
    for file, source in sources.items():
        top = Unit(file, "<module>", source.tree)
        units.append(top)
        _walk(source.tree, top, units, "", "")
    defined = {unit.name.rsplit(".", 1)[-1] for unit in units}
    own = OwnObjects.of(sources)
    addresses = _address_names(sources)
    for unit in units:
        for node in _own_nodes(unit.node):
            if isinstance(node, ast.Call):
                name = _last_name(node.func)
                unit.asked.add((name, CallShape.of(node)))
                if name in ("annotate", "annotateText") and _is_resource(node.func):
                    unit.has_place = True
                if (
                    isinstance(node.func, ast.Attribute)
                    and name in methods
                    and not _is_local(node.func, unit, units)
                    and not own.has_method(node.func)
                ):
                    places.append(CallPlace(unit.file, name, node))
                    unit.has_place = True
                if name == "build" and any(
                    isinstance(one, ast.Constant) and one.value in {"vision", "language"}
                    for one in node.args
                ):
                    unit.has_client = True
            if isinstance(node, ast.Name):
                unit.calls.add(node.id)
            elif isinstance(node, ast.Attribute):
                unit.calls.add(node.attr)
                if node.attr in methods and node.attr not in defined:
                    unit.has_place = True
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if any(one in node.value for one in _ADDRESSES):
                    unit.has_place = True
                unit.has_client |= node.value in _SERVICES
        unit.has_client |= bool(unit.calls & _CLIENTS)
        unit.has_place |= not addresses.isdisjoint(unit.calls)
    if not any(unit.has_place for unit in units):
        # no call stands open to the eye: begin wherever a client is made
        for unit in units:
            unit.has_place = unit.has_client
    reaching = {unit.name.rsplit(".", 1)[-1] for unit in units if unit.has_place}
    reaching.discard("<module>")
    tables = _tables(sources)
    # a class reaches what its constructor reaches
    changed = True
    while changed:
        changed = False
        for table, names in tables:
            if table not in reaching and names & reaching:
                reaching.add(table)
                changed = True
        for unit in units:
            simple = unit.name.rsplit(".", 1)[-1]
            if simple in ("__init__", "__call__", "__enter__", "__iter__") and unit.owner:
                simple = unit.owner
            is_new = simple != "<module>" and simple not in reaching
            if is_new and (unit.has_place or unit.calls & reaching):
                reaching.add(simple)
                changed = True
                if simple == "run" and unit.owner:
                    reaching.add("start")  # of a thread
    return Outline(units, places, reaching)


def _tables(sources: Mapping[str, Source]) -> list[tuple[str, set[str]]]:
    """Return the variables that hold functions without calling them, and the names of those.

    Whoever looks a function up in such a table (``TASKS = {"labels": detect}``) may call it. What
    a function keeps to itself is no matter here: it names the functions, so it reaches them.
    """
    found: list[tuple[str, set[str]]] = []
    for source in sources.values():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                targets, value = [node.target], node.value
            else:
                continue
            names = set(_held(value))
            if names:
                found += [(_last_name(one), names) for one in targets if _last_name(one)]
    return found


def _held(value: ast.expr) -> Iterator[str]:
    """Yield the simple names of what a display or a partial call holds."""
    parts: list[ast.expr] = []
    if isinstance(value, ast.Dict):
        parts = value.values
    elif isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        parts = value.elts
    elif isinstance(value, ast.Call):
        parts = [*value.args, *(one.value for one in value.keywords)]
        if _last_name(value.func) not in _HOLDING:
            return
    for one in parts:
        if isinstance(one, (ast.Name, ast.Attribute)):
            yield _last_name(one)
        else:
            yield from _held(one)


def _is_resource(func: ast.expr) -> bool:
    """Return whether it is a method of ``service.images()`` or ``service.documents()``."""
    return isinstance(func, ast.Attribute) and _last_name(func.value) in {"images", "documents"}


def _address_names(sources: Mapping[str, Source]) -> set[str]:
    """Return the simple names of variables and attributes that hold an address of an API."""
    assigned: list[tuple[ast.expr, ast.expr]] = []
    for source in sources.values():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Assign):
                assigned += [(target, node.value) for target in node.targets]
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                assigned.append((node.target, node.value))
    found: set[str] = set()
    changed = True
    while changed:
        changed = False
        for target, value in assigned:
            name = _last_name(target)
            if name and name not in found and _is_address(value, found):
                found.add(name)
                changed = True
    return found


def _is_address(value: ast.expr, names: set[str]) -> bool:
    # A text, or text put together of such; what a call makes of one is something else.
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and any(one in value.value for one in _ADDRESSES)
    if isinstance(value, (ast.Name, ast.Attribute)):
        return _last_name(value) in names
    if isinstance(value, ast.JoinedStr):
        return any(_is_address(one, names) for one in value.values)
    if isinstance(value, ast.FormattedValue):
        return _is_address(value.value, names)
    if isinstance(value, ast.BinOp):
        return _is_address(value.left, names) or _is_address(value.right, names)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.func.attr == "format" and _is_address(value.func.value, names)
    return False


def _is_local(func: ast.Attribute, unit: Unit, units: list[Unit]) -> bool:
    # self.detect_labels(...) where the class defines it is the application's own
    if isinstance(func.value, ast.Name) and func.value.id in {"self", "cls"} and unit.owner:
        return any(one.owner == unit.owner and one.name.endswith(f".{func.attr}") for one in units)
    return False


def _walk(node: ast.AST, parent: Unit, units: list[Unit], prefix: str, owner: str) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            name = f"{prefix}{child.name}"
            names = tuple(_last_name(one) for one in child.decorator_list)
            unit = Unit(parent.file, name, child, names, owner)
            units.append(unit)
            _walk(child, unit, units, f"{name}.<locals>.", "")
        elif isinstance(child, ast.ClassDef):
            _walk(child, parent, units, f"{prefix}{child.name}.", child.name)
        else:
            _walk(child, parent, units, prefix, owner)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    stack = list(ast.iter_child_nodes(node))
    while stack:
        one = stack.pop()
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            stack.extend(one.decorator_list)
            continue
        yield one
        stack.extend(ast.iter_child_nodes(one))


def find_entries(found: Outline, chosen: frozenset[str]) -> list[tuple[str, str, bool, bool]]:
    """Return (file, name, is named, is called) of the roots that may reach a call, best first.

    A call whose arguments a function cannot take is none of it.

    Args:
        found: the outline.
        chosen: the files whose units may be entries.
    """
    ranked: list[tuple[int, int, str, str, bool]] = []
    called: set[str] = set()
    asked: dict[str, set[CallShape]] = {}
    for unit in found.units:
        simple = unit.name.rsplit(".", 1)[-1]
        called |= {name for name in unit.calls if name != simple}
        for name, shape in unit.asked:
            if name != simple:
                asked.setdefault(name, set()).add(shape)
    for position, unit in enumerate(found.units):
        if unit.file not in chosen:
            continue
        reaches = unit.has_place or bool(unit.calls & found.reaching)
        if not reaches or ".<locals>." in unit.name:
            continue
        simple = unit.name.rsplit(".", 1)[-1]
        if unit.name == "<module>":
            rank = 0
        elif any(one and one not in _PASSING for one in unit.decorators):
            rank = 1
        elif simple not in called:
            rank = 2 if simple in _HANDLERS or not simple.startswith("_") else 3
        elif simple in _HANDLERS:
            rank = 4
        elif unit.has_place:
            rank = 6
        else:
            rank = 5
        is_asked = any(_takes(unit, one) for one in asked.get(simple, ()))
        ranked.append((rank, position, unit.file, unit.name, is_asked))
    return [
        (file, name, rank >= _CALLED, rank >= _CALLED and is_asked)
        for rank, _, file, name, is_asked in sorted(ranked)
    ]


def _takes(unit: Unit, shape: CallShape) -> bool:
    if not isinstance(unit.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    if any(one not in _PASSING for one in unit.decorators):
        return True  # a decorator may have changed what it takes
    return can_take(unit.node, shape, is_method=bool(unit.owner))


def units_around(outline: Outline, span: Span) -> frozenset[str]:
    """Return the names of the functions and classes in which a place stands."""
    names = {
        name
        for one in outline.units
        if one.file == span.file and isinstance(one.node, ast.FunctionDef | ast.AsyncFunctionDef)
        if one.node.lineno <= span.line <= (one.node.end_lineno or span.line)
        for name in (one.name, one.name.rpartition(".")[0])
    }
    return frozenset(names - {""})


def find_places(found: Outline) -> list[CallPlace]:
    """Return the places that look like API calls, in source order."""
    return sorted(found.places, key=lambda one: (one.file, one.node.lineno, one.node.col_offset))
