"""Import statements: the application's own modules, modelled ones, and unknowns."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.compiler.assignments import store_name
from chameleonapi.analysis.engine.compiler.base import Code, Compiler, statement
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.values import Module, NativeModule, Unknown


def import_with_stand_in(node: ast.Try) -> Callable[[Frame], None] | None:
    """Return what raises ``ImportError`` where only the handler of a ``try`` finds its module.

    ``try: from fast import f`` with ``except ImportError: from rules import f`` takes the module
    that is part of the application, where the other one is not.
    """
    wanted = _imported(node.body)
    other = [one for handler in node.handlers for one in _imported(handler.body)]
    if not wanted or not other or len(wanted) != len(node.body):
        return None

    def check(frame: Frame) -> None:
        linker = frame.machine.linker
        file = frame.module.file

        def is_ours(name: str, level: int) -> bool:
            return linker.project.resolve(file, name, level) is not None

        def is_known(name: str) -> bool:
            first = name.split(".", 1)[0]
            return name in linker.library or first in sys.stdlib_module_names

        if any(is_ours(*one) for one in other) and not any(
            is_ours(*one) or is_known(one[0]) for one in wanted
        ):
            raise Raised(ImportError("no such module in the application's folder"))

    return check


def _imported(body: list[ast.stmt]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for one in body:
        if isinstance(one, ast.Import):
            found += [(name.name, 0) for name in one.names]
        elif isinstance(one, ast.ImportFrom):
            found.append((one.module or "", one.level))
    return found


@statement(ast.Import)
def _import(c: Compiler, node: ast.Import) -> Code:
    steps = []
    for one in node.names:
        name = one.asname or one.name.split(".")[0]
        steps.append((one.name, bool(one.asname), store_name(c, name)))
    span = c.span(node)

    def run(frame: Frame) -> None:
        machine = frame.machine
        for name, is_renamed, put in steps:
            machine.span = span
            found = machine.linker.import_module(machine, frame.module, name, 0)
            if not is_renamed and "." in name:
                found = machine.linker.import_module(machine, frame.module, name.split(".")[0], 0)
            put(frame, found)

    return run


@statement(ast.ImportFrom)
def _import_from(c: Compiler, node: ast.ImportFrom) -> Code:
    span = c.span(node)
    level, module_name = node.level, node.module or ""
    is_guarded = c.is_import_guarded
    stars = any(one.name == "*" for one in node.names)
    names = tuple(
        (one.name, store_name(c, one.asname or one.name)) for one in node.names if one.name != "*"
    )

    def run(frame: Frame) -> None:
        machine = frame.machine
        machine.span = span
        module = machine.linker.import_module(
            machine, frame.module, module_name, level, is_guarded=is_guarded
        )
        if stars:
            _import_star(frame, module)
        for name, put in names:
            machine.span = span
            put(frame, _member(machine, module, name, is_guarded=is_guarded))

    return run


def _member(machine: Any, module: Any, name: str, *, is_guarded: bool) -> Any:
    try:
        return get_attribute(machine, module, name)
    except Raised as raised:
        if isinstance(raised.value, AttributeError) and isinstance(module, Module):
            if module.is_package and not is_guarded:
                return Unknown(f"{module.name}.{name}")  # a module that was not handed over
            text = f"cannot import name {name!r} from {module.name!r}"
            raise Raised(ImportError(text)) from None
        raise


def _import_star(frame: Frame, module: Any) -> None:
    if isinstance(module, Module):
        chosen = module.vars.get("__all__")
        names = (
            [one for one in chosen if isinstance(one, str)]
            if isinstance(chosen, (list, tuple))
            else [one for one in module.vars if not one.startswith("_")]
        )
        for name in names:
            if name in module.vars:
                frame.vars[name] = module.vars[name]
        frame.module.has_unknown_star |= module.has_unknown_star
    elif isinstance(module, NativeModule):
        frame.vars.update({k: v for k, v in module.members.items() if not k.startswith("_")})
    elif isinstance(module, Unknown):
        frame.module.has_unknown_star = True
