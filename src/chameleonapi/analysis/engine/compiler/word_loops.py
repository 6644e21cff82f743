"""Loops that only ask whether one of several constants fits: they put one question, not many.

``any(word in label for word in WORDS)``, and ``for word in WORDS: if word in label: return True``
where nothing afterwards asks which word it was.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chameleonapi.analysis.engine.asked_at_once import find
from chameleonapi.analysis.engine.compiler.assignments import store
from chameleonapi.analysis.engine.compiler.base import Compiler
from chameleonapi.analysis.engine.compiler.comprehensions import Plan
from chameleonapi.analysis.engine.frames import BREAK, Frame
from chameleonapi.analysis.engine.operations import truth

__all__ = ["is_plain", "joined_call", "joined_loop"]

_OPERATORS = (ast.In, ast.NotIn, ast.Eq, ast.NotEq)
_PATTERNS = frozenset({"search", "match", "fullmatch"})
_LISTS = (list, tuple, set, frozenset, dict)
_CONSTANTS = (str, int, float, tuple)
_NAMES = {"any": True, "all": False}
"""Built-in functions of such loops, and the truth value that ends them."""


def joined_call(c: Compiler, node: ast.Call) -> Callable[[Frame], Any] | None:
    """Return what runs ``any(... for ...)`` at once, None if it is no such call.

    What is returned yields the truth value, or None if the name stands for something else.
    """
    if not isinstance(node.func, ast.Name) or node.func.id not in _NAMES:
        return None
    if len(node.args) != 1 or node.keywords:
        return None
    loop = node.args[0]
    if not isinstance(loop, ast.GeneratorExp | ast.ListComp) or len(loop.generators) != 1:
        return None
    (inner,) = loop.generators
    if inner.ifs or inner.is_async or not _is_plain_test(loop.elt):
        return None
    name, wanted = node.func.id, _NAMES[node.func.id]
    plan, place = Plan(c, loop), c.span(loop.elt)
    bind, is_list = plan.loops[0][1], isinstance(loop, ast.ListComp)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        if name in frame.module.vars:
            return None
        inside, source = plan.start(frame)
        items = _constants(source)
        if items is None:
            asked: Iterable[Any] = (plan.value(inside) for _ in plan.rounds(inside, source))
            if is_list:
                asked = plan.collect(inside, source, plan.value)
            tests = (truth(machine, one) for one in machine.ticking(iter(asked)))
            return any(tests) if wanted else all(tests)

        def ask(item: Any) -> bool:
            bind(inside, item)
            value = plan.value(inside)
            machine.span = place
            return truth(machine, value)

        return (find(machine, items, ask, wanted=wanted) is not None) is wanted

    return run


def _constants(source: Any) -> Sequence[Any] | None:
    """Return the items of a list that holds nothing but constants, None of others."""
    if type(source) not in _LISTS or len(source) < 2:
        return None
    items = list(source)
    return items if all(type(one) in _CONSTANTS for one in items) else None


def joined_loop(c: Compiler, node: ast.For) -> Callable[[Frame, Any], Any] | None:
    """Return what runs such a loop at once, None if it is none.

    What is returned takes the frame and what is gone through, and yields whether it was run, and
    how it ended.
    """
    choice = node.body[0]
    if len(node.body) != 1 or not isinstance(choice, ast.If):
        return None
    targets = {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
    if (
        choice.orelse
        or not targets
        or not _is_plain_test(choice.test)
        or not _ends_or_sets(choice.body)
        or _is_read(c.body, node, choice.test, targets)
    ):
        return None
    test, place = c.expr(choice.test), c.span(choice.test)
    bind, body = store(c, node.target), c.block(choice.body)
    orelse = c.block(node.orelse) if node.orelse else None

    def run(frame: Frame, source: Any) -> Any:
        items = _constants(source)
        if items is None:
            return False, None
        machine = frame.machine

        def ask(item: Any) -> bool:
            bind(frame, item)
            value = test(frame)
            machine.span = place
            return truth(machine, value)

        found = find(machine, items, ask, wanted=True)
        bind(frame, items[-1 if found is None else found])
        signal = body(frame) if found is not None else None
        if signal is not None:
            return True, None if signal == BREAK else signal
        return True, orelse(frame) if orelse is not None else None

    return run


def _ends_or_sets(body: Sequence[ast.stmt]) -> bool:
    """Tell whether it makes no difference how many rounds come to this."""
    if any(isinstance(part, ast.Continue) for one in body for part in ast.walk(one)):
        return False
    if isinstance(body[-1], ast.Return | ast.Raise | ast.Break):
        return True
    return all(
        isinstance(one, ast.Pass)
        or (
            isinstance(one, ast.Assign)
            and isinstance(one.value, ast.Constant)
            and all(isinstance(target, ast.Name) for target in one.targets)
        )
        for one in body
    )


def _is_read(body: Iterable[ast.AST], loop: ast.For, test: ast.expr, targets: set[str]) -> bool:
    """Tell whether anything but the test asks which item it was."""
    inside = set(map(id, ast.walk(test)))
    if any(
        _reads(one, targets)
        for part in loop.body
        for one in ast.walk(part)
        if id(one) not in inside
    ):
        return True
    stack = list(body)
    while stack:
        one = stack.pop()
        if one is loop:
            stack += loop.orelse
            continue
        if _reads(one, targets):
            return True
        bound = _bound_by(one)
        if targets <= bound:  # another loop over the same names
            stack += getattr(one, "orelse", [])
            stack.append(one.iter if isinstance(one, ast.For) else one.generators[0].iter)  # type: ignore[attr-defined]
            continue
        stack += ast.iter_child_nodes(one)
    return False


def _reads(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names and not isinstance(node.ctx, ast.Store)
    return isinstance(node, ast.Global | ast.Nonlocal) and not names.isdisjoint(node.names)


def _bound_by(node: ast.AST) -> set[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.For):
        targets = [node.target]
    elif isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        targets = [one.target for one in node.generators]
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}


def _is_plain_test(node: ast.expr) -> bool:
    """Tell whether a condition compares texts, and does nothing else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _is_plain_test(node.operand)
    if isinstance(node, ast.Compare):
        return (
            len(node.ops) == 1
            and isinstance(node.ops[0], _OPERATORS)
            and all(map(is_plain, (node.left, *node.comparators)))
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner, name = node.func.value, node.func.attr
        if name not in {"startswith", "endswith"} and not (
            isinstance(owner, ast.Name) and owner.id == "re" and name in _PATTERNS
        ):
            return False
        return not node.keywords and all(map(is_plain, (owner, *node.args)))
    return False


def is_plain(node: ast.expr) -> bool:
    """Tell whether an expression reads something, and does nothing that is seen."""
    if isinstance(node, ast.Name | ast.Constant):
        return True
    if isinstance(node, ast.Attribute):
        return is_plain(node.value)
    if isinstance(node, ast.Subscript):
        return is_plain(node.value) and is_plain(node.slice)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod) and all(
            map(is_plain, (node.left, node.right))
        )
    if isinstance(node, ast.JoinedStr):
        return all(
            isinstance(one, ast.Constant)
            or (isinstance(one, ast.FormattedValue) and is_plain(one.value))
            for one in node.values
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        is_text = node.func.id == "str" and len(node.args) == 1 and not node.keywords
        return is_text and is_plain(node.args[0])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return (
            hasattr(str, node.func.attr)
            and not node.keywords
            and all(map(is_plain, (node.func.value, *node.args)))
        )
    return False
