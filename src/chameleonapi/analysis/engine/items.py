"""Subscription: reading, storing and deleting items."""

from __future__ import annotations

import operator
from collections import Counter, deque
from collections.abc import Iterable
from typing import Any

from chameleonapi.analysis.engine.comparing import contains, equal
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.degrees import are_degrees
from chameleonapi.analysis.engine.dispatch import dispatched
from chameleonapi.analysis.engine.lifted_lists import change_list, is_lifted_list
from chameleonapi.analysis.engine.lifting import is_touched, lift, pin, protect, shown, weigh
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING, Class, Instance, Row, lookup
from chameleonapi.analysis.engine.operations import special, special_of_class, truth, type_name
from chameleonapi.analysis.engine.origins import become_touched, derived, keep_arguments
from chameleonapi.analysis.engine.values import Native, Opaque, SizedList, Tainted, Unknown

__all__ = [
    "FactoryDict",
    "delete_item",
    "find_key",
    "get_item",
    "has_own_equality",
    "hashed",
    "same_key",
    "set_item",
]

_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})
_CONSTANTS = (str, int, float, bytes, type(None))  # members of a library's enumeration, too
_SCALARS = (str, int, float, bool, type(None))
_MANY = 64


class FactoryDict(dict[Any, Any]):
    """A ``defaultdict``: ``factory`` makes what is missing."""

    __slots__ = ("factory",)

    def __init__(self, factory: Any, items: Any = ()) -> None:
        super().__init__(items)
        self.factory = factory


def get_item(machine: Machine, container: Any, key: Any) -> Any:
    """Return ``container[key]``."""
    kind = type(container)
    if isinstance(container, dict):
        return _get_dict(machine, container, key)
    if kind is Tainted:
        return _get_tainted(machine, container, key)
    if isinstance(container, Unknown):
        is_tainted = container.is_tainted or is_touched(key)
        made = derived(f"{container.path}[{shown(key)}]", container, is_tainted=is_tainted)
        return machine.linker.given.settle(made)
    if isinstance(container, (list, tuple, str, bytes, range, deque)):
        return _get_sequence(machine, container, key)
    if kind is Instance:
        found = special(machine, container, "__getitem__", key)
        if found is not MISSING:
            return found
        if container.payload is not None:
            missing = lookup(container.cls, "__missing__")
            if missing is not MISSING and isinstance(container.payload, dict):
                value = find_key(machine, container.payload, key)
                if value is not MISSING:
                    return value
                return machine.linker.call(machine, missing, (container, key), {})
            return get_item(machine, container.payload, key)
        if container.cls.unknown_base is not None:
            return Unknown(f"{container.cls.name}[{shown(key)}]")
    if isinstance(container, Class):
        found = special_of_class(machine, container, "__getitem__", key)
        if found is not MISSING:
            return found
        found = lookup(container, "__class_getitem__")
        if found is not MISSING:
            function = getattr(found, "function", found)
            return machine.linker.call(machine, function, (container, key), {})
        if container.is_enum:
            key = pin(machine, key)
            found = container.vars.get(key, MISSING)
            if type(found) is Instance:
                return found
            raise Raised(KeyError(key))
        return container  # a generic class, subscribed for a type
    if isinstance(container, type):
        return container
    asked = getattr(container, "item", None) if isinstance(container, Opaque) else None
    if asked is not None:
        return asked(machine, key)
    if isinstance(container, Native):
        return container
    raise Raised(TypeError(f"{type_name(container)!r} object is not subscriptable"))


def find_key(machine: Machine, container: dict[Any, Any], key: Any) -> Any:
    """Return the value under a key, or ``MISSING``; asks what the answer decides."""
    found = _find_key(machine, container, key)
    if not machine.has_unknown_keys or found is MISSING:
        return found
    *_, last = container
    if isinstance(last, Unknown) and found is not container[last]:
        # It may be this one that has got another value since.
        question = f"({last.path} == {shown(key)})"
        if machine.assume(Unknown(question, is_tainted=last.is_tainted), prefer=False):
            return container[last]
    return found


