"""What one function leaves for another one: a client that ``connect()`` makes.

Methods leave it in their object, functions in globals of their module.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable

from chameleonapi.analysis.engine.objects import MISSING, Instance, lookup
from chameleonapi.analysis.frontend.discovery import Unit

__all__ = ["functions_before", "methods_before"]


def functions_before(
    units: Iterable[Unit], entry: str, asking: Collection[str]
) -> list[tuple[str, frozenset[str]]]:
    """Return the functions of a module that make globals which an entry reads, in source order.

    Args:
        units: those of the module.
        entry: the name of the one that is looked at.
        asking: simple names of functions that ask an API: they are none that make things ready.

    Returns:
        The name of each, and the globals that it makes.
    """
    own = {one.name.rsplit(".", 1)[-1]: one for one in units if one.name != "<module>"}
    read: set[str] = set()
    reached: set[str] = set()
    queue = [entry.rsplit(".", 1)[-1]]
    while queue:
        name = queue.pop()
        if name in own and name not in reached:
            reached.add(name)
            read |= own[name].calls
            queue += own[name].calls
    found: list[tuple[str, frozenset[str]]] = []
    for name, unit in own.items():
        if name in reached or name in asking or "." in unit.name:
            continue
        made = read & _stored_globals(unit.node)
        if made:
            found.append((name, frozenset(made)))
    return found


def _stored_globals(node: ast.AST) -> set[str]:
    """Return the globals that a function stores into."""
    declared: set[str] = set()
    stored: set[str] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Global):
            declared.update(one.names)
        elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            stored.add(one.id)
    return declared & stored


def methods_before(instance: Instance, units: Iterable[Unit], method: str) -> list[str]:
    """Return the methods that have to run before another one finds all it reads of its object.

    Args:
        instance: as its constructor has left it.
        units: the methods of its class, in source order.
        method: the simple name of the one that is looked at.
    """
    own = {one.name.rsplit(".", 1)[-1]: one.node for one in units}
    if method not in own:
        return []
    wanted = _used(own, method, lambda node: isinstance(node.ctx, ast.Load))
    missing = {
        one for one in wanted - instance.attributes.keys() if lookup(instance.cls, one) is MISSING
    }
    found: list[str] = []
    for name, node in own.items():
        if name in (method, "__init__") or not missing:
            continue
        made = {one.attr for one in _of_self(node) if isinstance(one.ctx, ast.Store)}
        if missing & made:
            found.append(name)
            missing -= made
    return found


def _used(
    own: dict[str, ast.AST], method: str, is_wanted: Callable[[ast.Attribute], bool]
) -> set[str]:
    """Return the attributes that a method uses, and the methods that it calls."""
    found: set[str] = set()
    seen: set[str] = set()
    queue = [method]
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        names = {one.attr for one in _of_self(own[name]) if is_wanted(one)}
        queue += names & own.keys()
        found |= names - own.keys()
    return found


def _of_self(node: ast.AST) -> Iterable[ast.Attribute]:
    first = node.args.args[:1] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    names = {one.arg for one in first}
    for one in ast.walk(node):
        match one:
            case ast.Attribute(value=ast.Name(id=name)) if name in names:
                yield one
