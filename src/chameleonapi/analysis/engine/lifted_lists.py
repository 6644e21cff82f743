"""Lists that were made of the answer's text, changed in place.

``name.split("/")`` is one value of the answer. A change makes another value of it, which takes
the place of the first wherever the application holds that list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from chameleonapi.analysis.engine.lifting import lift, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.operations import drain
from chameleonapi.analysis.engine.values import Tainted

__all__ = ["change_list", "is_lifted_list", "method_of_list"]

_Change = Callable[..., list[Any]]
_SCALARS: Final = (str, int, float, bytes, type(None))
_MAY_FAIL: Final = frozenset(
    {"pop", "remove", "__setitem__", "__delitem__", "sorted", "sorted backwards"}
)


def is_lifted_list(value: Any) -> bool:
    """Tell whether a value is a list that was made of the answer's text."""
    return type(value) is Tainted and isinstance(value.value, list)


def _by_method(name: str) -> _Change:
    def change(items: list[Any], *arguments: Any) -> list[Any]:
        made = list(items)
        getattr(made, name)(*arguments)
        return made

    return change


def _ascending(items: list[Any]) -> list[Any]:
    return sorted(items)


def _descending(items: list[Any]) -> list[Any]:
    return sorted(items, reverse=True)


def _popped(items: list[Any], place: int = -1) -> Any:
    return items[place]


def _left(items: list[Any], place: int = -1) -> list[Any]:
    made = list(items)
    made.pop(place)
    return made


def change_list(machine: Machine, value: Tainted, name: str, arguments: tuple[Any, ...]) -> None:
    """Do what a method that changes a list does: the list is another value of the answer then."""
    plain = (one.value if type(one) is Tainted else one for one in arguments)
    if all(isinstance(one, _SCALARS) for one in plain):
        _replace(machine, value, name, _by_method(name), arguments)
    else:
        machine.gap("answer-changed", "A list made from the answer's text is changed in place.")


def _replace(
    machine: Machine, value: Tainted, name: str, change: _Change, arguments: tuple[Any, ...]
) -> None:
    machine.charge(1 + len(value.value))
    text = f"{shown(value)}.{name}({', '.join(map(shown, arguments))})"
    may_fail = name in _MAY_FAIL
    made = lift(machine, f"list.{name}", change, (value, *arguments), text, is_partial=may_fail)
    value.value, value.expression = made.value, made.expression


def _simple(name: str) -> Callable[..., None]:
    def run(
        machine: Machine, value: Tainted, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        del named
        change_list(machine, value, name, arguments)

    return run


def _extend(
    machine: Machine, value: Tainted, arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    del named
    for one in drain(machine, arguments[0]):
        change_list(machine, value, "append", (one,))


def _pop(
    machine: Machine, value: Tainted, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    del named
    text = f"{shown(value)}[{shown(arguments[0]) if arguments else -1}]"
    found = lift(machine, "list.popped", _popped, (value, *arguments), text, is_partial=True)
    _replace(machine, value, "pop", _left, arguments)
    return found


def _sort(
    machine: Machine, value: Tainted, arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    del arguments
    if named.get("key") is not None or type(named.get("reverse", False)) is not bool:
        machine.gap("answer-changed", "A list made from the answer's text is changed in place.")
        return
    name, change = ("sorted", _ascending)
    if named.get("reverse"):
        name, change = ("sorted backwards", _descending)
    _replace(machine, value, name, change, ())


def _copy(
    machine: Machine, value: Tainted, arguments: tuple[Any, ...], named: dict[str, Any]
) -> Tainted:
    del machine, arguments, named
    return Tainted(value.value, value.expression)


_METHODS: Final[dict[str, Callable[..., Any]]] = {
    **{
        name: _simple(name)
        for name in ("append", "insert", "remove", "reverse", "clear", "__setitem__")
    },
    "extend": _extend,
    "pop": _pop,
    "sort": _sort,
    "copy": _copy,
}


def method_of_list(value: Tainted, name: str) -> Callable[..., Any] | None:
    """Return the method that changes or copies a list of the answer's text, else None."""
    return _METHODS.get(name) if is_lifted_list(value) else None
