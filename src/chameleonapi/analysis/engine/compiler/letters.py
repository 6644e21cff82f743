"""Texts of which some letters are kept: ``"".join(one for one in text if one.isdigit())``.

Gone through letter by letter, a text would be asked as many questions as it has letters. Put
together again with nothing between them, the letters are a pure function of the text; so is
whether there are any (``any(one.isdigit() for one in text)``), and how many.
"""

from __future__ import annotations

import ast
from typing import Any, Final

from chameleonapi.analysis.engine.compiler.base import Code, Compiler
from chameleonapi.analysis.engine.compiler.word_loops import is_plain
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.lifting import lift
from chameleonapi.analysis.engine.operations import length, truth
from chameleonapi.analysis.engine.values import Tainted
from chameleonapi.decision.text_rules import KEPT_LETTERS, TEXT_CALLS

__all__ = ["asked_letters", "kept_letters"]

_COUNTING: Final = frozenset({"sum", "len"})
_ASKING: Final = frozenset({"any", "all"}) | _COUNTING
_Kept = tuple[ast.expr, str, ast.expr | None]  # what of, which operation, the letters asked for


def kept_letters(c: Compiler, node: ast.Call) -> Code | None:
    """Return what runs such a call where the text is data of the answer, None if it is none.

    What is returned yields None where it has to be run as it is.
    """
    func = node.func
    if (
        not isinstance(func, ast.Attribute)
        or func.attr != "join"
        or not isinstance(func.value, ast.Constant)
        or func.value.value != ""
        or len(node.args) != 1
        or node.keywords
    ):
        return None
    found = _filtered(node.args[0]) or _comprehended(node.args[0])
    if found is None:
        return None
    return _keeping(c, node, found)


def asked_letters(c: Compiler, node: ast.Call) -> Code | None:
    """Return what runs a call that asks whether any or all letters are so, or how many are."""
    if not isinstance(node.func, ast.Name) or node.func.id not in _ASKING:
        return None
    if len(node.args) != 1 or node.keywords:
        return None
    name = node.func.id
    found = _counted(node.args[0]) if name in _COUNTING else None
    found = found or _each(node.args[0], is_turned=name == "all")
    if found is None or (name == "len" and not isinstance(node.args[0], ast.ListComp)):
        return None
    kept = _keeping(c, node, found)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        if name in frame.module.vars:
            return None
        letters = kept(frame)
        if letters is None:
            return None
        if name in _COUNTING:
            return length(machine, letters)
        return truth(machine, letters) is (name == "any")

    return run


def _keeping(c: Compiler, node: ast.Call, found: _Kept) -> Code:
    """Return what gives the letters that are kept, or None if the text is no data."""
    source, name, letters = found
    text, asked, span = c.expr(source), c.optional(letters), c.span(node)

    def run(frame: Frame) -> Any:
        value = text(frame)
        if type(value) is not Tainted or not isinstance(value.value, str):
            return None
        more: tuple[Any, ...] = ()
        if letters is not None:
            given = asked(frame)
            if type(given) is not str:
                return None
            more = (given,)
        frame.machine.span = span
        shown = f"letters of {value.expression.text}"
        return lift(frame.machine, name, TEXT_CALLS[name], (value, *more), shown)

    return run


def _filtered(node: ast.expr) -> _Kept | None:
    """Return what ``filter(str.isdigit, text)`` asks."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "filter"
        and len(node.args) == 2
        and isinstance(node.args[0], ast.Attribute)
        and isinstance(node.args[0].value, ast.Name)
        and node.args[0].value.id == "str"
        and node.args[0].attr in KEPT_LETTERS
        and is_plain(node.args[1])
    ):
        return node.args[1], f"keep {node.args[0].attr}", None
    return None


def _comprehended(node: ast.expr) -> _Kept | None:
    """Return what a comprehension over letters asks of each."""
    if not isinstance(node, ast.GeneratorExp | ast.ListComp) or len(node.generators) != 1:
        return None
    (loop,) = node.generators
    if (
        not isinstance(loop.target, ast.Name)
        or not isinstance(node.elt, ast.Name)
        or node.elt.id != loop.target.id
        or len(loop.ifs) != 1
        or loop.is_async
        or not is_plain(loop.iter)
    ):
        return None
    return _kept_by(loop.ifs[0], loop, is_turned=False)


def _counted(node: ast.expr) -> _Kept | None:
    """Return what ``sum(1 for one in text if one.isdigit())`` and the like ask of each letter."""
    if (
        isinstance(node, ast.GeneratorExp | ast.ListComp)
        and len(node.generators) == 1
        and len(node.generators[0].ifs) == 1
        and isinstance(node.elt, ast.Constant | ast.Name)
        and (not isinstance(node.elt, ast.Constant) or node.elt.value == 1)
    ):
        return _kept_by(node.generators[0].ifs[0], node.generators[0], is_turned=False)
    return None


def _each(node: ast.expr, *, is_turned: bool) -> _Kept | None:
    """Return what is asked of each letter, or the opposite of it."""
    if isinstance(node, ast.GeneratorExp | ast.ListComp) and len(node.generators) == 1:
        (loop,) = node.generators
        return None if loop.ifs else _kept_by(node.elt, loop, is_turned=is_turned)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "map":
        kept = _filtered(ast.Call(ast.Name("filter", ast.Load()), node.args, node.keywords))
        if kept is not None and is_turned:
            return kept[0], kept[1].replace("keep", "drop"), None
        return kept
    return None


def _kept_by(test: ast.expr, loop: ast.comprehension, *, is_turned: bool) -> _Kept | None:
    """Return which letters a test keeps, or those that it drops."""
    if not isinstance(loop.target, ast.Name) or loop.is_async or not is_plain(loop.iter):
        return None
    way = "drop" if is_turned else "keep"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, way = test.operand, "keep" if is_turned else "drop"
    name = loop.target.id
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute):
        owner = test.func.value
        is_asked = isinstance(owner, ast.Name) and owner.id == name
        if is_asked and not test.args and test.func.attr in KEPT_LETTERS:
            return loop.iter, f"{way} {test.func.attr}", None
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.left, ast.Name):
        letters, op = test.comparators[0], test.ops[0]
        if test.left.id == name and is_plain(letters) and isinstance(op, ast.In | ast.NotIn):
            is_kept = isinstance(op, ast.In) is (way == "keep")
            return loop.iter, "keep in" if is_kept else "drop in", letters
    return None
