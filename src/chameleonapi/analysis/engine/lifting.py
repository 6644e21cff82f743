"""Lift pure functions over data of the answer: the value is computed, and so is its expression."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from chameleonapi.analysis.engine.control import Abort, Raised
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import Instance
from chameleonapi.analysis.engine.values import Opaque, SizedList, Tainted, Unknown
from chameleonapi.analysis.expressions import Expression, Leaf, written

__all__ = [
    "combine_unknown",
    "deep_lift",
    "has_taint",
    "has_unknown",
    "is_touched",
    "lift",
    "pin",
    "protect",
    "shown",
    "unwrap",
    "weigh",
]

_DEPTH = 6
_PARTS = 100_000
_CONTAINERS = (list, tuple, dict, set, frozenset)
_ENDLESS = 10**12


def unwrap(value: Any) -> Any:
    """Return the value itself, without saying where it came from."""
    return value.value if type(value) is Tainted else value


def shown(value: Any) -> str:
    """Return a short text of a value as it would stand in the source."""
    if type(value) is Tainted:
        return value.expression.text
    if isinstance(value, Unknown):
        return value.path
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, (list, tuple, set, frozenset)) and has_taint(value):
        return "[answer data]"  # its length and contents change from run to run
    if type(value) is slice:
        bounds = (value.start, value.stop, value.step)[: 2 if value.step is None else 3]
        return ":".join("" if one is None else shown(one) for one in bounds)
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def protect(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call a real function on plain values; what it raises is the application's exception."""
    try:
        return function(*arguments, **named)
    except (MemoryError, RecursionError) as error:
        raise Abort("budget-memory", "An operation on a value was too large.") from error
    except Exception as error:  # noqa: BLE001 - the application's own
        raise Raised(error) from None


def _attempt(function: Callable[..., Any]) -> Callable[..., bool]:
    def succeeds(*arguments: Any) -> bool:
        try:
            function(*arguments)
        except Exception:  # noqa: BLE001 - whatever the modelled function raises
            return False
        return True

    return succeeds


def lift(
    machine: Machine,
    name: str,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    text: str | Callable[[], str] = "",
    *,
    is_partial: bool = False,
) -> Any:
    """Apply a pure function to arguments of which some are tainted.

    A truth value is decided upon at once, so that only other values stay tainted. For a
    function that may fail (``is_partial``), that it did not is recorded too.
    """
    values, parts = [], []
    for one in arguments:
        if type(one) is Tainted:
            values.append(one.value)
            parts.append(one.expression)
        else:
            values.append(one)
            parts.append(one)
    frozen = tuple(parts)
    try:
        result = function(*values)
    except (MemoryError, RecursionError) as error:
        raise Abort("budget-memory", "An operation on a value was too large.") from error
    except Exception as error:  # noqa: BLE001 - the application's own
        _note_whether(machine, name, function, frozen, text, can=False)
        _taint_message(machine, name, function, frozen, error)
        raise Raised(error) from None
    if is_partial:
        _note_whether(machine, name, function, frozen, text, can=True)
    if result is None:
        return None
    expression = machine.make(name, function, frozen, text)
    if type(result) is bool:
        return machine.test(expression, result)
    return Tainted(result, expression)


def _note_whether(
    machine: Machine,
    name: str,
    function: Callable[..., Any],
    parts: tuple[Any, ...],
    text: str | Callable[[], str],
    *,
    can: bool,
) -> None:
    """Record whether a function that may fail did not."""
    said = written(text)
    made = machine.make(f"can {name}", _attempt(function), parts, said and f"{said} succeeds")
    machine.test(made, value=can)


def _taint_message(
    machine: Machine, name: str, function: Callable[..., Any], parts: tuple[Any, ...], error: Any
) -> None:
    """Say that the text of an exception holds data of the answer, if it does."""
    if len(error.args) == 1 and type(error.args[0]) is str:
        said = machine.make(f"error of {name}", _message(function), parts, f"str({name} error)")
        error.args = (Tainted(error.args[0], said),)


def _message(function: Callable[..., Any]) -> Callable[..., str]:
    def said(*arguments: Any) -> str:
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever the modelled function raises
            return str(error)
        return ""

    return said


def pin(machine: Machine, value: Any) -> Any:
    """Return the plain value of a tainted one, recording that the run depended on it."""
    if type(value) is not Tainted:
        return value
    expression = machine.make(
        "==",
        operator.eq,
        (value.expression, value.value),
        f"{value.expression.text} == {value.value!r}",
    )
    machine.test(expression, value=True)
    return value.value


def combine_unknown(text: str, *values: Any) -> Unknown:
    """Return the unknown that comes of an operation on these values."""
    return Unknown(text, is_tainted=any(is_touched(one) for one in values))


def is_touched(value: Any) -> bool:
    """Tell whether data of the answer is in a value, exactly or through an unknown."""
    return _search(value, _touches)


