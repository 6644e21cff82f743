"""Arithmetic and its cousins on text and containers, within the budget."""

from __future__ import annotations

import operator
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from chameleonapi.analysis.engine.comparing import contains
from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.lifting import (
    combine_unknown,
    has_taint,
    has_unknown,
    lift,
    protect,
    shown,
)
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Row
from chameleonapi.analysis.engine.operations import drain, enum_members, in_order, special, truth
from chameleonapi.analysis.engine.origins import combined
from chameleonapi.analysis.engine.texts import concatenate, percent_format
from chameleonapi.analysis.engine.values import Opaque, SizedList, Tainted, Unknown

__all__ = ["OPERATORS", "binary", "in_place", "set_operation", "unary"]

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "@": operator.matmul,
}
_NAMES = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
    "@": "matmul",
}
_NUMBERS = frozenset({int, float, bool, complex})
_SETS = (set, frozenset)
_VIEWS: tuple[type, ...] = (type({}.keys()),)


def binary(machine: Machine, name: str, left: Any, right: Any) -> Any:
    """Return the result of a binary operator."""
    first, second = type(left), type(right)
    if first in _NUMBERS and second in _NUMBERS:
        _guard_number(name, left, right)
        return protect(OPERATORS[name], left, right)
    if name == "%" and isinstance(_plain(left), (str, bytes)):
        return percent_format(machine, left, right)
    if name == "+" and _are_texts(left, right):
        return concatenate(machine, (left, right))
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        text = f"({shown(left)} {name} {shown(right)})"
        made = combine_unknown(text, left, right)
        made.origin = combined(text, (left, right), is_tainted=made.is_tainted)
        return made
    if first is Tainted or second is Tainted:
        return _binary_tainted(machine, name, left, right)
    if first is Instance or second is Instance:
        return _by_method(machine, name, left, right)
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return _by_opaque(machine, name, left, right)
    if name == "|" and (_is_type(left) or _is_type(right)):
        return (left, right)  # a union of types, as isinstance takes it
    return _containers(machine, name, left, right)


def _plain(value: Any) -> Any:
    return value.value if type(value) is Tainted else value


def _are_texts(left: Any, right: Any) -> bool:
    # what is added to a text is a text
    if not (_is_text(left) or _is_text(right)):
        return False
    return all(_is_text(one) or isinstance(one, Unknown) for one in (left, right))


def _is_text(value: Any) -> bool:
    return isinstance(_plain(value), str) or (
        isinstance(value, Unknown) and value.parts is not None
    )


def _is_type(value: Any) -> bool:
    return isinstance(value, (type, Class)) or value is None


def _binary_tainted(machine: Machine, name: str, left: Any, right: Any) -> Any:
    if isinstance(left, (Instance, Opaque)) or isinstance(right, (Instance, Opaque)):
        return _by_method(machine, name, left, right)
    one, other = _plain(left), _plain(right)
    if isinstance(one, list) or isinstance(other, list):
        left, right = _materialise(machine, left), _materialise(machine, right)
        return _containers(machine, name, left, right)
    if name == "*" and (isinstance(one, (str, bytes)) or isinstance(other, (str, bytes))):
        size = (len(one) if isinstance(one, str) else 1) * (other if isinstance(other, int) else 1)
        machine.charge(max(0, int(size)))
    elif isinstance(one, (int, float)) and isinstance(other, (int, float)):
        _guard_number(name, one, other)
    partial = name in ("/", "//", "%") and type(right) is Tainted
    text = f"({shown(left)} {name} {shown(right)})"
    return lift(machine, name, OPERATORS[name], (left, right), text, is_partial=partial)


def _materialise(machine: Machine, value: Any) -> Any:
    if type(value) is Tainted and isinstance(value.value, (list, tuple)):
        items = drain(machine, value)
        return items if isinstance(value.value, list) else tuple(items)
    return value


def _guard_number(name: str, left: Any, right: Any) -> None:
    if type(left) is not int or type(right) is not int:
        return
    if name == "**":
        bits = left.bit_length() * max(right, 0)
    elif name == "<<":
        bits = left.bit_length() + max(right, 0)
    elif name == "*":
        bits = left.bit_length() + right.bit_length()
    else:
        return
    if bits > 100_000:
        raise Abort("budget-memory", "An integer grew too large, and the run was cut off.")


def _by_method(machine: Machine, name: str, left: Any, right: Any) -> Any:
    if type(left) is Instance:
        found = special(machine, left, f"__{_NAMES[name]}__", right)
        if found is not MISSING and found is not NotImplemented:
            return found
    if type(right) is Instance:
        found = special(machine, right, f"__r{_NAMES[name]}__", left)
        if found is not MISSING and found is not NotImplemented:
            return found
    if type(left) is Instance and type(right) is Instance and left.cls.is_flag and name in "|&^":
        return flag_of(left.cls, OPERATORS[name](left.payload, right.payload))
    for one in (left, right):
        if type(one) is Instance and one.payload is not None:
            mine = left.payload if type(left) is Instance else left
            other = right.payload if type(right) is Instance else right
            return binary(machine, name, mine, other)
        if type(one) is Instance and one.cls.unknown_base is not None:
            return Unknown(f"({one.cls.name} {name})")
        if isinstance(one, Opaque):
            return _by_opaque(machine, name, left, right)
    return _refuse(name, left, right)


