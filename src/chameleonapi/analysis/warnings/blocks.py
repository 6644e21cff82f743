"""Statements that cannot be what was meant: never reached, the same either way, one round only."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from chameleonapi.analysis.warnings.syntax import SyntaxIndex, Unit
from chameleonapi.decision import Notice, Span

__all__ = ["block_surprises"]

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_EXITS = frozenset({"exit", "quit", "_exit"})


def block_surprises(index: SyntaxIndex, unit: Unit, asked: Iterable[Span]) -> Iterator[Notice]:
    """Yield warnings about the statements of a unit.

    Args:
        index: of the sources.
        unit: a function, or a file's top level.
        asked: where the application asks something of the answer.
    """
    places = [one for one in asked if one.file == unit.file]
    yield from _after_the_end(index, unit)
    yield from _same_both_ways(index, unit, places)
    yield from _one_round(index, unit, places)


def _after_the_end(index: SyntaxIndex, unit: Unit) -> Iterator[Notice]:
    for block in unit.blocks:
        ends = next((i for i, one in enumerate(block[:-1]) if _always_ends([one])), None)
        if ends is None:
            continue
        rest = block[ends + 1 :]
        if not any(_does_something(one) for one in rest) or _makes_generator(rest):
            continue
        word = _word(block[ends])
        lines = "This line is" if len(rest) == 1 else "These lines are"
        yield Notice(
            "unreachable",
            f"{lines} never reached: {word} on line {block[ends].lineno} comes first.",
            index.span(unit.file, rest[0], rest[-1]),
        )


def _word(node: ast.stmt) -> str:
    named = {ast.Return: "return", ast.Raise: "raise", ast.Continue: "continue", ast.Break: "break"}
    return f"the {named[type(node)]}" if type(node) in named else "the end of every path"


def _always_ends(block: Sequence[ast.stmt]) -> bool:
    """Return whether no path leads past the end of a block."""
    for one in block:
        if isinstance(one, _ENDS) or _is_exit(one):
            return True
        if isinstance(one, ast.If) and one.orelse:
            if _always_ends(one.body) and _always_ends(one.orelse):
                return True
        elif isinstance(one, ast.Try):
            if one.finalbody and _always_ends(one.finalbody):
                return True
            main = _always_ends(one.body) or (bool(one.orelse) and _always_ends(one.orelse))
            if main and all(_always_ends(handler.body) for handler in one.handlers):
                return True
    return False


def _is_exit(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    function = node.value.func
    if isinstance(function, ast.Attribute):
        owner = function.value
        return function.attr in _EXITS and isinstance(owner, ast.Name) and owner.id in {"sys", "os"}
    return isinstance(function, ast.Name) and function.id in {"exit", "quit"}


def _does_something(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Pass):
        return False
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    # `return` after sys.exit() tells a reader, and tools, that the function ends
    return not isinstance(node, _ENDS)


def _makes_generator(block: Sequence[ast.stmt]) -> bool:
    return any(isinstance(one, ast.Yield | ast.YieldFrom) for s in block for one in ast.walk(s))


def _same_both_ways(index: SyntaxIndex, unit: Unit, asked: Sequence[Span]) -> Iterator[Notice]:
    followed = {
        id(one): (block, i + 1)
        for block in unit.blocks
        for i, one in enumerate(block)
        if isinstance(one, ast.If)
    }
    for node in unit.nodes:
        if isinstance(node, ast.IfExp):
            is_same = _dump([node.body]) == _dump([node.orelse])
        elif isinstance(node, ast.If):
            block, start = followed.get(id(node), ((), 0))
            is_same = _is_same(node, block[start : start + len(node.body)])
        else:
            continue
        if is_same and any(index.holds(unit.file, node.test, one) for one in asked):
            yield Notice(
                "same-both-ways",
                "The same happens whether this condition holds or not.",
                index.span(unit.file, node.test),
            )


def _is_same(node: ast.If, rest: Sequence[ast.stmt]) -> bool:
    if node.orelse:
        return _dump(node.body) == _dump(node.orelse) and any(map(_is_action, node.body))
    same = rest[: len(node.body)]
    return (
        len(same) == len(node.body)
        and isinstance(node.body[-1], _ENDS)
        and _always_ends(node.body)
        and _dump(node.body) == _dump(same)
    )


def _is_action(node: ast.stmt) -> bool:
    return not isinstance(node, ast.Pass)


def _dump(nodes: Sequence[ast.AST]) -> list[str]:
    return [ast.dump(one) for one in nodes]


def _one_round(index: SyntaxIndex, unit: Unit, asked: Sequence[Span]) -> Iterator[Notice]:
    for loop in unit.loops:
        if isinstance(loop, ast.While) or not _ends_first_round(loop.body):
            continue
        if _picks_few(loop.iter):
            continue
        tests = [
            one
            for node in ast.walk(loop)
            if isinstance(node, ast.If | ast.IfExp)
            for one in asked
            if index.holds(unit.file, node.test, one)
        ]
        if tests:
            yield Notice(
                "one-round",
                "The loop ends in its first round whatever the condition says, so only the first "
                "element of the answer counts.",
                index.head(unit.file, loop),
            )


def _ends_first_round(body: Sequence[ast.stmt]) -> bool:
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Continue):
            return False
        if not isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.FunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return _always_ends(body)


def _picks_few(node: ast.expr) -> bool:
    """Return whether a loop goes over a slice: then the source knows that there is one round."""
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
