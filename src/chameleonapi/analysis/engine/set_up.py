"""What one method of an object leaves for another one: a client that ``connect()`` makes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from chameleonapi.analysis.engine.objects import MISSING, Instance, lookup
from chameleonapi.analysis.frontend.discovery import Unit

__all__ = ["methods_before"]


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
