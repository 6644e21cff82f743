"""Conditions that are constant by their form: ``x == "A" or "B"``, ``x != "A" or x != "B"``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from chameleonapi.analysis.warnings.syntax import SyntaxIndex, Unit
from chameleonapi.decision import Notice

__all__ = ["constant_parts"]


def constant_parts(index: SyntaxIndex, unit: Unit) -> Iterator[Notice]:
    """Yield warnings about joined conditions that say nothing."""
    for node in unit.nodes:
        if not isinstance(node, ast.BoolOp):
            continue
        yield from _contradiction(index, unit, node)
        texts = [
            one.value
            for one in node.values
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value
        ]
        compared = [one for one in node.values if isinstance(one, ast.Compare)]
        if not texts or not compared:
            continue
        shown = " and ".join(map(repr, texts))
        if isinstance(node.op, ast.Or):
            message = (
                f"This is always true: {shown} stands alone, and a text that is not empty counts "
                "as true."
            )
        else:
            message = f"{shown} stands alone and is always true, so it adds nothing here."
        meant = [*_compared_texts(compared), *texts]
        yield Notice(
            "always-true",
            f"{message} Probably meant: a comparison with each of {', '.join(map(repr, meant))}.",
            index.span(unit.file, node),
            tuple(dict.fromkeys(meant)),
        )


def _contradiction(index: SyntaxIndex, unit: Unit, node: ast.BoolOp) -> Iterator[Notice]:
    """Yield a warning if one thing is to equal two texts, or to differ from one of two."""
    is_or = isinstance(node.op, ast.Or)
    wanted = ast.NotEq if is_or else ast.Eq
    texts: dict[str, dict[str, None]] = {}
    for one in node.values:
        if not isinstance(one, ast.Compare) or [type(op) for op in one.ops] != [wanted]:
            continue
        sides = (one.left, one.comparators[0])
        for side, other in (sides, sides[::-1]):
            if isinstance(side, ast.Constant) and isinstance(side.value, str) and side.value:
                texts.setdefault(ast.dump(other), {}).setdefault(side.value)
    for found in texts.values():
        if len(found) < 2:
            continue
        shown = " and ".join(map(repr, found))
        if is_or:
            code = "always-true"
            message = f"This is always true: nothing equals both {shown}. Probably meant: `and`."
        else:
            code = "always-false"
            message = f"This is never true: nothing equals both {shown}. Probably meant: `or`."
        yield Notice(code, message, index.span(unit.file, node))


def _compared_texts(nodes: list[ast.Compare]) -> Iterator[str]:
    for node in nodes:
        for one in (node.left, *node.comparators):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
                yield one.value
