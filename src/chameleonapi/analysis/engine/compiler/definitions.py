"""Functions, lambdas and classes."""

from __future__ import annotations

import ast
from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.compiler.assignments import store_name
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, expression, statement
from chameleonapi.analysis.engine.compiler.generators import generator_block
from chameleonapi.analysis.engine.frames import RETURN, Frame
from chameleonapi.analysis.engine.metaclasses import make_class
from chameleonapi.analysis.engine.objects import Class
from chameleonapi.analysis.engine.values import Function, Parameters, Unknown
from chameleonapi.analysis.frontend.scopes import Scope, bound_names, has_yield

Definition = ast.FunctionDef | ast.AsyncFunctionDef
_ANNOTATED = 6  # positional parameters of which the annotation is kept


def _parameters(c: Compiler, arguments: ast.arguments) -> Parameters:
    positional = tuple(one.arg for one in (*arguments.posonlyargs, *arguments.args))
    keyword_only = tuple(one.arg for one in arguments.kwonlyargs)
    by_name = frozenset((*(one.arg for one in arguments.args), *keyword_only))
    return Parameters(
        positional,
        by_name,
        keyword_only,
        arguments.vararg.arg if arguments.vararg else None,
        arguments.kwarg.arg if arguments.kwarg else None,
        tuple(
            c.expr(one.annotation) if one.annotation is not None else None
            for one in (*arguments.posonlyargs, *arguments.args)[:_ANNOTATED]
        ),
    )


def _make(c: Compiler, node: Definition | ast.Lambda, name: str) -> Code:
    arguments = node.args
    parameters = _parameters(c, arguments)
    defaults = tuple(c.expr(one) for one in arguments.defaults)
    keyword_defaults = tuple(
        (one.arg, c.expr(value))
        for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if value is not None
    )
    body_nodes: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    bound, global_names, outer_names = bound_names(body_nodes)
    bound |= {*parameters.positional, *parameters.keyword_only}
    bound |= {one for one in (parameters.rest, parameters.keywords) if one}
    scope = Scope(
        "function",
        c.scope,
        bound - global_names - outer_names,
        global_names,
        outer_names,
        qualname=c.scope.inner(name),
    )
    outer_scope, c.scope = c.scope, scope
    outer_body, c.body = c.body, body_nodes
    is_generator = False
    try:
        if isinstance(node, ast.Lambda):
            body = c.expr(node.body)
        elif has_yield(node.body):
            is_generator = True
            body = _generator_body(generator_block(c, node.body))
        else:
            body = _body(c.block(node.body))
    finally:
        c.scope, c.body = outer_scope, outer_body
    reads = {one.id for inner in body_nodes for one in ast.walk(inner) if isinstance(one, ast.Name)}
    outside = tuple(sorted(reads - scope.names)) if c.scope.kind == "function" else ()
    span = c.span(node)
    doc = None if isinstance(node, ast.Lambda) else ast.get_docstring(node, clean=False)
    is_async = isinstance(node, ast.AsyncFunctionDef)
    qualname = scope.qualname

    def run(frame: Frame) -> Function:
        made = Function(name, qualname, parameters, body, frame, frame.module, span)
        made.outside = outside
        if defaults:
            made.defaults = tuple([one(frame) for one in defaults])
        if keyword_defaults:
            made.keyword_defaults = {key: one(frame) for key, one in keyword_defaults}
        made.is_generator = is_generator
        made.is_async = is_async
        made.doc = doc
        return made

    return run


def _body(block: Code) -> Code:
    def run(frame: Frame) -> Any:
        if block(frame) == RETURN:
            return frame.value
        if frame.function is not None:
            frame.machine.span = frame.function.span
        return None

    return run


def _generator_body(block: Code) -> Code:
    def run(frame: Frame) -> Any:
        signal = yield from block(frame)
        return frame.value if signal == RETURN else None

    return run


@expression(ast.Lambda)
def _lambda(c: Compiler, node: ast.Lambda) -> Code:
    return _make(c, node, "<lambda>")


@statement(ast.FunctionDef, ast.AsyncFunctionDef)
def _function(c: Compiler, node: Definition) -> Code:
    make = _make(c, node, node.name)
    decorators = tuple((c.expr(one), c.span(one)) for one in reversed(node.decorator_list))
    put = store_name(c, node.name)

    def run(frame: Frame) -> None:
        put(frame, _decorate(frame, make(frame), decorators))

    return run


def _decorate(frame: Frame, made: Any, decorators: tuple[Any, ...]) -> Any:
    machine = frame.machine
    for decorator, span in decorators:
        wrap = decorator(frame)
        machine.span = span
        if isinstance(wrap, Unknown):
            continue  # a decorator of a library (a route, a retry) is taken to pass through
        made = call(machine, wrap, (made,), {})
    return made


@statement(ast.ClassDef)
def _class(c: Compiler, node: ast.ClassDef) -> Code:
    bases = tuple(c.expr(one.value if isinstance(one, ast.Starred) else one) for one in node.bases)
    keywords = tuple((one.arg or "", c.expr(one.value)) for one in node.keywords)
    decorators = tuple((c.expr(one), c.span(one)) for one in reversed(node.decorator_list))
    put = store_name(c, node.name)
    bound, global_names, outer_names = bound_names(node.body)
    scope = Scope(
        "class", c.scope, bound, global_names, outer_names, qualname=c.scope.inner(node.name)
    )
    outer_scope, c.scope = c.scope, scope
    try:
        body = c.block(node.body)
    finally:
        c.scope = outer_scope
    span, name = c.span(node), node.name
    doc = ast.get_docstring(node, clean=False)

    def run(frame: Frame) -> None:
        machine = frame.machine
        found = tuple(base(frame) for base in bases)
        named = {key: value(frame) for key, value in keywords}
        inner = Frame(machine, {}, frame, frame.module, None)
        body(inner)
        machine.span = span
        made: Any = make_class(machine, name, found, inner.vars, frame.module, named)
        if isinstance(made, Class):
            made.doc = doc
            made.span = span
        put(frame, _decorate(frame, made, decorators))

    return run