def flag_of(cls: Class, value: int) -> Instance:
    """Return the member of a ``Flag`` with a value, made of several where there is none."""
    for one in enum_members(cls):
        if one.payload == value:
            return one
    made = Instance(cls, 0)
    made.attributes = {"_name_": None, "_value_": value}
    made.payload = value
    return made


def _by_opaque(machine: Machine, name: str, left: Any, right: Any) -> Any:
    for one, other, mirrored in ((left, right, False), (right, left, True)):
        asked = getattr(one, "operate", None)
        if isinstance(one, Opaque) and asked is not None:
            return asked(machine, name, other, mirrored)
    return _refuse(name, left, right)


def _refuse(name: str, left: Any, right: Any) -> Any:
    kinds = [
        getattr(getattr(one, "cls", type(one)), "name", type(one).__name__) for one in (left, right)
    ]
    raise Raised(
        TypeError(f"unsupported operand type(s) for {name}: {kinds[0]!r} and {kinds[1]!r}")
    )


def _containers(machine: Machine, name: str, left: Any, right: Any) -> Any:
    if name in "&|-^" and isinstance(left, (*_SETS, *_VIEWS)) and not isinstance(left, Counter):
        if isinstance(right, (*_SETS, *_VIEWS)):
            found = set_operation(machine, name, left, right)
            return frozenset(found) if isinstance(left, frozenset) else found
        return _refuse(name, left, right)
    if name == "+":
        if isinstance(left, list) and isinstance(right, list):
            machine.charge(len(left) + len(right))
            return _joined_lists(machine, left, right)
        if isinstance(left, tuple) and isinstance(right, tuple):
            machine.charge(len(left) + len(right))
            return tuple(left) + tuple(right)
    if name == "*":
        for one, other in ((left, right), (right, left)):
            if isinstance(one, (str, bytes, list, tuple, deque)) and isinstance(other, int):
                machine.charge(len(one) * max(other, 0))
                plain = list(one) if isinstance(one, SizedList) else one
                return protect(operator.mul, plain, other)
    if name == "|" and isinstance(left, dict) and isinstance(right, dict):
        machine.charge(len(left) + len(right))
        return protect(operator.or_, left, right)
    if name == "+" and isinstance(left, (str, bytes)) and isinstance(right, (str, bytes)):
        machine.charge(len(left) + len(right))
    return protect(OPERATORS[name], left, right)


def _joined_lists(machine: Machine, left: list[Any], right: list[Any]) -> list[Any]:
    items = [*left, *right]
    sizes = [one.size for one in (left, right) if type(one) is SizedList and one.size is not None]
    if not sizes:
        return items
    total: Any = None
    for one in (left, right):
        size = one.size if type(one) is SizedList and one.size is not None else len(one)
        total = (
            size
            if total is None
            else machine.make("+", operator.add, (total, size), f"{shown(total)} + {shown(size)}")
        )
    return SizedList(items, total)


def set_operation(machine: Machine, name: str, left: Any, right: Any) -> set[Any]:
    """Return a set operation, asking about each member on which it depends."""
    machine.charge(len(left) + len(right))
    one, other = (
        in_order(part) if isinstance(part, (set, frozenset)) else list(part)
        for part in (left, right)
    )
    if not any(has_taint(x) or has_unknown(x) for x in (one, other)):
        return set(protect(OPERATORS[name], set(one), set(other)))
    if name == "|":
        return {*one, *other}
    if name == "^":
        return {
            *(x for x in one if not truth(machine, contains(machine, other, x))),
            *(x for x in other if not truth(machine, contains(machine, one, x))),
        }
    keep = name == "&"
    return {x for x in one if truth(machine, contains(machine, other, x)) is keep}


def in_place(machine: Machine, name: str, left: Any, right: Any) -> Any:
    """Return what an augmented assignment stores, changing containers where Python does."""
    if type(left) is Instance:
        found = special(machine, left, f"__i{_NAMES[name]}__", right)
        if found is not MISSING and found is not NotImplemented:
            return found
    if isinstance(left, list) and name == "+":
        items = drain(machine, right)
        if isinstance(left, SizedList):
            left.size = None
        left.extend(items)
        return left
    if isinstance(left, list) and name == "*" and type(right) is int:
        machine.charge(len(left) * max(right, 0))
        if isinstance(left, SizedList):
            left.size = None
        left *= right
        return left
    if isinstance(left, set) and name in "|&-^" and isinstance(right, _SETS):
        found = set_operation(machine, name, left, right)
        left.clear()
        left.update(found)
        return left
    if isinstance(left, dict) and name == "|" and isinstance(right, dict):
        left.update(right)
        return left
    if isinstance(left, Row):
        left = tuple(left)
    return binary(machine, name, left, right)


_UNARY: dict[str, Callable[[Any], Any]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
}


def unary(machine: Machine, name: str, value: Any) -> Any:
    """Return the result of ``-``, ``+`` or ``~``."""
    if type(value) is Tainted:
        return lift(machine, f"unary {name}", _UNARY[name], (value,), f"{name}{shown(value)}")
    if isinstance(value, Unknown):
        return Unknown(f"{name}{value.path}", is_tainted=value.is_tainted)
    if type(value) is Instance:
        names = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
        found = special(machine, value, names[name])
        if found is not MISSING:
            return found
        if value.payload is not None:
            return unary(machine, name, value.payload)
    return protect(_UNARY[name], value)
