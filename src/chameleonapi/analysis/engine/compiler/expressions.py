"""Names, constants, operators, displays and subscripts."""

from __future__ import annotations

import ast
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary, unary
from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.comparing import compare, negate
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, expression
from chameleonapi.analysis.engine.compiler.fallbacks import (
    is_plain_reading,
    is_same_when_empty,
    says_the_same,
)
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.items import get_item, hashed
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.operations import drain, truth
from chameleonapi.analysis.engine.texts import concatenate, format_value
from chameleonapi.analysis.engine.values import Columns, Tainted, Unknown

BINARY = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.MatMult: "@",
}
_COMPARE = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


@expression(ast.Constant)
def _constant(_c: Compiler, node: ast.Constant) -> Code:
    value = node.value
    return lambda _frame: value


@expression(ast.Name)
def _name(c: Compiler, node: ast.Name) -> Code:
    return load_name(c, node)


def load_name(c: Compiler, node: ast.Name) -> Code:
    """Compile the reading of a name."""
    name = node.id
    hops = c.scope.resolve(name)
    if hops is None:
        return lambda frame: load_global(c, frame, node)
    if hops == 0:
        is_class = c.scope.kind == "class"

        def local(frame: Frame) -> Any:
            try:
                return frame.vars[name]
            except KeyError:
                if is_class:
                    return load_global(c, frame, node)
                raise _unbound(
                    c,
                    node,
                    UnboundLocalError(
                        f"cannot access local variable {name!r} where it is not associated"
                        " with a value"
                    ),
                ) from None

        return local

    def outer(frame: Frame) -> Any:
        where: Any = frame
        for _ in range(hops):
            where = where.parent
        try:
            return where.vars[name]
        except KeyError:
            error = NameError(f"cannot access free variable {name!r}")
            raise _unbound(c, node, error) from None

    return outer


def _unbound(c: Compiler, node: ast.Name, error: NameError) -> Raised:
    raised = Raised(error)
    raised.span = c.span(node)
    return raised


def load_global(c: Compiler, frame: Frame, node: ast.Name) -> Any:
    """Return a global or built-in name."""
    name, module = node.id, frame.module
    found = module.vars.get(name, MISSING)
    if found is not MISSING:
        return found
    found = frame.machine.linker.builtins.get(name, MISSING)
    if found is not MISSING:
        return found
    if module.has_unknown_star:
        return Unknown(name)
    raise _unbound(c, node, NameError(f"name {name!r} is not defined"))


@expression(ast.Attribute)
def _attribute(c: Compiler, node: ast.Attribute) -> Code:
    value, name = c.expr(node.value), node.attr
    span = c.span(node)

    def run(frame: Frame) -> Any:
        owner = value(frame)
        frame.machine.span = span
        return get_attribute(frame.machine, owner, name)

    return run


@expression(ast.Subscript)
def _subscript(c: Compiler, node: ast.Subscript) -> Code:
    value, key, span = c.expr(node.value), c.expr(node.slice), c.span(node)

    def run(frame: Frame) -> Any:
        container = value(frame)
        index = key(frame)
        frame.machine.span = span
        return get_item(frame.machine, container, index)

    return run


@expression(ast.Slice)
def _slice(c: Compiler, node: ast.Slice) -> Code:
    lower, upper, step = c.optional(node.lower), c.optional(node.upper), c.optional(node.step)
    return lambda frame: slice(lower(frame), upper(frame), step(frame))


@expression(ast.BinOp)
def _binary(c: Compiler, node: ast.BinOp) -> Code:
    left, right, name, span = (
        c.expr(node.left),
        c.expr(node.right),
        BINARY[type(node.op)],
        c.span(node),
    )

    def run(frame: Frame) -> Any:
        one, other = left(frame), right(frame)
        frame.machine.span = span
        return binary(frame.machine, name, one, other)

    return run


@expression(ast.UnaryOp)
def _unary(c: Compiler, node: ast.UnaryOp) -> Code:
    operand, span = c.expr(node.operand), c.span(node)
    if isinstance(node.op, ast.Not):

        def invert(frame: Frame) -> Any:
            value = operand(frame)
            frame.machine.span = span
            return negate(frame.machine, value)

        return invert
    name = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}[type(node.op)]

    def run(frame: Frame) -> Any:
        value = operand(frame)
        frame.machine.span = span
        return unary(frame.machine, name, value)

    return run


@expression(ast.BoolOp)
def _logical(c: Compiler, node: ast.BoolOp) -> Code:
    parts = tuple((c.expr(one), c.span(one)) for one in node.values[:-1])
    last = c.expr(node.values[-1])
    stops_at = isinstance(node.op, ast.Or)
    fallback = node.values[-1] if stops_at and len(parts) == 1 else None

    def run(frame: Frame) -> Any:
        machine = frame.machine
        for part, span in parts:
            value = part(frame)
            if fallback is not None and is_same_when_empty(value, fallback):
                return value
            machine.span = span
            if truth(machine, value, prefer=True) is stops_at:
                return value
        return last(frame)

    return run


