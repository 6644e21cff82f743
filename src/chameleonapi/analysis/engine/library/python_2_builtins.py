"""The built-in names, with those of Python 2: sources that Python 3 parses still use them."""

from __future__ import annotations

from functools import cmp_to_key, reduce
from typing import Any, Final

from chameleonapi.analysis.engine.arithmetic import binary
from chameleonapi.analysis.engine.comparing import compare
from chameleonapi.analysis.engine.library.builtin_functions import BUILTINS
from chameleonapi.analysis.engine.library.functions import functools_module
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import Native

__all__ = ["ALL_BUILTINS"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _reload(_machine: Machine, arguments: Arguments, _named: Named) -> Any:
    return arguments[0]


def _cmp(machine: Machine, arguments: Arguments, _named: Named) -> Any:
    above, below = (compare(machine, sign, *arguments[:2]) for sign in (">", "<"))
    return binary(machine, "-", above, below)


def _from_functools(name: str) -> Native:
    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        function = functools_module(machine).members[name]
        return machine.linker.call(machine, function, arguments, named)

    return Native(name, run)


def _sorted(machine: Machine, arguments: Arguments, named: Named) -> Any:
    """Sort as Python 2 does too: ``sorted(names, cmp=by_length)``."""
    if "cmp" in named:
        named = dict(named)
        made = _from_functools(cmp_to_key.__name__)
        named["key"] = machine.linker.call(machine, made, (named.pop("cmp"),), {})
    return machine.linker.call(machine, BUILTINS["sorted"], arguments, named)


ALL_BUILTINS: Final[dict[str, Any]] = {
    **BUILTINS,
    "cmp": Native("cmp", _cmp),
    "file": BUILTINS["open"],
    "reduce": _from_functools(reduce.__name__),
    "reload": Native("reload", _reload),
    "sorted": Native("sorted", _sorted),
}