def _find_key(machine: Machine, container: dict[Any, Any], key: Any) -> Any:
    if isinstance(key, Unknown):
        found = dispatched(machine, container, key)
        if found is not MISSING:
            return found
        made = Unknown(f"[{key.path}]", is_tainted=key.is_tainted or is_touched(container))
        keep_arguments(made, "one of", (container, key), {})
        return made
    if isinstance(key, (list, dict, set)) and not isinstance(key, Row):
        raise Raised(TypeError(f"unhashable type: {type_name(key)!r}"))
    asked = getattr(container, "find", None)
    if asked is not None:
        found = asked(machine, key)
        if found is not None:
            return found[0]
    if type(key) is Tainted:
        return _find_tainted(machine, container, key)
    if isinstance(key, tuple):
        machine.charge(weigh(key))
    if type(key) in _PLAIN or isinstance(key, tuple):
        tainted = [one for one in container if type(one) is Tainted]
        if not tainted:
            found = protect(container.get, key, MISSING)
            return _of_unknown_key(container) if found is MISSING else found
        for one, value in container.items():
            if type(one) in _PLAIN and one == key:
                return value
        for one in tainted:
            if equal(machine, one, key):
                return container[one]
        return MISSING
    if type(key) is Instance and has_own_equality(key.cls):
        known = same_key(machine, container, key)
        return MISSING if known is MISSING else container[known]
    return protect(container.get, key, MISSING)


def _of_unknown_key(container: dict[Any, Any]) -> Any:
    """Return what stands under a key that is not known, such as all of an unknown ``update``."""
    return next((container[one] for one in container if isinstance(one, Unknown)), MISSING)


def has_own_equality(cls: Class) -> bool:
    """Tell whether instances are equal by what they hold, so that hashing goes by it too."""
    if cls.is_enum:
        return False
    if cls.layout is not None and cls.layout.has_equality:
        return True
    return lookup(cls, "__eq__") is not MISSING


def refuse_unhashable(value: Any) -> None:
    """Raise what CPython raises when such an instance is hashed."""
    if type(value) is not Instance or value.cls.unknown_base is not None:
        return
    cls = value.cls
    for one in cls.order:
        if one.vars.get("__hash__", MISSING) is None:
            break
        if "__hash__" in one.vars:
            return
        is_compared = "__eq__" in one.vars or (
            one.layout is not None and one.layout.has_equality and not one.is_frozen
        )
        if is_compared and one.native is None:
            break
    else:
        return
    raise Raised(TypeError(f"unhashable type: {cls.name!r}"))


def hashed(machine: Machine, items: list[Any]) -> list[Any]:
    """Return what a set is made of: of equal instances of the application's classes, one."""
    if not any(type(one) is Instance for one in items):
        return items
    kept: list[Any] = []
    for one in items:
        if (
            type(one) is not Instance
            or not has_own_equality(one.cls)
            or same_key(machine, kept, one) is MISSING
        ):
            kept.append(one)
    return kept


def same_key(machine: Machine, keys: Iterable[Any], key: Any) -> Any:
    """Return the key that is there and equal to this one, or ``MISSING``."""
    refuse_unhashable(key)
    for one in keys:
        if one is key or (type(one) is Instance and equal(machine, one, key)):
            return one
    return MISSING


def _find_tainted(machine: Machine, container: dict[Any, Any], key: Tainted) -> Any:
    constants = tuple(one for one in container if isinstance(one, _CONSTANTS))
    table = {one: container[one] for one in constants}
    if are_degrees(table):
        known = tuple(int(one) if isinstance(one, int) else one for one in constants)
        if not truth(machine, contains(machine, known, key)):
            return MISSING
        return lift(machine, f"lookup {table!r}", table.get, (key,), f"[…][{shown(key)}]")
    if constants and truth(machine, contains(machine, constants, key)):
        value = container[key.value]
        machine.choose(key)
        same = tuple(one for one in constants if _alike(container[one], value))
        if len(same) == len(constants):
            return value
        distinct = {
            repr(container[one]) if isinstance(container[one], _SCALARS) else id(container[one])
            for one in constants
        }
        if len(distinct) > _MANY and all(isinstance(container[o], _SCALARS) for o in constants):
            return lift(machine, f"lookup {id(container)} {len(table)}", table.get, (key,))
        if len(same) == 1:
            truth(
                machine,
                lift(machine, "==", operator.eq, (key, same[0]), f"{shown(key)} == {same[0]!r}"),
            )
        else:
            contains(machine, same, key)
        return value
    for one, value in container.items():
        if one is key:
            return value
    for one, value in container.items():
        if type(one) in (Tainted, Instance) and equal(machine, one, key):
            return value
    return MISSING


