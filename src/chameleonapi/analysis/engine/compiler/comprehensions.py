"""List, set and dictionary comprehensions, generator expressions, lambdas' kin."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from chameleonapi.analysis.engine.compiler.assignments import store
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, expression
from chameleonapi.analysis.engine.control import Raised, Stop
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.operations import Stream, iterate, layers, truth
from chameleonapi.analysis.engine.values import SizedList, Unknown
from chameleonapi.analysis.frontend.scopes import Scope, bound_names

Node = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class Plan:
    """The loops of a comprehension, compiled in their own scope."""

    def __init__(self, c: Compiler, node: Node) -> None:
        outer = c.scope
        self.first = c.expr(node.generators[0].iter)
        targets: set[str] = set()
        for one in node.generators:
            targets |= bound_names([one.target])[0]
        c.scope = Scope("comprehension", outer, targets, qualname=outer.qualname)
        try:
            self.loops = tuple(
                (
                    None if position == 0 else c.expr(one.iter),
                    store(c, one.target),
                    tuple((c.expr(test), c.span(test)) for test in one.ifs),
                    c.span(one.iter),
                )
                for position, one in enumerate(node.generators)
            )
            if isinstance(node, ast.DictComp):
                self.key: Code | None = c.expr(node.key)
                self.value = c.expr(node.value)
            else:
                self.key = None
                self.value = c.expr(node.elt)
        finally:
            c.scope = outer

    def start(self, frame: Frame) -> tuple[Frame, Any]:
        """Return the inner frame and the first iterable."""
        source = self.first(frame)
        inner = Frame(frame.machine, {}, frame, frame.module, None)
        inner.receiver = frame.receiver
        return inner, source

    def rounds(self, inner: Frame, source: Any, depth: int = 0) -> Iterator[None]:
        """Yield once per element, with the targets bound."""
        machine = inner.machine
        iterable, bind, tests, span = self.loops[depth]
        items = source if iterable is None else iterable(inner)
        machine.span = span
        for item in iterate(machine, items):
            machine.tick()
            bind(inner, item)
            for test, place in tests:
                value = test(inner)
                machine.span = place
                if not truth(machine, value):
                    break
            else:
                if depth + 1 < len(self.loops):
                    yield from self.rounds(inner, None, depth + 1)
                else:
                    yield None

    def collect(self, inner: Frame, source: Any, value: Code) -> list[Any]:
        """Return the value of each round."""
        machine = inner.machine
        calls = machine.calls
        items: list[Any] = []
        try:
            for _ in self.rounds(inner, source):
                items.append(value(inner))  # noqa: PERF401 - what was collected counts at a stop
        except Stop as stop:
            machine.end_round(stop, calls)
        machine.charge(len(items))
        return items

    @property
    def keeps_size(self) -> bool:
        """Whether the result has one element per element of the iterable."""
        return len(self.loops) == 1 and not self.loops[0][2]


@expression(ast.ListComp)
def _list(c: Compiler, node: ast.ListComp) -> Code:
    plan = Plan(c, node)

    def run(frame: Frame) -> Any:
        inner, source = plan.start(frame)
        value = plan.value
        items = plan.collect(inner, source, value)
        if type(source) is SizedList and plan.keeps_size:
            return SizedList(items, source.size)
        if isinstance(source, Unknown) or source in frame.machine.lists_of_inputs:
            frame.machine.lists_of_inputs.add(items)
        return items

    return run


@expression(ast.SetComp)
def _set(c: Compiler, node: ast.SetComp) -> Code:
    plan = Plan(c, node)

    def run(frame: Frame) -> Any:
        inner, source = plan.start(frame)
        items = plan.collect(inner, source, plan.value)
        try:
            return set(items)
        except TypeError as error:
            raise Raised(error) from None

    return run


@expression(ast.DictComp)
def _dict(c: Compiler, node: ast.DictComp) -> Code:
    plan = Plan(c, node)

    def run(frame: Frame) -> Any:
        inner, source = plan.start(frame)
        key: Callable[[Frame], Any] = plan.key  # type: ignore[assignment]  # a DictComp has one
        made: dict[Any, Any] = {}
        pairs = plan.collect(inner, source, lambda one: (key(one), plan.value(one)))
        try:
            made.update(pairs)
        except TypeError as error:
            raise Raised(error) from None
        return made

    return run


@expression(ast.GeneratorExp)
def _generator(c: Compiler, node: ast.GeneratorExp) -> Code:
    plan = Plan(c, node)

    def run(frame: Frame) -> Any:
        inner, source = plan.start(frame)
        value = plan.value
        items = (value(inner) for _ in plan.rounds(inner, source))
        return Stream(items, "generator expression", layers([source]))

    return run
