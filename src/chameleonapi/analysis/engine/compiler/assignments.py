"""Assignment, in all its forms."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.arithmetic import in_place
from chameleonapi.analysis.engine.attribute_changes import delete_attribute, set_attribute
from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, expression, statement
from chameleonapi.analysis.engine.compiler.expressions import BINARY, load_name
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.effects import emit_global, emit_value
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.items import delete_item, get_item, set_item
from chameleonapi.analysis.engine.operations import iterate
from chameleonapi.analysis.engine.origins import derived
from chameleonapi.analysis.engine.rendering import render
from chameleonapi.analysis.engine.values import Opaque, Unknown
from chameleonapi.analysis.trace import EffectLevel

Store = Callable[[Frame, Any], None]


def store(c: Compiler, target: ast.expr) -> Store:
    """Compile the storing of a value to a target."""
    if isinstance(target, ast.Name):
        return store_name(c, target.id)
    if isinstance(target, ast.Attribute):
        return _store_attribute(c, target)
    if isinstance(target, ast.Subscript):
        return _store_item(c, target)
    if isinstance(target, ast.Starred):
        return store(c, target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        return _unpack(c, target.elts)
    return lambda _frame, _value: None


def store_name(c: Compiler, name: str) -> Store:
    """Compile the binding of a name."""
    scope = c.scope
    if scope.kind == "comprehension" and name not in scope.names:
        # a walrus binds in the function around the comprehension
        hops = scope.resolve(name)
    elif scope.kind == "module":
        hops = 0
    elif name in scope.global_names:

        def to_global(frame: Frame, value: Any) -> None:
            frame.module.vars[name] = value
            emit_global(frame.machine, frame.module, name, value)

        return to_global
    else:
        hops = scope.resolve(name)
    if hops is None:

        def to_module(frame: Frame, value: Any) -> None:
            frame.module.vars[name] = value

        return to_module
    if hops == 0:

        def to_local(frame: Frame, value: Any) -> None:
            frame.vars[name] = value

        return to_local

    def to_outer(frame: Frame, value: Any) -> None:
        where: Any = frame
        for _ in range(hops):
            where = where.parent
        where.vars[name] = value

    return to_outer


def _store_attribute(c: Compiler, target: ast.Attribute) -> Store:
    owner, name, span = c.expr(target.value), target.attr, c.span(target)

    def run(frame: Frame, value: Any) -> None:
        receiver = owner(frame)
        frame.machine.span = span
        set_attribute(frame.machine, receiver, name, value)

    return run


def _store_item(c: Compiler, target: ast.Subscript) -> Store:
    from chameleonapi.analysis.engine.compiler.calls import _is_shared

    owner, key, span = c.expr(target.value), c.expr(target.slice), c.span(target)
    shared = _is_shared(c, target.value)
    label = ast.unparse(target.value) if shared else ""

    def run(frame: Frame, value: Any) -> None:
        machine = frame.machine
        container, index = owner(frame), key(frame)
        machine.span = span
        if (
            shared
            and machine.call_serial is not None
            and not isinstance(container, (Opaque, Unknown))
        ):
            emit_value(machine, EffectLevel.STATE, "state", f"{label}[{render(index)}] = ", value)
        set_item(machine, container, index, value)

    return run


def _unpack(c: Compiler, targets: list[ast.expr]) -> Store:
    stores = tuple(store(c, one) for one in targets)
    starred = next((i for i, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
    count = len(stores)

    def run(frame: Frame, value: Any) -> None:
        machine = frame.machine
        items: list[Any]
        if isinstance(value, Unknown):
            items = [derived(f"{value.path}[{i}]", value) for i in range(count)]
        else:
            limit = None if starred is not None else count
            items = []
            for one in iterate(machine, value):
                machine.tick()
                if limit is not None and len(items) >= limit:
                    raise Raised(ValueError(f"too many values to unpack (expected {count})"))
                items.append(one)
            least = count if starred is None else count - 1
            if items and all(isinstance(one, Unknown) for one in items):
                # one item stands for as many as there are in what is not known
                last = items[-1]
                items += [derived(f"{last.path}[{i}]", last) for i in range(len(items), least)]
            if len(items) < least:
                raise Raised(
                    ValueError(f"not enough values to unpack (expected {least}, got {len(items)})")
                )
            if starred is not None:
                after = count - starred - 1
                end = len(items) - after
                items = [*items[:starred], items[starred:end], *items[end:]]
        for put, item in zip(stores, items, strict=True):
            put(frame, item)

    return run


@statement(ast.Assign)
def _assign(c: Compiler, node: ast.Assign) -> Code:
    value = c.expr(node.value)
    stores = tuple(store(c, one) for one in node.targets)
    if len(stores) == 1:
        only = stores[0]

        def run_one(frame: Frame) -> None:
            only(frame, value(frame))

        return run_one

    def run(frame: Frame) -> None:
        found = value(frame)
        for put in stores:
            put(frame, found)

    return run


@statement(ast.AnnAssign)
def _annotated(c: Compiler, node: ast.AnnAssign) -> Code:
    is_field = c.scope.kind == "class" and isinstance(node.target, ast.Name)
    field_name = node.target.id if isinstance(node.target, ast.Name) else ""
    annotation = ast.unparse(node.annotation)
    is_class_variable = "ClassVar" in annotation
    if node.value is None:
        if not is_field or is_class_variable:
            return lambda _frame: None
        return lambda frame: frame.vars.setdefault("__annotations__", {}).update(
            {field_name: annotation}
        )
    value, put = c.expr(node.value), store(c, node.target)

    def run(frame: Frame) -> None:
        put(frame, value(frame))
        if is_field and not is_class_variable:
            frame.vars.setdefault("__annotations__", {})[field_name] = annotation

    return run


@statement(ast.AugAssign)
def _augmented(c: Compiler, node: ast.AugAssign) -> Code:
    name, value, span = BINARY[type(node.op)], c.expr(node.value), c.span(node)
    target = node.target
    if isinstance(target, ast.Name):
        load, put = load_name(c, target), store_name(c, target.id)

        def run_name(frame: Frame) -> None:
            old = load(frame)
            new = value(frame)
            frame.machine.span = span
            put(frame, in_place(frame.machine, name, old, new))

        return run_name
    if isinstance(target, ast.Attribute):
        owner, attribute = c.expr(target.value), target.attr

        def run_attribute(frame: Frame) -> None:
            machine, receiver = frame.machine, owner(frame)
            old = get_attribute(machine, receiver, attribute)
            new = value(frame)
            machine.span = span
            set_attribute(machine, receiver, attribute, in_place(machine, name, old, new))

        return run_attribute
    assert isinstance(target, ast.Subscript)
    owner, key = c.expr(target.value), c.expr(target.slice)

    def run_item(frame: Frame) -> None:
        machine, container, index = frame.machine, owner(frame), key(frame)
        machine.span = span
        old = get_item(machine, container, index)
        new = value(frame)
        machine.span = span
        set_item(machine, container, index, in_place(machine, name, old, new))

    return run_item


@expression(ast.NamedExpr)
def _walrus(c: Compiler, node: ast.NamedExpr) -> Code:
    value, put = c.expr(node.value), store_name(c, node.target.id)

    def run(frame: Frame) -> Any:
        found = value(frame)
        put(frame, found)
        return found

    return run


@statement(ast.Delete)
def _delete(c: Compiler, node: ast.Delete) -> Code:
    steps = tuple(_delete_one(c, one) for one in node.targets)

    def run(frame: Frame) -> None:
        for step in steps:
            step(frame)

    return run


def _delete_one(c: Compiler, target: ast.expr) -> Code:
    if isinstance(target, ast.Subscript):
        owner, key = c.expr(target.value), c.expr(target.slice)
        return lambda frame: delete_item(frame.machine, owner(frame), key(frame))
    if isinstance(target, (ast.Tuple, ast.List)):
        parts = [_delete_one(c, one) for one in target.elts]
        return lambda frame: [part(frame) for part in parts] and None
    if isinstance(target, ast.Attribute):
        holder, name = c.expr(target.value), target.attr

        def remove(frame: Frame) -> None:
            delete_attribute(frame.machine, holder(frame), name)

        return remove
    assert isinstance(target, ast.Name)
    wanted = target.id
    if c.scope.kind != "module" and c.scope.resolve(wanted) == 0:
        return lambda frame: frame.vars.pop(wanted, None) and None
    return lambda frame: frame.module.vars.pop(wanted, None) and None
