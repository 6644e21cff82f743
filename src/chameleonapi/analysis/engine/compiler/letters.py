"""Texts of which some letters are kept: ``"".join(one for one in text if one.isdigit())``.

Gone through letter by letter, a text would be asked as many questions as it has letters. Put
together again with nothing between them, the letters are a pure function of the text.
"""

from __future__ import annotations

import ast
from typing import Any

from chameleonapi.analysis.engine.compiler.base import Code, Compiler
from chameleonapi.analysis.engine.compiler.word_loops import is_plain
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.lifting import lift
from chameleonapi.analysis.engine.values import Tainted
from chameleonapi.decision.text_rules import KEPT_LETTERS, TEXT_CALLS

__all__ = ["kept_letters"]

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
    test, way = loop.ifs[0], "keep"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, way = test.operand, "drop"
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