@expression(ast.Compare)
def _compare(c: Compiler, node: ast.Compare) -> Code:
    first, span = c.expr(node.left), c.span(node)
    links = tuple(
        (_COMPARE[type(op)], c.expr(right))
        for op, right in zip(node.ops, node.comparators, strict=True)
    )
    if len(links) == 1:
        (name, right) = links[0]

        def single(frame: Frame) -> Any:
            one, other = first(frame), right(frame)
            frame.machine.span = span
            return compare(frame.machine, name, one, other)

        return single

    def run(frame: Frame) -> Any:
        machine = frame.machine
        left = first(frame)
        result: Any = True
        for position, (name, right) in enumerate(links):
            other = right(frame)
            machine.span = span
            result = compare(machine, name, left, other)
            if position + 1 < len(links) and not truth(machine, result):
                return result
            left = other
        return result

    return run


@expression(ast.IfExp)
def _conditional(c: Compiler, node: ast.IfExp) -> Code:
    test, body, orelse = c.expr(node.test), c.expr(node.body), c.expr(node.orelse)
    span = c.span(node.test)
    may_say_the_same = isinstance(node.orelse, ast.Constant) and is_plain_reading(node.body)

    def run(frame: Frame) -> Any:
        value = test(frame)
        frame.machine.span = span
        if truth(frame.machine, value):
            return body(frame)
        instead = orelse(frame)
        if may_say_the_same and type(value) is Tainted:
            try:
                read = body(frame)
            except Raised:
                return instead
            if says_the_same(value, read, instead):
                return read
        return instead

    return run


@expression(ast.Await)
def _await(c: Compiler, node: ast.Await) -> Code:
    # Coroutines run where they are called: what is awaited is their result already.
    return c.expr(node.value)


def sequence(c: Compiler, elements: list[ast.expr]) -> Code:
    """Compile elements, some of them starred, to a list."""
    if not any(isinstance(one, ast.Starred) for one in elements):
        parts = tuple(c.expr(one) for one in elements)
        return lambda frame: [part(frame) for part in parts]
    mixed = tuple(
        (c.expr(one.value), True) if isinstance(one, ast.Starred) else (c.expr(one), False)
        for one in elements
    )

    def run(frame: Frame) -> list[Any]:
        items: list[Any] = []
        for part, is_starred in mixed:
            if is_starred:
                items.extend(drain(frame.machine, part(frame)))
            else:
                items.append(part(frame))
        return items

    return run


@expression(ast.List)
def _list(c: Compiler, node: ast.List) -> Code:
    items = sequence(c, node.elts)
    if len(node.elts) < 2 or all(isinstance(one, ast.Constant | ast.Starred) for one in node.elts):
        return items

    def run(frame: Frame) -> list[Any]:
        made: list[Any] = items(frame)
        return Columns(made) if any(type(one) is str for one in made) else made

    return run


@expression(ast.Tuple)
def _tuple(c: Compiler, node: ast.Tuple) -> Code:
    items = sequence(c, node.elts)
    return lambda frame: tuple(items(frame))


@expression(ast.Set)
def _set(c: Compiler, node: ast.Set) -> Code:
    items = sequence(c, node.elts)

    def run(frame: Frame) -> Any:
        try:
            return set(hashed(frame.machine, list(items(frame))))
        except TypeError as error:
            raise Raised(error) from None

    return run


@expression(ast.Dict)
def _dict(c: Compiler, node: ast.Dict) -> Code:
    pairs = tuple(
        (c.expr(key) if key is not None else None, c.expr(value))
        for key, value in zip(node.keys, node.values, strict=True)
    )

    def run(frame: Frame) -> Any:
        made: dict[Any, Any] = {}
        for key, value in pairs:
            if key is None:
                made.update(frame.machine.linker.mapping(frame.machine, value(frame)))
            else:
                name = key(frame)
                try:
                    made[name] = value(frame)
                except TypeError as error:
                    raise Raised(error) from None
        return made

    return run


@expression(ast.JoinedStr)
def _formatted(c: Compiler, node: ast.JoinedStr) -> Code:
    span = c.span(node)
    pieces: list[Any] = []
    for one in node.values:
        if isinstance(one, ast.Constant):
            pieces.append(str(one.value))
        elif isinstance(one, ast.FormattedValue):
            conversion = chr(one.conversion) if one.conversion and one.conversion > 0 else ""
            pieces.append((c.expr(one.value), conversion, c.optional(one.format_spec)))
    frozen = tuple(pieces)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        made: list[Any] = []
        for piece in frozen:
            if type(piece) is str:
                made.append(piece)
            else:
                value = piece[0](frame)
                spec = piece[2](frame)
                machine.span = span
                made.append(format_value(machine, value, piece[1], spec))
        return concatenate(machine, tuple(made))

    return run


@expression(ast.FormattedValue)
def _formatted_value(c: Compiler, node: ast.FormattedValue) -> Code:
    value, spec = c.expr(node.value), c.optional(node.format_spec)
    return lambda frame: format_value(frame.machine, value(frame), "", spec(frame))


@expression(ast.Starred)
def _starred(c: Compiler, node: ast.Starred) -> Code:
    value = c.expr(node.value)
    return lambda frame: tuple(drain(frame.machine, value(frame)))
