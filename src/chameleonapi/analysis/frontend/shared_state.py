"""Globals that one function fills for another: what a handler finds there depends on the others."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["stored_by_functions"]

_FILLING = frozenset({"update", "setdefault"})


def stored_by_functions(tree: ast.Module) -> Iterator[str]:
    """Yield the names into which a function stores items: ``NAME[key] = value`` and the like."""
    for outer in ast.walk(tree):
        if not isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for node in ast.walk(outer):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                if isinstance(node.value, ast.Name):
                    yield node.value.id
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if node.func.attr in _FILLING and isinstance(owner, ast.Name):
                    yield owner.id
