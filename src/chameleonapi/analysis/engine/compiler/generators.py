"""Bodies that yield: the same statements, run as Python generators of our own.

Only statements that hold a ``yield`` take this form. A ``yield`` inside an expression is
moved in front of its statement, into a name of its own.
"""

from __future__ import annotations

import ast
import copy
from types import GeneratorType
from typing import Any

from chameleonapi.analysis.engine.compiler.assignments import store
from chameleonapi.analysis.engine.compiler.base import Code, Compiler
from chameleonapi.analysis.engine.compiler.statements import (
    bind_handler_name,
    find_handler,
    handler_plan,
)
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.frames import BREAK, RETURN, Frame
from chameleonapi.analysis.engine.managers import enter, leave
from chameleonapi.analysis.engine.operations import iterate, truth
from chameleonapi.analysis.frontend.scopes import has_yield

__all__ = ["generator_block"]


def generator_block(c: Compiler, body: list[ast.stmt]) -> Code:
    """Compile statements to a function that makes a Python generator."""
    steps = tuple(
        (True, _generator_statement(c, node)) if has_yield([node]) else (False, c.stmt(node))
        for node in body
    )

    def run(frame: Frame) -> Any:
        tick = frame.machine.tick
        for yields, step in steps:
            tick()
            signal = (yield from step(frame)) if yields else step(frame)
            if signal is not None:
                return signal
        return None

    return run


def _optional(c: Compiler, body: list[ast.stmt]) -> Code | None:
    return generator_block(c, body) if body else None


def _generator_statement(c: Compiler, node: ast.stmt) -> Code:
    maker = _STATEMENTS.get(type(node))
    if maker is not None:
        made: Code = maker(c, node)
        return made
    return _simple(c, node)


def _yielding(c: Compiler, node: ast.Yield | ast.YieldFrom) -> Code:
    value = c.optional(node.value)
    if isinstance(node, ast.Yield):

        def run_yield(frame: Frame) -> Any:
            sent = yield value(frame)
            return sent

        return run_yield

    def run_from(frame: Frame) -> Any:
        machine = frame.machine
        items: Any = iterate(machine, value(frame))
        is_generator = isinstance(items, GeneratorType)
        sent: Any = None
        thrown: Raised | None = None
        while True:
            machine.tick()
            try:
                if is_generator and thrown is not None:
                    item = items.throw(thrown)
                elif is_generator and sent is not None:
                    item = items.send(sent)
                else:
                    item = next(items)
            except StopIteration as end:
                return end.value
            sent = thrown = None
            try:
                sent = yield item
            except Raised as raised:
                if not is_generator:
                    raise
                thrown = raised

    return run_from


