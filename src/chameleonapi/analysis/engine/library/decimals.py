"""``decimal``: exact numbers, as tables of DynamoDB want them."""

from __future__ import annotations

import decimal
import operator
from decimal import Decimal
from typing import Any

from chameleonapi.analysis.engine.attributes import METHODS, Method
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import has_taint, has_unknown, is_touched, lift, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import NativeModule, Tainted, Unknown

__all__ = ["decimal_module", "make_decimal"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]
_DIGITS = 400  # beyond this an integer made of it would be large
_METHODS = (
    "quantize",
    "normalize",
    "to_integral_value",
    "is_nan",
    "is_zero",
    "is_signed",
    "copy_abs",
)


def _bounded(value: Any = 0) -> Decimal:
    made = Decimal(value)
    if made.is_finite() and abs(made.adjusted()) > _DIGITS:
        msg = "an exponent that large is not followed"
        raise ValueError(msg)
    return made


def make_decimal(machine: Machine, arguments: Arguments, named: Named) -> Any:
    """Return ``Decimal(value)``."""
    everything = (*arguments, *named.values())[:1]
    if has_unknown(everything) or (everything and isinstance(everything[0], (tuple, list))):
        return Unknown("Decimal()", is_tainted=is_touched(everything))
    if has_taint(everything):
        is_text = isinstance(everything[0].value, str)
        text = f"Decimal({shown(everything[0])})"
        return lift(machine, "Decimal", _bounded, everything, text, is_partial=is_text)
    if everything and isinstance(everything[0], str) and len(everything[0]) > _DIGITS:
        raise Raised(decimal.InvalidOperation())
    try:
        return _bounded(*everything)
    except (TypeError, ValueError, decimal.InvalidOperation) as error:
        raise Raised(error) from None


def _method(name: str) -> Method:
    function = operator.methodcaller

    def run(machine: Machine, receiver: Any, arguments: Arguments, named: Named) -> Any:
        # a rounding mode is a name of the module; the exponent is what matters
        values = tuple(one for one in arguments if not isinstance(one, Unknown))
        if isinstance(receiver, Unknown):
            return Unknown(f"{receiver.path}.{name}()", is_tainted=receiver.is_tainted)
        modes = {key: one for key, one in named.items() if isinstance(one, str)}
        key = f"Decimal.{name}{sorted(modes.items())}"

        def apply(number: Decimal, *given: Any) -> Any:
            return function(name, *given, **modes)(number)

        if type(receiver) is Tainted or has_taint(values):
            text = f"{shown(receiver)}.{name}()"
            return lift(machine, key, apply, (receiver, *values), text)
        try:
            return apply(receiver, *values)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise Raised(error) from None

    return run


METHODS[Decimal] = {name: _method(name) for name in _METHODS}


def decimal_module(_machine: Machine) -> NativeModule:
    """Return ``decimal``."""
    modes = {name: name for name in dir(decimal) if name.startswith("ROUND_")}
    return NativeModule(
        "decimal",
        {
            "Decimal": Decimal,
            "InvalidOperation": decimal.InvalidOperation,
            "DecimalException": decimal.DecimalException,
            **modes,
        },
    )
