"""Loops that fill a list, in one of their branches if not in all: whichever way a run takes."""

from __future__ import annotations

import ast

from chameleonapi.analysis.frontend.scopes import bound_names

__all__ = ["filled_lists"]

_ADDING = frozenset({"append", "extend", "insert"})


def filled_lists(node: ast.For | ast.AsyncFor) -> frozenset[str]:
    """Return the names of the lists that a loop adds to, and that are not made in it."""
    found = {
        one.func.value.id
        for part in node.body
        for one in ast.walk(part)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in _ADDING
        and isinstance(one.func.value, ast.Name)
    }
    return frozenset(found - bound_names(node.body)[0]) if found else frozenset()
