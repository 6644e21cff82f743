"""Libraries whose models are written in Python: the engine reads them as it reads any source.

A source in ``sources`` says what a library does with data of the answer. Nothing of it is run
by Python. What it does not define is unknown, and so is what it says to be.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from chameleonapi.analysis.engine.frames import Frame
from chameleonapi.analysis.engine.lifting import is_touched
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import Module, Native, NativeModule, Unknown

__all__ = ["INTERPRETED", "interpreted_source"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _unknown(_machine: Machine, arguments: Arguments, _named: Named) -> Unknown:
    path, *parts = arguments
    return Unknown(str(path), is_tainted=is_touched(list(parts)))


def _is_unknown(_machine: Machine, arguments: Arguments, _named: Named) -> bool:
    return isinstance(arguments[0], Unknown)


def _is_missing(_machine: Machine, arguments: Arguments, _named: Named) -> bool:
    """Return whether a cell of a table is empty: None, or a number that is none."""
    value = arguments[0]
    return value is None or (type(value) is float and value != value)  # noqa: PLR0124 - asks for nan


_GIVEN: Final = {
    "unknown": Native("unknown", _unknown),
    "is_unknown": Native("is_unknown", _is_unknown),
    "is_missing": Native("is_missing", _is_missing),
}


def interpreted_source(name: str) -> str:
    """Return the source that stands for a library."""
    folder = files("chameleonapi.analysis.engine.library")
    return (folder / "sources" / f"{name}.py").read_text(encoding="utf-8")


@cache
def _compiled(name: str) -> tuple[Any, frozenset[str]]:
    """Return the code of a library, and the names that it defines for applications."""
    from chameleonapi.analysis.engine.compiler import compile_module

    text = interpreted_source(name)
    tree = ast.parse(text)
    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and node.col_offset == 0
        for one in node.targets
        for target in ast.walk(one)
        if isinstance(target, ast.Name)
    }
    names |= {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    public = frozenset(one for one in names if not one.startswith("_"))
    return compile_module(f"<{name}>", tree, text.split("\n")), public


class _Members(dict[str, Any]):
    """The names of a library, which is read when the first of them is asked for.

    It is read once for all runs: nothing in a library changes.
    """

    def __init__(self, machine: Machine, name: str) -> None:
        super().__init__()
        self._machine = machine
        self._name = name

    def get(self, name: str, default: Any = None) -> Any:
        code, public = _compiled(self._name)
        if name not in public:
            return default
        known = self._machine.linker.libraries
        if self._name not in known:
            known[self._name] = self._read(code)
        return known[self._name].get(name, default)

    def _read(self, code: Any) -> dict[str, Any]:
        machine = self._machine
        module = Module(self._name, f"<{self._name}>", is_package=False)
        module.vars.update({"__name__": self._name, **_GIVEN})
        span = machine.span
        machine.depth += 1
        try:
            code(Frame(machine, module.vars, None, module))
        finally:
            machine.depth -= 1
            machine.span = span
        return module.vars

    def items(self) -> Any:
        """Return all names: what an import with a star brings."""
        _, public = _compiled(self._name)
        return {one: self.get(one) for one in public}.items()


def _module(name: str) -> Callable[[Machine], NativeModule]:
    return lambda machine: NativeModule(name, _Members(machine, name))


INTERPRETED: Final = {name: _module(name) for name in ("pandas", "numpy")}