def has_taint(value: Any) -> bool:
    """Tell whether a value is, or holds, data of the answer with a known expression."""
    return _search(value, _is_tainted)


def has_unknown(value: Any) -> bool:
    """Tell whether a value is, or holds, an unknown."""
    return _search(value, _is_unknown)


def _touches(value: Any) -> bool:
    if type(value) is Tainted:
        return True
    if isinstance(value, Unknown):
        return value.is_tainted
    return isinstance(value, Opaque) and bool(getattr(value, "is_answer", False))


def _is_tainted(value: Any) -> bool:
    return type(value) is Tainted


def _is_unknown(value: Any) -> bool:
    return isinstance(value, Unknown)


def _search(value: Any, wanted: Callable[[Any], bool]) -> bool:
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return False
    stack: list[Any] = [value]
    seen: set[int] = set()
    while stack:
        one = stack.pop()
        if wanted(one):
            return True
        holds = isinstance(one, (list, tuple, dict, set, frozenset, Instance, Unknown))
        # parts may be shared many times over: each is looked at once
        if holds and id(one) not in seen and len(seen) < _PARTS:
            seen.add(id(one))
            stack.extend(_parts(one))
    return False


def weigh(value: Any) -> int:
    """Return how large a value is when it is written out, however much of it is shared.

    A value that holds itself is as large as the limit.
    """
    if not isinstance(value, _CONTAINERS):
        return _weight(value)
    known: dict[int, int] = {}
    stack: list[tuple[Any, bool]] = [(value, False)]
    while stack:
        one, is_done = stack.pop()
        if is_done:
            total = 1
            for part in _parts(one):
                inner = isinstance(part, _CONTAINERS)
                total += known.get(id(part), 1) if inner else _weight(part)
            known[id(one)] = min(total, _ENDLESS)
        elif id(one) not in known:
            known[id(one)] = _ENDLESS
            stack.append((one, True))
            stack.extend((part, False) for part in _parts(one) if isinstance(part, _CONTAINERS))
    return known[id(value)]


def _weight(value: Any) -> int:
    plain = value.value if type(value) is Tainted else value
    return len(plain) + 1 if isinstance(plain, (str, bytes)) else 1


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield item
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from value
        if type(value) is SizedList and not value and value.size is not None:
            yield Tainted(0, value.size)
    elif type(value) is Instance:
        yield from value.attributes.values()
        if value.payload is not None:
            yield value.payload
    elif isinstance(value, Unknown) and value.parts:
        yield from value.parts


def deep_lift(
    machine: Machine, name: str, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> Any:
    """Lift a function of containers that hold tainted values (or may hold them)."""
    leaves: list[Tainted] = []
    machine.charge(weigh(arguments))

    def plan(value: Any, depth: int) -> Callable[[tuple[Any, ...]], Any]:
        if type(value) is Tainted:
            position = len(leaves)
            leaves.append(value)
            return lambda found: found[position]
        if depth > _DEPTH:
            raise Abort("unsupported-value", "A nested structure is too deep to be followed.")
        if isinstance(value, dict):
            pairs = [(plan(k, depth + 1), plan(v, depth + 1)) for k, v in value.items()]
            return lambda found: {k(found): v(found) for k, v in pairs}
        if isinstance(value, (list, tuple, set, frozenset)):
            items = [plan(one, depth + 1) for one in value]
            kind: Any = list
            for shape in (tuple, set, frozenset):
                if isinstance(value, shape):
                    kind = shape
            return lambda found: kind([one(found) for one in items])
        return lambda _found: value

    plans = [plan(one, 0) for one in arguments]
    if not leaves:
        return protect(function, *arguments)

    def whole(*found: Any) -> Any:
        return function(*[one(found) for one in plans])

    # The plan is part of the function: give the operation a name of its own.
    values = tuple(leaf.value for leaf in leaves)
    parts = tuple(leaf.expression for leaf in leaves)
    form = (function, _form(arguments))
    expression = machine.make_deep(name, whole, parts, form)
    try:
        result = whole(*values)
    except Exception as error:  # noqa: BLE001 - the application's own
        machine.test(machine.make_deep(f"can {name}", _attempt(whole), parts, form), value=False)
        raise Raised(error) from None
    if result is None:
        return None
    if type(result) is bool:
        return machine.test(expression, result)
    return Tainted(result, expression)


def _form(value: Any) -> Any:
    """Return what is equal for containers that hold the same constants around the same parts."""
    if type(value) is Tainted:
        return value.expression
    if isinstance(value, dict):
        return type(value), tuple((_form(k), _form(v)) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return type(value), tuple(map(_form, value))
    if isinstance(value, (str, bytes, int, float)) or value is None:
        return type(value), value
    return []  # not hashable: such a form is never looked for


def leaf(machine: Machine, place: Leaf, value: Any, text: str) -> Tainted:
    """Return one value of the answer."""
    return Tainted(value, machine.make("field", _identity, (place,), text))


def _identity(value: Any) -> Any:
    return value