def _alike(one: Any, other: Any) -> bool:
    if one is other:
        return True
    return type(one) is type(other) and isinstance(one, _SCALARS) and one == other


def _get_dict(machine: Machine, container: dict[Any, Any], key: Any) -> Any:
    found = find_key(machine, container, key)
    if found is not MISSING:
        return found
    if type(container) is FactoryDict and container.factory is not None:
        made = machine.linker.call(machine, container.factory, (), {})
        protect(container.__setitem__, key, made)
        return made
    if isinstance(container, Counter):
        return 0
    if isinstance(key, str) and machine.linker.is_filled_elsewhere(machine, container):
        return Unknown(f"global[{key!r}]")
    raise Raised(KeyError(key))


def _get_tainted(machine: Machine, container: Tainted, key: Any) -> Any:
    if isinstance(key, Unknown):
        return Unknown(f"{shown(container)}[{key.path}]", is_tainted=True)
    plain = container.value
    if isinstance(key, slice):
        bounds = tuple(_bound(machine, one) for one in (key.start, key.stop, key.step))
        text = "".join(
            ("", ":", ":")[i] + ("" if one is None else shown(one))
            for i, one in enumerate(bounds[:2])
        )
        return lift(machine, "slice", _slice, (container, *bounds), f"{shown(container)}[{text}]")
    if isinstance(plain, (dict, list, tuple, str, bytes)):
        return lift(
            machine,
            "getitem",
            operator.getitem,
            (container, key),
            f"{shown(container)}[{shown(key)}]",
            is_partial=True,
        )
    raise Raised(TypeError(f"{type_name(container)!r} object is not subscriptable"))


def _slice(value: Any, start: Any, stop: Any, step: Any) -> Any:
    return value[start:stop:step]


def _bound(machine: Machine, value: Any) -> Any:
    if isinstance(value, Unknown):
        machine.assume(value)
        return None
    return value


def _get_sequence(machine: Machine, container: Any, key: Any) -> Any:
    if type(key) is int:
        if machine.call_serial is not None:
            machine.note_bound(key)
        if type(container) is SizedList and container.size is not None:
            _ask_reach(machine, container, key)
        return protect(operator.getitem, container, key)
    if isinstance(key, slice):
        return _get_slice(machine, container, key)
    if isinstance(key, Unknown):
        if isinstance(container, str):
            made = Unknown(f"{shown(container)}[{key.path}]", is_tainted=key.is_tainted)
        else:
            touched = key.is_tainted or is_touched(container)
            made = Unknown(f"list[{key.path}]", is_tainted=touched)
        keep_arguments(made, "one of", (container, key), {})
        return made
    if type(key) is Tainted:
        if isinstance(container, str) or all(isinstance(one, _SCALARS) for one in container):
            constant = container if isinstance(container, str) else tuple(container)
            text = f"[…][{shown(key)}]"
            return lift(machine, "getitem", operator.getitem, (constant, key), text)
        return _get_sequence(machine, container, pin(machine, key))
    if type(key) is Instance and isinstance(key.payload, int):
        return _get_sequence(machine, container, key.payload)
    if type(key) is Instance:
        number = special(machine, key, "__index__")
        if number is not MISSING:
            return _get_sequence(machine, container, number)
    return protect(operator.getitem, container, key)


def _ask_reach(machine: Machine, container: SizedList, key: int) -> None:
    assert container.size is not None
    size, needed = container.size, (key if key >= 0 else -key - 1)
    test = machine.make(">", operator.gt, (size, needed), f"{size.text} > {needed}")
    machine.test(test, value=len(container) > needed)


def _get_slice(machine: Machine, container: Any, key: slice) -> Any:
    bounds: list[Any] = []
    for one in (key.start, key.stop, key.step):
        if isinstance(one, Unknown):
            machine.assume(one)
            bounds.append(None)
        else:
            bounds.append(pin(machine, one))
            if type(one) is int and machine.call_serial is not None:
                machine.note_bound(one)
    made = slice(*bounds)
    if isinstance(container, (list, tuple, str, bytes)):
        machine.charge(len(container))
    items = protect(operator.getitem, container, made)
    if type(container) is SizedList and container.size is not None:
        size = container.size
        count = machine.make(
            "slice length", _sliced_length, (size, *bounds), f"len({size.text[4:-1]}[:])"
        )
        return SizedList(items, count)
    return items


