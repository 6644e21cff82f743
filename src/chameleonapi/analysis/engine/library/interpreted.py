"""Libraries whose models are written in Python: the engine reads them as it reads any source.

A source in ``sources``, or a folder of them, says what a library does with data of the answer.
Nothing of it is run by Python. What it does not define is unknown, and so is what it says to be.
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
from chameleonapi.analysis.engine.objects import Instance
from chameleonapi.analysis.engine.values import Module, Native, NativeModule, Unknown

__all__ = ["INTERPRETED", "interpreted_sources"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _unknown(_machine: Machine, arguments: Arguments, _named: Named) -> Unknown:
    path, *parts = arguments
    return Unknown(str(path), is_tainted=is_touched(list(parts)))


def _holding(_machine: Machine, arguments: Arguments, _named: Named) -> Unknown:
    """Return an unknown that shows what was put into it, where constants stand among the data.

    A row of numbers with a score at one place is another one than with the score elsewhere.
    """
    path, held = arguments
    made = Unknown(str(path), is_tainted=is_touched(held))
    if made.is_tainted and _mixes(held):
        made.made_of = str(path), (held,), {}
    return made


def _mixes(held: Any) -> bool:
    if isinstance(held, (list, tuple)):
        return any(_mixes(one) for one in held)
    return isinstance(held, (bool, int, float, str))


def _is_unknown(_machine: Machine, arguments: Arguments, _named: Named) -> bool:
    return isinstance(arguments[0], Unknown)


def _is_row(_machine: Machine, arguments: Arguments, _named: Named) -> bool:
    """Return whether nothing in a list is unknown or holds other values: asked of long ones."""
    return not any(isinstance(one, _HOLDING) for one in arguments[0])


def _is_missing(_machine: Machine, arguments: Arguments, _named: Named) -> bool:
    """Return whether a cell of a table is empty: None, or a number that is none."""
    value = arguments[0]
    return value is None or (type(value) is float and value != value)  # noqa: PLR0124 - asks for nan


_HOLDING: Final = (Unknown, list, tuple, dict, Instance)
_GIVEN: Final = {
    "unknown": Native("unknown", _unknown),
    "holding": Native("holding", _holding),
    "is_unknown": Native("is_unknown", _is_unknown),
    "is_row": Native("is_row", _is_row),
    "is_missing": Native("is_missing", _is_missing),
}


def interpreted_sources(name: str) -> dict[str, str]:
    """Return the sources that stand for a library by file, in the order in which they are read.

    A library is one file, or a folder of files that share one namespace: ``__init__.py`` is read
    first, the others by name.
    """
    folder = files("chameleonapi.analysis.engine.library") / "sources"
    whole = folder / f"{name}.py"
    if whole.is_file():
        return {name: whole.read_text(encoding="utf-8")}
    parts = [one for one in (folder / name).iterdir() if one.name.endswith(".py")]
    parts.sort(key=lambda one: (one.name != "__init__.py", one.name))
    return {
        f"{name}/{one.name.removesuffix('.py')}": one.read_text(encoding="utf-8") for one in parts
    }


@cache
def _compiled(name: str) -> tuple[tuple[Any, ...], frozenset[str]]:
    """Return the codes of a library, and the names that it defines for applications."""
    from chameleonapi.analysis.engine.compiler import compile_module

    codes: list[Any] = []
    names: set[str] = set()
    for file, text in interpreted_sources(name).items():
        tree = ast.parse(text)
        codes.append(compile_module(f"<{file}>", tree, text.split("\n")))
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                parts = [part for one in node.targets for part in ast.walk(one)]
                names.update(one.id for one in parts if isinstance(one, ast.Name))
    return tuple(codes), frozenset(one for one in names if not one.startswith("_"))


class _Members(dict[str, Any]):
    """The names of a library, which is read when the first of them is asked for.

    It is read once for all runs: nothing in a library changes.
    """

    def __init__(self, machine: Machine, name: str) -> None:
        super().__init__()
        self._machine = machine
        self._name = name

    def get(self, name: str, default: Any = None) -> Any:
        codes, public = _compiled(self._name)
        if name not in public:
            return default
        known = self._machine.linker.libraries
        if self._name not in known:
            known[self._name] = self._read(codes)
        return known[self._name].get(name, default)

    def _read(self, codes: tuple[Any, ...]) -> dict[str, Any]:
        machine = self._machine
        module = Module(self._name, f"<{self._name}>", is_package=False)
        module.vars.update({"__name__": self._name, **_GIVEN})
        span = machine.span
        machine.depth += 1
        try:
            for code in codes:
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