class _Hoist(ast.NodeTransformer):
    """Move every yield of a statement into a temporary name."""

    def __init__(self) -> None:
        self.found: list[tuple[str, ast.Yield | ast.YieldFrom]] = []

    def _move(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        name = f".yield{len(self.found)}"
        self.found.append((name, node))
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    visit_Yield = _move  # noqa: N815 - the names that NodeTransformer looks for
    visit_YieldFrom = _move  # noqa: N815 - likewise

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node


def _hoisted(c: Compiler, node: Any) -> tuple[tuple[tuple[str, Code], ...], Any]:
    hoist = _Hoist()
    rest = hoist.visit(copy.deepcopy(node))
    names = tuple((name, _yielding(c, one)) for name, one in hoist.found)
    c.scope.names.update(name for name, _ in names)
    return names, rest


def _simple(c: Compiler, node: ast.stmt) -> Code:
    names, rest = _hoisted(c, node)
    code = c.stmt(rest)

    def run(frame: Frame) -> Any:
        for name, step in names:
            frame.vars[name] = yield from step(frame)
        return code(frame)

    return run


def _if(c: Compiler, node: ast.If) -> Code:
    names, test_node = _hoisted(c, node.test)
    test, span = c.expr(test_node), c.span(node.test)
    body, orelse = generator_block(c, node.body), _optional(c, node.orelse)

    def run(frame: Frame) -> Any:
        for name, step in names:
            frame.vars[name] = yield from step(frame)
        value = test(frame)
        frame.machine.span = span
        if truth(frame.machine, value):
            return (yield from body(frame))
        if orelse is not None:
            return (yield from orelse(frame))
        return None

    return run


def _while(c: Compiler, node: ast.While) -> Code:
    names, test_node = _hoisted(c, node.test)
    test, span = c.expr(test_node), c.span(node.test)
    body, orelse = generator_block(c, node.body), _optional(c, node.orelse)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        while True:
            machine.tick()
            for name, step in names:
                frame.vars[name] = yield from step(frame)
            value = test(frame)
            machine.span = span
            if not truth(machine, value, is_loop=True):
                break
            signal = yield from body(frame)
            if signal == BREAK:
                return None
            if signal == RETURN:
                return signal
        if orelse is not None:
            return (yield from orelse(frame))
        return None

    return run


def _for(c: Compiler, node: ast.For) -> Code:
    names, source_node = _hoisted(c, node.iter)
    source, bind, span = c.expr(source_node), store(c, node.target), c.span(node.iter)
    body, orelse = generator_block(c, node.body), _optional(c, node.orelse)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        for name, step in names:
            frame.vars[name] = yield from step(frame)
        items = source(frame)
        machine.span = span
        for item in iterate(machine, items):
            machine.tick()
            bind(frame, item)
            signal = yield from body(frame)
            if signal == BREAK:
                return None
            if signal == RETURN:
                return signal
        if orelse is not None:
            return (yield from orelse(frame))
        return None

    return run


def _try(c: Compiler, node: ast.Try) -> Code:
    body = generator_block(c, node.body)
    handlers = handler_plan(c, node, lambda inner: generator_block(c, inner))
    orelse, final = _optional(c, node.orelse), _optional(c, node.finalbody)

    def attempt(frame: Frame) -> Any:
        try:
            signal = yield from body(frame)
        except Raised as raised:
            found = find_handler(frame, raised, handlers)
            if found is None:
                raise
            name, handler = found
            outer = frame.error, frame.raised
            frame.error, frame.raised = raised.value, raised
            raised.span = raised.span or frame.machine.span
            if name is not None:
                bind_handler_name(frame, name, raised.value)
            try:
                return (yield from handler(frame))
            finally:
                frame.error, frame.raised = outer
        if signal is None and orelse is not None:
            return (yield from orelse(frame))
        return signal

    def run(frame: Frame) -> Any:
        try:
            signal = yield from attempt(frame)
        except Raised:
            if final is not None:
                ended = yield from final(frame)
                if ended is not None:
                    return ended
            raise
        if final is not None:
            value = frame.value
            ended = yield from final(frame)
            if ended is not None:
                return ended
            frame.value = value
        return signal

    return run


def _with(c: Compiler, node: ast.With) -> Code:
    managers = tuple(
        (
            c.expr(one.context_expr),
            store(c, one.optional_vars) if one.optional_vars is not None else None,
        )
        for one in node.items
    )
    body = generator_block(c, node.body)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        opened: list[Any] = []
        try:
            for make, bind in managers:
                manager = make(frame)
                value = enter(machine, manager)
                opened.append(manager)
                if bind is not None:
                    bind(frame, value)
            signal = yield from body(frame)
        except Raised as raised:
            # every manager is left, also when one of them swallows the exception
            swallowed = [leave(machine, one, raised.value) for one in reversed(opened)]
            if any(swallowed):
                return None
            raise
        for one in reversed(opened):
            leave(machine, one, None)
        return signal

    return run


def _match(c: Compiler, node: ast.Match) -> Code:
    from chameleonapi.analysis.engine.compiler.patterns import compile_cases

    subject, span = c.expr(node.subject), c.span(node.subject)
    cases = compile_cases(c, node, lambda body: generator_block(c, body))

    def run(frame: Frame) -> Any:
        value = subject(frame)
        frame.machine.span = span
        for matcher, body in cases:
            if matcher(frame, value):
                return (yield from body(frame))
        return None

    return run


_STATEMENTS: dict[type[ast.AST], Any] = {
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
}
