"""Comparison and membership, by the types of both sides."""

from __future__ import annotations

import functools
import operator
from collections import deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import (
    deep_lift,
    has_taint,
    is_touched,
    lift,
    protect,
    shown,
    weigh,
)
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance
from chameleonapi.analysis.engine.operations import (
    enum_members,
    in_order,
    iterate,
    special,
    special_of_class,
    truth,
    type_name,
)
from chameleonapi.analysis.engine.values import Opaque, SizedList, Tainted, Unknown

__all__ = ["COMPARISONS", "compare", "contains", "equal", "less"]

_MANY = 64
_PLAIN = frozenset({str, int, float, bool, bytes, complex, type(None)})

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_METHODS = {
    "==": "__eq__",
    "!=": "__ne__",
    "<": "__lt__",
    "<=": "__le__",
    ">": "__gt__",
    ">=": "__ge__",
}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SETS = (set, frozenset)


def compare(machine: Machine, name: str, left: Any, right: Any) -> Any:
    """Return the result of a comparison: a truth value, or an unknown."""
    if name == "in":
        return contains(machine, right, left)
    if name == "not in":
        found = contains(machine, right, left)
        return negate(machine, found)
    if name == "is":
        return identical(machine, left, right)
    if name == "is not":
        return negate(machine, identical(machine, left, right))
    first, second = type(left), type(right)
    if first in _PLAIN and second in _PLAIN:
        if first is int or second is int:
            _note_bound(machine, left, right)
        return protect(COMPARISONS[name], left, right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if left is right and name in ("==", "!="):
            return name == "=="
        return Unknown(
            f"({shown(left)} {name} {shown(right)})",
            is_tainted=is_touched(left) or is_touched(right),
        )
    if first is Tainted or second is Tainted:
        return _compare_tainted(machine, name, left, right)
    if name == "==":
        return equal(machine, left, right)
    if name == "!=":
        return not equal(machine, left, right)
    return _order(machine, name, left, right)


def negate(machine: Machine, value: Any) -> Any:
    """Return ``not value`` without deciding an unknown."""
    if isinstance(value, Unknown):
        return Unknown(f"not {value.path}", is_tainted=value.is_tainted)
    return not truth(machine, value)


def _note_bound(machine: Machine, left: Any, right: Any) -> None:
    if machine.call_serial is not None:
        for one in (left, right):
            if type(one) is int:
                machine.note_bound(one)


def _compare_tainted(machine: Machine, name: str, left: Any, right: Any) -> Any:
    if isinstance(left, (Instance, Class, Opaque)) or isinstance(right, (Instance, Class, Opaque)):
        if isinstance(left, Instance) or isinstance(right, Instance):
            return _by_method(machine, name, left, right)
        return name == "!=" if name in ("==", "!=") else _refuse(name, left, right)
    for one, other in ((left, right), (right, left)):
        if type(one) is Tainted and _is_same_container(one.value, other) and name in ("==", "!="):
            _ask_size(machine, other, len(one.value))
            return deep_lift(machine, name, COMPARISONS[name], (left, right))
        if type(other) is not Tainted and isinstance(other, (list, tuple, dict, set)):
            if has_taint(other) and name in ("==", "!="):
                return equal(machine, left, right) is (name == "==")
            if isinstance(one, Tainted) and not isinstance(one.value, (list, tuple, dict, set)):
                return name == "!=" if name in ("==", "!=") else _refuse(name, left, right)
    if _are_apart(left, right):
        _note_number(machine, left, right)
        return name == "!=" if name in ("==", "!=") else _refuse(name, left, right)
    if name in ("==", "!="):
        for one, other in ((left, right), (right, left)):
            if type(one) is str and not one and _is_joined(machine, other):
                return truth(machine, other) is (name == "!=")
    if type(right) is int or type(left) is int:
        _note_bound(machine, left, right)
    function = COMPARISONS[name]
    return lift(
        machine, name, function, (left, right), lambda: f"{shown(left)} {name} {shown(right)}"
    )


def _is_joined(machine: Machine, text: Any) -> bool:
    return text.expression in machine.joins or text.expression in machine.fills


def _is_same_container(plain: Any, other: Any) -> bool:
    if type(plain) is str or type(plain) is float:
        return False
    return any(
        isinstance(plain, kind) and isinstance(other, kind) for kind in (list, tuple, dict, set)
    )


def _refuse(name: str, left: Any, right: Any) -> Any:
    kinds = [type_name(one) for one in (left, right)]
    raise Raised(
        TypeError(f"{name!r} not supported between instances of {kinds[0]!r} and {kinds[1]!r}")
    )


def _are_apart(left: Any, right: Any) -> bool:
    """Tell whether values of these types are never equal, whatever the answer."""
    one = left.value if type(left) is Tainted else left
    other = right.value if type(right) is Tainted else right
    if type(one) is type(other):
        return False
    groups = [
        0
        if isinstance(x, str)
        else 1
        if isinstance(x, (int, float, Decimal))
        else 2
        if isinstance(x, (list, tuple))
        else 3
        if x is None
        else -1
        for x in (one, other)
    ]
    return groups[0] != groups[1] and -1 not in groups


def _by_method(machine: Machine, name: str, left: Any, right: Any) -> Any:
    for one, other, sign in ((left, right, name), (right, left, _MIRRORED[name])):
        if type(one) is Instance:
            found = special(machine, one, _METHODS[sign], other)
            if found is not MISSING and found is not NotImplemented:
                return found
            if name == "!=":
                found = special(machine, one, "__eq__", other)
                if found is not MISSING and found is not NotImplemented:
                    return negate(machine, found)
    parts = [_enum_value(one) for one in (left, right)]
    if parts[0] is not left or parts[1] is not right:
        return compare(machine, name, *parts)
    if name in ("==", "!="):
        same = left is right
        if type(left) is Instance and type(right) is Instance and left.cls is right.cls:
            same = same or _same_fields(machine, left, right)
        return same is (name == "==")
    for one in (left, right):
        if type(one) is Instance and one.cls.unknown_base is not None:
            return Unknown(f"({one.cls.name} {name})")
    layout = left.cls.layout if type(left) is Instance and type(right) is Instance else None
    if layout is not None and layout.has_order:
        names = [one for one in left.cls.fields if one not in layout.uncompared]
        return _order(
            machine,
            name,
            tuple(left.attributes.get(n) for n in names),
            tuple(right.attributes.get(n) for n in names),
        )
    return _refuse(name, left, right)


def _enum_value(value: Any) -> Any:
    # members of IntEnum and StrEnum compare as their values
    if type(value) is Instance and value.payload is not None:
        return value.payload
    return value


def _same_fields(machine: Machine, left: Instance, right: Instance) -> bool:
    fields = left.cls.fields
    if fields is None or left.cls.is_enum:
        return False
    if left.cls.layout is not None:
        if not left.cls.layout.has_equality:
            return False
        fields = tuple(one for one in fields if one not in left.cls.layout.uncompared)
    return all(
        equal(machine, left.attributes.get(name), right.attributes.get(name)) for name in fields
    )


def equal(machine: Machine, left: Any, right: Any) -> bool:
    """Return whether two values are equal, asking about tainted members one by one."""
    if left is right:
        return True
    first, second = type(left), type(right)
    if first in _PLAIN and second in _PLAIN:
        return bool(left == right)
    machine.tick()
    if first is Tainted or second is Tainted or isinstance(left, Unknown):
        return truth(machine, compare(machine, "==", left, right))
    if isinstance(right, Unknown):
        return truth(machine, compare(machine, "==", left, right))
    if first is Instance or second is Instance:
        return truth(machine, _by_method(machine, "==", left, right))
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        if isinstance(left, list) is not isinstance(right, list):
            return False
        _ask_size(machine, left, len(right))
        _ask_size(machine, right, len(left))
        if len(left) != len(right):
            return False
        return all(equal(machine, a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        if not has_taint(left) and not has_taint(right):
            machine.charge(weigh(left))
            return bool(protect(operator.eq, left, right))
        if len(left) != len(right):
            return False
        for key, value in left.items():
            other = next((v for k, v in right.items() if equal(machine, key, k)), MISSING)
            if other is MISSING or not equal(machine, value, other):
                return False
        return True
    if isinstance(left, _SETS) and isinstance(right, _SETS):
        if not has_taint(left) and not has_taint(right):
            return bool(left == right)
        return all(contains(machine, right, one) for one in in_order(left)) and all(
            contains(machine, left, one) for one in in_order(right)
        )
    _note_apart(machine, left, right)
    return bool(protect(operator.eq, left, right))


def _note_apart(machine: Machine, left: Any, right: Any) -> None:
    """Remark on a whole result, or a list of results, that is compared with a text."""
    for one, other in ((left, right), (right, left)):
        if type(other) is not str or not other:
            continue
        is_result = getattr(one, "is_answer", False)
        if not is_result and not (isinstance(one, (dict, list, tuple)) and has_taint(one)):
            continue
        what = "A list" if isinstance(one, (list, tuple)) else "A whole result of the API"
        machine.remark(
            "type-mismatch",
            f"{what} is compared with the text {other!r} here; they are never equal.",
        )


def _note_number(machine: Machine, left: Any, right: Any) -> None:
    """Remark on a member of an enumeration that is compared with its name."""
    for one, other in ((left, right), (right, left)):
        if type(one) is Tainted and hasattr(one.value, "label") and type(other) is str:
            machine.remark(
                "type-mismatch",
                f"The client gives a number here, and it is compared with the text {other!r}: they "
                "are never equal. Compare the name of it.",
            )


def _ask_size(machine: Machine, value: Any, wanted: int) -> None:
    if type(value) is SizedList and value.size is not None:
        size = value.size
        test = machine.make("==", operator.eq, (size, wanted), f"{size.text} == {wanted}")
        machine.test(test, value=len(value) == wanted)


def _order(machine: Machine, name: str, left: Any, right: Any) -> Any:
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _by_method(machine, name, left, right)
    if isinstance(left, _SETS) and isinstance(right, _SETS):
        return _order_sets(machine, name, left, right)
    if (
        isinstance(left, (list, tuple))
        and isinstance(right, (list, tuple))
        and isinstance(left, list) is isinstance(right, list)
    ):
        for a, b in zip(left, right, strict=False):
            if not equal(machine, a, b):
                return compare(machine, name, a, b)
        return COMPARISONS[name](len(left), len(right))
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return _refuse(name, left, right)
    return protect(COMPARISONS[name], left, right)


def _order_sets(machine: Machine, name: str, left: Any, right: Any) -> bool:
    if name in (">", ">="):
        left, right = right, left
    inside = all(contains(machine, right, one) for one in in_order(left))
    if name in ("<=", ">="):
        return inside
    return inside and not all(contains(machine, left, one) for one in in_order(right))


def less(machine: Machine, left: Any, right: Any) -> bool:
    """Return whether ``left < right``, for sorting."""
    return truth(machine, compare(machine, "<", left, right))


def identical(machine: Machine, left: Any, right: Any) -> Any:
    """Return ``left is right``."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if left is right:
            return True
        return Unknown(
            f"({shown(left)} is {shown(right)})", is_tainted=is_touched(left) or is_touched(right)
        )
    if type(left) is Tainted or type(right) is Tainted:
        one = left.value if type(left) is Tainted else left
        other = right.value if type(right) is Tainted else right
        if isinstance(one, (str, int, float)) and isinstance(other, (str, int, float)):
            return compare(machine, "==", left, right)
        return one is other
    if type(left) in _PLAIN and type(left) is type(right) and not isinstance(left, bool):
        return left == right  # interned constants, as CPython has it for literals
    return left is right or (type(left).__name__ == "BoundMethod" and left == right)


def contains(machine: Machine, container: Any, item: Any) -> Any:
    """Return ``item in container``: substring or membership, by the container's type."""
    kind = type(container)
    if kind is str or kind is bytes:
        if isinstance(item, Unknown):
            return _unknown_in(container, item)
        if type(item) is Tainted:
            text = f"{shown(item)} in {shown(container)}"
            return lift(machine, "in", _is_in, (item, container), text)
        return protect(_is_in, item, container)
    if kind is Tainted:
        if isinstance(item, Unknown):
            return _unknown_in(container, item)
        if isinstance(container.value, str):
            inner = _search_pieces(machine, container, item)
            if inner is not None:
                return inner
        text = f"{shown(item)} in {shown(container)}"
        return lift(machine, "in", _is_in, (item, container), text)
    if isinstance(container, Unknown):
        text = container.as_text(machine)
        return _unknown_in(container, item) if text is None else contains(machine, text, item)
    asked = getattr(container, "contains", None) if isinstance(container, (Opaque, dict)) else None
    if asked is not None:
        return asked(machine, item)
    if isinstance(container, dict):
        return _among(machine, container, item, is_hashed=True)
    if isinstance(container, (set, frozenset)):
        return _among(machine, container, item, is_hashed=True)
    if isinstance(container, (list, tuple, deque)):
        return _among(machine, container, item, is_hashed=False)
    if kind is range and type(item) is not Tainted:
        return protect(_is_in_range, item, container)
    if kind is Instance:
        found = special(machine, container, "__contains__", item)
        if found is not MISSING:
            return truth(machine, found)
        if container.cls.is_flag and type(item) is Instance:
            return item.payload & container.payload == item.payload
        if container.payload is not None:
            return contains(machine, container.payload, item)
        if container.cls.unknown_base is not None:
            return _unknown_in(Unknown(container.cls.name), item)
    if isinstance(container, Class):
        found = special_of_class(machine, container, "__contains__", item)
        if found is not MISSING:
            return truth(machine, found)
    if isinstance(container, Class) and container.is_enum:
        members = enum_members(container)
        return any(one is item for one in members) or bool(
            _among(machine, [one.attributes["_value_"] for one in members], item, is_hashed=False)
        )
    return any(equal(machine, one, item) for one in machine.ticking(iterate(machine, container)))


def _unknown_in(container: Any, item: Any) -> Unknown:
    return Unknown(
        f"({shown(item)} in {shown(container)})",
        is_tainted=is_touched(item) or is_touched(container),
    )


def _is_in(item: Any, container: Any) -> bool:
    return item in container


def _is_in_range(item: Any, container: range) -> bool:
    if isinstance(item, float):
        # Python compares with one number after the other, however long the range is
        return item.is_integer() and int(item) in container
    return isinstance(item, int) and item in container


def _search_pieces(machine: Machine, container: Tainted, item: Any) -> Any:
    """Look for a constant in joined text piece by piece, where that is the same.

    It is if the constant cannot reach over a seam: it shares no letter with what is between.
    """
    if type(item) is not str or not item:
        return None
    pieces = machine.joins.get(container.expression)
    if pieces is None:
        return None
    between, parts = pieces
    if any(letter in constant for constant in between for letter in item):
        return None
    return any(truth(machine, contains(machine, one, item)) for one in parts)


class _Words(tuple[str, ...]):  # noqa: SLOT001 - the set is kept beside the texts
    """Many constant texts: membership, asked for every label, does not go through them all."""

    @functools.cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(self)

    def __contains__(self, item: object) -> bool:
        return item in self._members


def _among(machine: Machine, items: Iterable[Any], item: Any, *, is_hashed: bool) -> Any:
    if type(item) is Tainted and isinstance(item.value, str) and set(map(type, items)) == {str}:
        same = tuple(sorted(items) if isinstance(items, (set, frozenset)) else items)
        if len(same) > _MANY:
            same = _Words(same)
        return lift(machine, "in", _is_in, (item, same), f"{shown(item)} in {shown(same)}")
    constants: list[Any] = []
    tainted: list[Tainted] = []
    others: list[Any] = []
    unknown: Unknown | None = None
    for one in in_order(items) if isinstance(items, (set, frozenset)) else items:
        kind = type(one)
        if kind in _PLAIN:
            constants.append(one)
        elif kind is Tainted:
            tainted.append(one)
        elif isinstance(one, Unknown):
            unknown = one
        else:
            others.append(one)
    if isinstance(item, Unknown):
        if any(one is item for one in items):
            return True
        return _unknown_in(items, item) if constants or tainted or others or unknown else False
    if is_hashed and isinstance(item, (list, dict, set)):
        raise Raised(TypeError(f"unhashable type: {type(item).__name__!r}"))
    if type(item) is Tainted:
        same = tuple(one for one in constants if not _are_apart(item, one))
        if not same and constants:
            _note_number(machine, item, constants[0])
        text = f"{shown(item)} in {shown(same)}"
        if same and lift(machine, "in", _is_in, (item, same), text):
            return True
    elif type(item) in _PLAIN and item in constants:
        return True
    for one in (*tainted, *others):
        if one is item or equal(machine, one, item):
            return True
    if unknown is not None:
        is_tainted = unknown.is_tainted or is_touched(item)
        return Unknown(f"({shown(item)} in [{unknown.path}, …])", is_tainted=is_tainted)
    return False