def _sliced_length(count: int, start: Any, stop: Any, step: Any) -> int:
    return len(range(count)[start:stop:step])


def set_item(machine: Machine, container: Any, key: Any, value: Any) -> None:
    """Do ``container[key] = value``."""
    if isinstance(container, dict):
        refuse_unhashable(key)
        machine.charge(weigh(key) if isinstance(key, tuple) else 1)
        if type(key) is Tainted:
            _ask_which(machine, container, key)
        elif type(key) is Instance and has_own_equality(key.cls):
            known = same_key(machine, container, key)
            key = key if known is MISSING else known
        machine.has_unknown_keys = machine.has_unknown_keys or isinstance(key, Unknown)
        protect(container.__setitem__, key, value)
        return
    if isinstance(container, Unknown):
        if is_touched(key) or is_touched(value):
            become_touched(machine, container)
        machine.linker.external(
            machine, "setitem", f"{container.path}[{shown(key)}]", (key, value), {}
        )
        return
    if isinstance(container, (list, deque)):
        if isinstance(key, Unknown):
            machine.gap("unknown-index", f"An item is stored at an unknown place ({key.path}).")
            return
        if isinstance(key, slice):
            if isinstance(container, SizedList):
                container.size = None
            from chameleonapi.analysis.engine.operations import drain

            value = drain(machine, value)
            machine.charge(len(value))
            bounds = [pin(machine, one) for one in (key.start, key.stop, key.step)]
            if any(isinstance(one, Unknown) for one in bounds):
                return
            key = slice(*bounds)
        else:
            key = pin(machine, key)
        protect(operator.setitem, container, key, value)
        return
    if type(container) is Instance:
        found = special(machine, container, "__setitem__", key, value)
        if found is MISSING:
            if container.payload is not None:
                set_item(machine, container.payload, key, value)
            elif container.cls.unknown_base is None:
                raise Raised(
                    TypeError(f"{container.cls.name!r} object does not support item assignment")
                )
        return
    if is_lifted_list(container):
        change_list(machine, container, "__setitem__", (key, value))
        return
    asked = getattr(container, "set_item", None) if isinstance(container, Opaque) else None
    if asked is not None:
        asked(machine, key, value)
        return
    if isinstance(container, Opaque) and getattr(container, "is_answer", False):
        machine.gap("answer-changed", "The application changes the answer itself.")
        return
    raise Raised(TypeError(f"{type_name(container)!r} object does not support item assignment"))


def _ask_which(machine: Machine, container: dict[Any, Any], key: Tainted) -> None:
    """Ask which of the constant keys data of the answer replaces, if any."""
    constants = tuple(one for one in container if isinstance(one, _CONSTANTS))
    if 0 < len(constants) <= _MANY and truth(machine, contains(machine, constants, key)):
        machine.choose(key)
        text = f"{shown(key)} == {key.value!r}"
        lift(machine, "==", operator.eq, (key, key.value), text)


def delete_item(machine: Machine, container: Any, key: Any) -> None:
    """Do ``del container[key]``."""
    if isinstance(container, Unknown) or isinstance(key, Unknown):
        return
    if isinstance(container, dict):
        if find_key(machine, container, key) is MISSING:
            raise Raised(KeyError(key))
        for one in list(container):
            if one is key or one == key:
                del container[one]
                return
        return
    if isinstance(container, SizedList):
        container.size = None
    if isinstance(container, (list, deque)):
        if isinstance(key, slice):
            key = slice(*[pin(machine, one) for one in (key.start, key.stop, key.step)])
        else:
            key = pin(machine, key)
        protect(operator.delitem, container, key)
        return
    if type(container) is Instance:
        found = special(machine, container, "__delitem__", key)
        if found is MISSING and container.payload is not None:
            delete_item(machine, container.payload, key)
        return
    if is_lifted_list(container):
        change_list(machine, container, "__delitem__", (key,))
        return
    raise Raised(TypeError(f"{type_name(container)!r} object doesn't support item deletion"))
