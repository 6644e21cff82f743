"""Sorting, and the largest and smallest: every comparison of answer data is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chameleonapi.analysis.engine.calling import call
from chameleonapi.analysis.engine.comparing import less
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.lifting import is_touched, lift, shown, unwrap
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.operations import drain, truth
from chameleonapi.analysis.engine.values import SizedList, Tainted, Unknown

__all__ = ["extreme", "order"]


class _Key:
    """Compares as the application would, for ``list.sort``."""

    __slots__ = ("key", "machine")

    def __init__(self, machine: Machine, key: Any) -> None:
        self.machine = machine
        self.key = key

    def __lt__(self, other: _Key) -> bool:
        self.machine.tick()
        return less(self.machine, self.key, other.key)


_PLAIN = (str, int, float, bool)


def order(machine: Machine, items: list[Any], key: Any = None, reverse: Any = False) -> list[Any]:
    """Return the items sorted, stably."""
    keys = items if key is None else [call(machine, key, (one,), {}) for one in items]
    backwards = truth(machine, reverse)
    if any(isinstance(one, Unknown) for one in keys):
        machine.gap("unknown-order", "Items are sorted by something that is not known.")
        _note_choice(machine, items, keys)
        return list(items)
    if all(type(one) in _PLAIN for one in keys):
        wrapped: list[Any] = keys
    else:
        wrapped = [_Key(machine, one) for one in keys]
    try:
        places = sorted(range(len(items)), key=wrapped.__getitem__, reverse=backwards)
    except TypeError as error:
        raise Raised(error) from None
    made = [items[place] for place in places]
    if type(items) is SizedList:
        return SizedList(made, items.size)
    return made


def extreme(
    machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any], *, largest: bool
) -> Any:
    """Return ``max(...)`` or ``min(...)``."""
    if len(arguments) == 1:
        source = arguments[0]
        if isinstance(source, Unknown):
            name = "max" if largest else "min"
            return Unknown(f"{name}({source.path})", is_tainted=source.is_tainted)
        items = drain(machine, source)
    else:
        items = list(arguments)
    if not items:
        default = named.get("default", MISSING)
        if default is MISSING:
            name = "max" if largest else "min"
            raise Raised(ValueError(f"{name}() arg is an empty sequence"))
        return default
    key = named.get("key")
    if key is None and len(items) > 1 and _are_numbers(items):
        # one function of all of them, not a chain of comparisons
        name, function = ("max", max) if largest else ("min", min)
        text = f"{name}({', '.join(map(shown, items))})"
        return lift(machine, name, function, tuple(items), text)
    best = items[0]
    best_key = best if key is None else call(machine, key, (best,), {})
    for one in items[1:]:
        machine.tick()
        mine = one if key is None else call(machine, key, (one,), {})
        if isinstance(mine, Unknown) or isinstance(best_key, Unknown):
            is_tainted = any(map(is_touched, items)) or is_touched(mine) or is_touched(best_key)
            _note_choice(machine, items, (mine, best_key))
            name = "max" if largest else "min"
            path = f"{name}({', '.join(map(shown, items))})"
            return Unknown(path, is_tainted=is_tainted)
        better = less(machine, best_key, mine) if largest else less(machine, mine, best_key)
        if better:
            best, best_key = one, mine
    return best


def _note_choice(machine: Machine, items: list[Any], keys: Iterable[Any]) -> None:
    """Tell where the answer chooses among constants in a way that is not followed."""
    is_open = any(isinstance(one, Unknown) and one.is_tainted for one in keys)
    parts = (part for one in items for part in (one if type(one) is tuple else (one,)))
    if is_open and any(isinstance(part, str) for part in parts):
        machine.gap(
            "tainted-unknown",
            "Which of several things comes first depends on numbers that were computed from the "
            "answer and something that is not known.",
        )


def _are_numbers(items: list[Any]) -> bool:
    kinds = {type(unwrap(one)) for one in items}
    return kinds <= {int, float} and any(type(one) is Tainted for one in items)
