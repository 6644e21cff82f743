"""Which names belong to which scope, decided before anything runs, as Python does it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from chameleonapi.analysis.frontend.mangling import unmangle

__all__ = ["Scope", "bound_names", "has_yield"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True)
class Scope:
    """A module, class body, function or comprehension.

    ``kind`` is ``module``, ``class``, ``function`` or ``comprehension``.
    """

    kind: str
    parent: Scope | None = None
    names: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    outer_names: set[str] = field(default_factory=set)
    qualname: str = ""

    def resolve(self, name: str) -> int | None:
        """Return how many frames up a name lives; None for a global or built-in name."""
        scope: Scope | None = self
        hops = 0
        while scope is not None:
            if scope.kind == "module" or name in scope.global_names:
                return None
            visible = hops == 0 or scope.kind != "class"
            if visible and name in scope.names and name not in scope.outer_names:
                return hops
            scope = scope.parent
            hops += 1
        return None

    def inner(self, name: str) -> str:
        """Return the qualified name of something defined here."""
        if not self.qualname:
            return name
        if self.kind == "class":
            return f"{self.qualname}.{unmangle(self.qualname.rsplit('.', 1)[-1], name)}"
        marker = ".<locals>" if self.kind == "function" else ""
        return f"{self.qualname}{marker}.{name}"


def bound_names(body: Iterable[ast.AST]) -> tuple[set[str], set[str], set[str]]:
    """Return the names that a body binds, declares global, and declares nonlocal."""
    names: set[str] = set()
    global_names: set[str] = set()
    outer: set[str] = set()
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            stack.extend(node.decorator_list)
            if isinstance(node, ast.ClassDef):
                stack.extend(node.bases)
            else:
                stack.extend(node.args.defaults)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, _COMPREHENSIONS):
            names |= _walrus_names(node)
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                names.add(one.asname or one.name.split(".")[0])
        elif (isinstance(node, ast.ExceptHandler) and node.name) or (
            isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name
        ):
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        elif isinstance(node, ast.Global):
            global_names.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            outer.update(node.names)
        stack.extend(ast.iter_child_nodes(node))
    return names, global_names, outer


def _walrus_names(node: ast.AST) -> set[str]:
    # In a comprehension a walrus binds in the function around it.
    return {
        one.target.id
        for one in ast.walk(node)
        if isinstance(one, ast.NamedExpr) and isinstance(one.target, ast.Name)
    }


def has_yield(body: Iterable[ast.AST]) -> bool:
    """Tell whether a body yields itself (and not only a function inside it)."""
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)):
            stack.extend(ast.iter_child_nodes(node))
    return False
