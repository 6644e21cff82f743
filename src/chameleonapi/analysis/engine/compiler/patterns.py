"""Structural pattern matching."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.comparing import equal
from chameleonapi.analysis.engine.compiler.assignments import store_name
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, statement
from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.items import find_key
from chameleonapi.analysis.engine.lifting import unwrap
from chameleonapi.analysis.engine.objects import MISSING, Class
from chameleonapi.analysis.engine.operations import drain, length, truth
from chameleonapi.analysis.engine.values import Tainted, Unknown

__all__ = ["compile_cases"]

Matcher = Callable[[Frame, Any], bool]


@statement(ast.Match)
def _match(c: Compiler, node: ast.Match) -> Code:
    subject, span = c.expr(node.subject), c.span(node.subject)
    cases = compile_cases(c, node, c.block)

    def run(frame: Frame) -> Any:
        value = subject(frame)
        frame.machine.span = span
        for matcher, body in cases:
            if matcher(frame, value):
                return body(frame)
        return None

    return run


def compile_cases(c: Compiler, node: ast.Match, block: Any) -> list[tuple[Matcher, Code]]:
    """Compile each case to a matcher (pattern and guard) and a body."""
    cases = []
    for case in node.cases:
        pattern = _pattern(c, case.pattern)
        cases.append((_guarded(c, pattern, case), block(case.body)))
    return cases


def _guarded(c: Compiler, pattern: Matcher, case: ast.match_case) -> Matcher:
    span = c.span(case.pattern)
    guard = c.expr(case.guard) if case.guard is not None else None

    def run(frame: Frame, value: Any) -> bool:
        frame.machine.span = span
        if not pattern(frame, value):
            return False
        return guard is None or truth(frame.machine, guard(frame))

    return run


def _pattern(c: Compiler, node: ast.pattern) -> Matcher:
    if isinstance(node, ast.MatchValue):
        wanted = c.expr(node.value)
        return lambda frame, value: equal(frame.machine, value, wanted(frame))
    if isinstance(node, ast.MatchSingleton):
        constant = node.value
        return lambda _frame, value: unwrap(value) is constant
    if isinstance(node, ast.MatchAs):
        return _capture(c, node)
    if isinstance(node, ast.MatchOr):
        options = [_pattern(c, one) for one in node.patterns]
        return lambda frame, value: any(option(frame, value) for option in options)
    if isinstance(node, ast.MatchSequence):
        return _sequence(c, node)
    if isinstance(node, ast.MatchMapping):
        return _mapping(c, node)
    if isinstance(node, ast.MatchClass):
        return _class(c, node)

    def refuse(_frame: Frame, _value: Any) -> bool:
        raise Abort("unsupported-syntax", "A pattern is not understood.")

    return refuse


def _capture(c: Compiler, node: ast.MatchAs) -> Matcher:
    inner = _pattern(c, node.pattern) if node.pattern is not None else None
    put = store_name(c, node.name) if node.name else None

    def run(frame: Frame, value: Any) -> bool:
        if inner is not None and not inner(frame, value):
            return False
        if put is not None:
            put(frame, value)
        return True

    return run


def _sequence(c: Compiler, node: ast.MatchSequence) -> Matcher:
    starred = next((i for i, p in enumerate(node.patterns) if isinstance(p, ast.MatchStar)), None)
    parts: list[Matcher] = []
    for one in node.patterns:
        if isinstance(one, ast.MatchStar):
            parts.append(_capture_star(c, one))
        else:
            parts.append(_pattern(c, one))
    count = len(parts)

    def run(frame: Frame, value: Any) -> bool:
        machine = frame.machine
        plain = unwrap(value)
        if isinstance(value, Unknown):
            return truth(machine, Unknown(f"match {value.path}", is_tainted=value.is_tainted))
        if not isinstance(plain, (list, tuple)):
            return False
        size = length(machine, value)
        enough = len(plain) >= count - 1 if starred is not None else len(plain) == count
        if isinstance(size, Tainted):
            needed = count - 1 if starred is not None else count
            enough = machine.linker.compare_size(
                machine, size, needed, is_minimum=starred is not None
            )
        if not enough:
            return False
        items = drain(machine, value)
        if starred is not None:
            end = len(items) - (count - starred - 1)
            items = [*items[:starred], items[starred:end], *items[end:]]
        return all(part(frame, item) for part, item in zip(parts, items, strict=True))

    return run


def _capture_star(c: Compiler, node: ast.MatchStar) -> Matcher:
    put = store_name(c, node.name) if node.name else None

    def run(frame: Frame, value: Any) -> bool:
        if put is not None:
            put(frame, value)
        return True

    return run


def _mapping(c: Compiler, node: ast.MatchMapping) -> Matcher:
    pairs = [
        (c.expr(key), _pattern(c, one)) for key, one in zip(node.keys, node.patterns, strict=True)
    ]
    rest = store_name(c, node.rest) if node.rest else None

    def run(frame: Frame, value: Any) -> bool:
        machine = frame.machine
        if isinstance(value, Unknown):
            return truth(machine, Unknown(f"match {value.path}", is_tainted=value.is_tainted))
        if not isinstance(value, dict):
            return False
        used = []
        for key, inner in pairs:
            name = key(frame)
            found = find_key(machine, value, name)
            if found is MISSING or not inner(frame, found):
                return False
            used.append(name)
        if rest is not None:
            rest(frame, {k: v for k, v in value.items() if k not in used})
        return True

    return run


def _class(c: Compiler, node: ast.MatchClass) -> Matcher:
    cls = c.expr(node.cls)
    positional = [_pattern(c, one) for one in node.patterns]
    named = [
        (name, _pattern(c, one))
        for name, one in zip(node.kwd_attrs, node.kwd_patterns, strict=True)
    ]

    def run(frame: Frame, value: Any) -> bool:
        machine = frame.machine
        wanted = cls(frame)
        if not truth(machine, machine.linker.is_instance(machine, value, wanted)):
            return False
        if positional and isinstance(wanted, type):
            return len(positional) == 1 and positional[0](frame, value)
        names: tuple[str, ...] = ()
        if positional and isinstance(wanted, Class):
            names = tuple(get_attribute(machine, wanted, "__match_args__"))
        for name, inner in (*zip(names, positional, strict=False), *named):
            try:
                found = get_attribute(machine, value, name)
            except Raised:
                return False
            if not inner(frame, found):
                return False
        return True

    return run
