"""Loops that count the items of a list inside an element, such as the instances of a label.

``for box in label["Instances"]: n += 1`` adds how many there are.
How many rounds such a loop has is a number of the answer, and so is what it counts: without this,
a record would hold for lists with as many items as the answers that were tried.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary
from chameleonapi.analysis.engine.compiler.assignments import store
from chameleonapi.analysis.engine.compiler.base import Compiler
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.operations import length, truth
from chameleonapi.analysis.engine.values import SizedList, Tainted

__all__ = ["Counting", "counting"]

Settle = Callable[[], None]
Counting = Callable[[Frame, Any], Settle | None]
_LEAVING = (ast.Break, ast.Continue, ast.Return, ast.Raise)
_TESTING = (ast.If, ast.While, ast.IfExp, ast.Assert)


def counting(c: Compiler, node: ast.For | ast.AsyncFor) -> Counting | None:
    """Return what is done before a loop that counts its rounds, None if it does not count.

    That takes the list, and returns what has to be done when the loop has ended, if anything.
    """
    steps = _steps(node)
    if not steps:
        return None
    places = [
        (c.expr(_name(node, name, ast.Load())), store(c, _name(node, name, ast.Store())), step)
        for name, step in steps.items()
    ]

    def begin(frame: Frame, items: Any) -> Settle | None:
        if type(items) is not SizedList or items.size is None:
            return None
        if any(one.index < 0 for one in items.size.leaves):
            return None  # of the elements themselves, answers of any length are tried
        machine = frame.machine
        before = [read(frame) for read, _, _ in places]

        def settle() -> None:
            if not truth(machine, items):
                return  # what is counted is what it was: no number of the answer
            for (read, write, step), start in zip(places, before, strict=True):
                rounds = len(items)
                if _plain(read(frame)) != _plain(start) + step * rounds:
                    continue
                counted = length(machine, items)
                if step != 1:
                    counted = binary(machine, "*", counted, step)
                write(frame, binary(machine, "+", start, counted))

        return settle if all(isinstance(_plain(one), int) for one in before) else None

    return begin


def _plain(value: Any) -> Any:
    return value.value if type(value) is Tainted else value


def _name(node: ast.AST, name: str, context: ast.expr_context) -> ast.Name:
    return ast.copy_location(ast.Name(name, context), node)


def _steps(node: ast.For | ast.AsyncFor) -> dict[str, int]:
    """Return the names to which each round adds a number, whatever the item is."""
    every = [one for part in node.body for one in ast.walk(part)]
    if any(isinstance(one, _LEAVING) for one in every):
        return {}
    loop = {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
    added = list(_added(node.body, loop))
    stored = [
        one.id for one in every if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    ]
    asked = {
        name.id
        for one in every
        if isinstance(one, _TESTING)
        for name in ast.walk(one.test)
        if isinstance(name, ast.Name)
    }
    return {
        name: step
        for name, step in added
        if stored.count(name) == 1 and name not in asked and name not in loop
    }


def _added(body: Iterable[ast.stmt], loop: set[str]) -> Iterator[tuple[str, int]]:
    for one in body:
        if isinstance(one, ast.If):
            # asked once for all rounds: it is about something else than the item
            names = {part.id for part in ast.walk(one.test) if isinstance(part, ast.Name)}
            if names.isdisjoint(loop):
                yield from _added([*one.body, *one.orelse], loop)
        elif isinstance(one, ast.AugAssign) and isinstance(one.op, ast.Add):
            yield from _step(one.target, one.value)
        elif (
            isinstance(one, ast.Assign)
            and len(one.targets) == 1
            and isinstance(one.value, ast.BinOp)
            and isinstance(one.value.op, ast.Add)
            and isinstance(one.targets[0], ast.Name)
            and isinstance(one.value.left, ast.Name)
            and one.value.left.id == one.targets[0].id
        ):
            yield from _step(one.targets[0], one.value.right)


def _step(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, int]]:
    if (
        isinstance(target, ast.Name)
        and isinstance(value, ast.Constant)
        and type(value.value) is int
    ):
        yield target.id, value.value
