"""Functions of the standard library that are run as they are: plain in, plain out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.control import Abort
from chameleonapi.analysis.engine.lifting import (
    deep_lift,
    has_unknown,
    is_touched,
    lift,
    protect,
    shown,
)
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import (
    Native,
    Tainted,
    Unknown,
)

__all__ = ["guarded", "lengthening", "pure"]

Arguments = tuple[Any, ...]

Named = dict[str, Any]

_MAX_COMBINATORIAL = 5000


def pure(name: str, function: Callable[..., Any]) -> Native:
    """Model a pure function of plain values and containers of them."""

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        everything = (*arguments, *named.values())
        _charge(machine, name, everything)
        if any(has_unknown(one) for one in everything):
            return Unknown(f"{name}()", is_tainted=any(is_touched(one) for one in everything))
        if any(type(one) is Tainted for one in everything):
            if named:
                keys, count = tuple(named), len(arguments)

                def whole(*values: Any) -> Any:
                    return function(*values[:count], **dict(zip(keys, values[count:], strict=True)))

                return lift(machine, f"{name}{keys}{count}", whole, everything)
            text = f"{name}({', '.join(map(shown, arguments))})"
            return lift(machine, name, function, arguments, text)
        if any(is_touched(one) for one in everything):
            if named:
                return Unknown(f"{name}()", is_tainted=True)
            return deep_lift(machine, name, function, arguments)
        for one in everything:
            if type(one).__module__ not in ("builtins", "collections") and not callable(one):
                return Unknown(f"{name}()")
        return protect(function, *arguments, **named)

    return Native(name, run)


def _charge(machine: Machine, name: str, everything: tuple[Any, ...]) -> None:
    """Use up the budget for what a function of the library goes through in one step of ours."""
    for one in everything:
        if type(one) is range:
            if abs(one.stop - one.start) // abs(one.step) > machine.budget.steps:
                raise Abort("budget-steps", f"{name}() of a very long range is not computed.")
        elif isinstance(one, (str, bytes, list, tuple, set, frozenset, dict)):
            machine.charge(len(one))


def guarded(name: str, function: Callable[..., Any]) -> Native:
    """Model a pure function whose result is too large for large numbers."""
    inner = pure(name, function)

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        for one in arguments:
            plain = one.value if type(one) is Tainted else one
            if isinstance(plain, int) and abs(plain) > _MAX_COMBINATORIAL:
                raise Abort("budget-memory", f"{name}() of a large number is not computed.")
        return inner.function(machine, arguments, named)

    return Native(name, run)


def lengthening(name: str, function: Callable[..., Any]) -> Native:
    """Model a function that may put one of its texts beside every line of another one."""
    inner = pure(name, function)

    def run(machine: Machine, arguments: Arguments, named: Named) -> Any:
        plain = [
            one.value if type(one) is Tainted else one for one in (*arguments, *named.values())
        ]
        texts = sorted(len(one) for one in plain if isinstance(one, str))
        if len(texts) > 1:
            machine.charge(texts[-1] * (1 + sum(texts[:-1])))
        return inner.function(machine, arguments, named)

    return Native(name, run)
