"""Private names of classes, as the compiler of CPython rewrites them."""

from __future__ import annotations

import ast
import re

__all__ = ["mangle", "unmangle"]

_PRIVATE = re.compile(r"(?<!\w)__\w*[^\W_]_?(?!\w)")


def mangle(tree: ast.Module, text: str) -> None:
    """Rewrite ``__name`` in the classes of a module to ``_Class__name``, in place."""
    if _PRIVATE.search(text) is not None:
        _Mangler().visit(tree)


def unmangle(owner: str, name: str) -> str:
    """Return the name as it stands in the source of a class."""
    prefix = f"_{owner.lstrip('_')}__"
    return name[len(prefix) - 2 :] if name.startswith(prefix) else name


class _Mangler(ast.NodeTransformer):
    def __init__(self) -> None:
        self._owner = ""

    def _name(self, name: str) -> str:
        if not self._owner or not name.startswith("__") or name.endswith("__") or "." in name:
            return name
        return f"_{self._owner}{name}"

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._name(node.name)
        for part in (*node.bases, *node.keywords, *node.decorator_list):
            self.visit(part)
        outer, self._owner = self._owner, node.name.lstrip("_")
        for one in node.body:
            self.visit(one)
        self._owner = outer
        return node

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.name = self._name(node.name)
        return self.generic_visit(node)

    visit_FunctionDef = _definition  # noqa: N815 - the names that NodeTransformer looks for
    visit_AsyncFunctionDef = _definition  # noqa: N815 - likewise

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._name(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = self._name(node.attr)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._name(node.arg)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._name(one) for one in node.names]
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        node.names = [self._name(one) for one in node.names]
        return node
