"""What leads out of a branch or a loop, as far as the source shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

__all__ = ["can_leave", "leaves_early", "waits_for_flag"]

_EXITS = frozenset({"exit", "quit", "_exit", "abort", "usage", "error", "print_help"})


def leaves_early(body: list[ast.stmt]) -> bool:
    """Tell whether a branch ends in a way that goes no further, as guards do."""
    last = body[-1]
    if isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return not any(isinstance(one, (ast.For, ast.While)) for one in body[:-1])
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        func = last.value.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return name in _EXITS
    return False


def waits_for_flag(node: ast.While) -> bool:
    """Tell whether a loop goes on until something in it sets a flag that its test asks for."""
    asked = {
        ast.dump(one) for one in ast.walk(node.test) if isinstance(one, ast.Name | ast.Attribute)
    }
    asked = {one.replace("Load()", "Store()") for one in asked}
    is_set = False
    for one in _statements(node.body):
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(one, ast.Assign):
            targets, value = one.targets, one.value
        elif isinstance(one, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor):
            targets = [one.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Name | ast.Attribute) and ast.dump(part) in asked:
                    if not (isinstance(value, ast.Constant) and isinstance(value.value, bool)):
                        return False
                    is_set = True
    return is_set


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for one in body:
        for node in ast.walk(one):
            if isinstance(node, ast.stmt):
                yield node


def can_leave(body: Sequence[ast.AST]) -> bool:
    """Tell whether a statement in a loop leads out of it, other than an exception of a call."""
    for node in body:
        if isinstance(node, (ast.Return, ast.Raise, ast.Break, ast.Yield, ast.YieldFrom)):
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, (ast.While, ast.For, ast.AsyncFor)):
            if any(
                isinstance(one, (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom))
                for part in node.body
                for one in ast.walk(part)
            ) or can_leave(node.orelse):
                return True
            continue
        if can_leave(list(ast.iter_child_nodes(node))):
            return True
    return False
