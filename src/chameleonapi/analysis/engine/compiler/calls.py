"""Calls."""

from __future__ import annotations

import ast
from typing import Any

from chameleonapi.analysis.engine.attributes import SuperProxy, find_method, get_attribute
from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, expression
from chameleonapi.analysis.engine.compiler.expressions import sequence
from chameleonapi.analysis.engine.compiler.letters import asked_letters, kept_letters
from chameleonapi.analysis.engine.compiler.word_loops import joined_call
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.effects import emit_value
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.refused_calls import refused_method
from chameleonapi.analysis.engine.values import BoundMethod, Function
from chameleonapi.analysis.trace import EffectLevel

# Methods that change the object: on something older than the call that is a change of state.
_CHANGERS = frozenset(
    [
        "append",
        "add",
        "extend",
        "insert",
        "update",
        "remove",
        "discard",
        "pop",
        "clear",
        "setdefault",
    ]
)


@expression(ast.Call)
def _call(c: Compiler, node: ast.Call) -> Code:
    return compile_call(c, node, is_result_used=True)


def compile_call(c: Compiler, node: ast.Call, *, is_result_used: bool) -> Code:
    """Compile a call; whether its result is used decides if a computation is an effect."""
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return _super
    code = _plain_call(c, node, is_result_used=is_result_used)
    for shorter in (joined_call(c, node), kept_letters(c, node), asked_letters(c, node)):
        if shorter is not None:
            code = _joined_or_not(shorter, code)
    return code


def _joined_or_not(joined: Code, plain: Code) -> Code:
    def run(frame: Frame) -> Any:
        found = joined(frame)
        return plain(frame) if found is None else found

    return run


def _plain_call(c: Compiler, node: ast.Call, *, is_result_used: bool) -> Code:
    span = c.span(node)
    arguments = _arguments(c, node)
    if isinstance(node.func, ast.Attribute):
        return _method_call(c, node.func, span, arguments, is_result_used=is_result_used)
    function = c.expr(node.func)

    def run(frame: Frame) -> Any:
        machine = frame.machine
        target = function(frame)
        positional, named = arguments(frame)
        machine.span = span
        machine.is_result_used = is_result_used
        return call(machine, target, positional, named)

    return run


def _method_call(
    c: Compiler, func: ast.Attribute, span: Any, arguments: Code, *, is_result_used: bool
) -> Code:
    owner, name = c.expr(func.value), func.attr
    shared = name in _CHANGERS and not is_result_used and _is_shared(c, func.value)
    label = ast.unparse(func) if shared else ""

    def run(frame: Frame) -> Any:
        machine = frame.machine
        receiver = owner(frame)
        method = find_method(receiver, name) if type(receiver).__module__ in _QUICK else None
        if method is not None:
            positional, named = arguments(frame)
            machine.span = span
            machine.tick()
            if shared and machine.call_serial is not None:
                for one in positional[-1:]:
                    emit_value(machine, EffectLevel.STATE, "state", f"{label} ", one)
            try:
                return method(machine, receiver, positional, named)
            except Exception as error:  # noqa: BLE001 - whatever the model trips over
                return refused_method(machine, name, receiver, positional, named, error)
        machine.span = span
        target = get_attribute(machine, receiver, name)
        if type(target) is BoundMethod and name in machine.linker.reaching:
            machine.linker.own_calls.add((span.file, span.line))
        positional, named = arguments(frame)
        machine.span = span
        machine.is_result_used = is_result_used
        return call(machine, target, positional, named)

    return run


_QUICK = frozenset({"builtins", "collections"})


def _is_shared(c: Compiler, node: ast.expr) -> bool:
    """Tell whether an expression reaches an object that others may hold too."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        if isinstance(node, ast.Attribute):
            return True
        node = node.value
    return (
        isinstance(node, ast.Name) and c.scope.kind != "module" and c.scope.resolve(node.id) is None
    )


def _arguments(c: Compiler, node: ast.Call) -> Code:
    plain = not any(isinstance(one, ast.Starred) for one in node.args)
    named = tuple((one.arg, c.expr(one.value)) for one in node.keywords)
    if plain and all(name is not None for name, _ in named):
        parts = tuple(c.expr(one) for one in node.args)
        if not named:
            if not parts:
                return lambda _frame: ((), {})
            if len(parts) == 1:
                only = parts[0]
                return lambda frame: ((only(frame),), {})
            return lambda frame: (tuple([part(frame) for part in parts]), {})
        return lambda frame: (
            tuple([part(frame) for part in parts]),
            {str(name): value(frame) for name, value in named},
        )
    items = sequence(c, node.args)

    def run(frame: Frame) -> Any:
        positional = tuple(items(frame))
        made: dict[str, Any] = {}
        for name, value in named:
            more = (
                {name: value(frame)}
                if name is not None
                else frame.machine.linker.mapping(frame.machine, value(frame))
            )
            for one in more:
                if one in made:
                    text = f"got multiple values for keyword argument {one!r}"
                    raise Raised(TypeError(text))
            made.update(more)
        return positional, made

    return run


def _super(frame: Frame) -> Any:
    where: Frame | None = frame
    while where is not None:
        function = where.function
        if isinstance(function, Function) and function.owner is not None:
            return SuperProxy(function.owner, where.receiver)
        where = where.parent
    raise Raised(RuntimeError("super(): no arguments"))
