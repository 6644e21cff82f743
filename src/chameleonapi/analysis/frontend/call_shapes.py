"""How many arguments a call passes, and whether a function can take them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

__all__ = ["CallShape", "can_take"]

_BOUND_FIRST = 1  # ``self`` or ``cls``, which a call of a method does not write


@dataclass(frozen=True, slots=True)
class CallShape:
    """What a call passes.

    Attributes:
        count: positional arguments that are written out.
        names: keywords that are written out.
        is_open: whether ``*`` or ``**`` may pass more.
    """

    count: int
    names: frozenset[str]
    is_open: bool

    @classmethod
    def of(cls, node: ast.Call) -> CallShape:
        """Return the shape of a call."""
        names = frozenset(one.arg for one in node.keywords if one.arg is not None)
        stars = [one for one in node.args if isinstance(one, ast.Starred)]
        is_open = bool(stars) or any(one.arg is None for one in node.keywords)
        return cls(len(node.args) - len(stars), names, is_open)


def can_take(
    node: ast.FunctionDef | ast.AsyncFunctionDef, shape: CallShape, *, is_method: bool
) -> bool:
    """Return whether a function can be called so; a method bound to its object, or not."""
    return _binds(node.args, shape, 0) or (is_method and _binds(node.args, shape, _BOUND_FIRST))


def _binds(parameters: ast.arguments, shape: CallShape, bound: int) -> bool:
    positional = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    given = bound + shape.count
    if given > len(positional) and parameters.vararg is None:
        return False
    by_name = {one.arg for one in (*parameters.args, *parameters.kwonlyargs)}
    if shape.names & set(positional[:given]) & by_name:
        return False
    if shape.names - by_name and parameters.kwarg is None:
        return False
    if shape.is_open:
        return True
    needed = set(positional[given : len(positional) - len(parameters.defaults)])
    needed |= {
        one.arg
        for one, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True)
        if default is None
    }
    return needed <= shape.names
