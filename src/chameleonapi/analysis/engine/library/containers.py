"""Methods of lists, tuples, dictionaries and sets."""

from __future__ import annotations

import operator
from collections import Counter, OrderedDict, deque
from typing import Any

from chameleonapi.analysis.engine.arithmetic import binary, set_operation
from chameleonapi.analysis.engine.attributes import METHODS, TYPE_METHODS, Method
from chameleonapi.analysis.engine.comparing import contains, equal
from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.items import FactoryDict, find_key, get_item, set_item
from chameleonapi.analysis.engine.library.ordering import order
from chameleonapi.analysis.engine.lifting import is_touched, pin, protect, shown, weigh
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.operations import Stream, drain, in_order, iterate, length, truth
from chameleonapi.analysis.engine.values import Native, Opaque, SizedList, Unknown

__all__ = ["count_items", "fill_dict"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _changed(value: Any) -> None:
    if type(value) is SizedList:
        value.size = None


# -- lists


def _append(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    machine.charge(1)
    _changed(value)
    protect(value.append, *arguments)
    machine.lists_of_inputs.added_to(value)


def _appendleft(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    machine.charge(1)
    value.appendleft(*arguments)


def _extend(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    if isinstance(arguments[0], Unknown):
        items = [Unknown(f"{arguments[0].path}[i]", is_tainted=arguments[0].is_tainted)]
        machine.lists_of_inputs.add(value)
    else:
        items = drain(machine, arguments[0])
    machine.charge(len(items))
    source = arguments[0]
    size = source.size if type(source) is SizedList else None
    if type(value) is SizedList:
        if value.size is not None and size is not None:
            value.size = machine.make(
                "+", operator.add, (value.size, size), f"{value.size.text} + {size.text}"
            )
        else:
            value.size = None
    value.extend(items)
    machine.lists_of_inputs.added_to(value)


def _insert(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    machine.charge(1)
    _changed(value)
    protect(value.insert, pin(machine, arguments[0]), arguments[1])


def _pop(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
    place = pin(machine, arguments[0]) if arguments else -1
    if isinstance(place, Unknown):
        return Unknown(f"pop({place.path})", is_tainted=is_touched(value))
    if type(value) is SizedList and value.size is not None:
        get_item(machine, value, place)
    _changed(value)
    return protect(value.pop, place)


def _popleft(_m: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    return protect(value.popleft)


def _remove(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    for position, one in enumerate(value):
        machine.tick()
        if equal(machine, one, arguments[0]):
            _changed(value)
            del value[position]
            return
    raise Raised(ValueError("list.remove(x): x not in list"))


def _index(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> int:
    start = pin(machine, arguments[1]) if len(arguments) > 1 else 0
    items = drain(machine, value)
    for position in range(max(0, start), len(items)):
        if equal(machine, items[position], arguments[0]):
            return position
    raise Raised(ValueError(f"{shown(arguments[0])} is not in list"))


def _count(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> int:
    total = 0
    for one in drain(machine, value):
        machine.tick()
        total += equal(machine, one, arguments[0])
    return total


def _reverse(_m: Machine, value: Any, _a: Arguments, _n: Named) -> None:
    value.reverse()


def _sort(machine: Machine, value: Any, _a: Arguments, named: Named) -> None:
    items = order(machine, list(value), named.get("key"), named.get("reverse", False))
    value[:] = items


def _copy(_m: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    if type(value) is SizedList:
        return SizedList(value, value.size)
    if type(value) is FactoryDict:
        return FactoryDict(value.factory, value)
    if isinstance(value, dict) and type(value) not in (Counter, OrderedDict):
        return dict(value)
    return value.copy() if hasattr(value, "copy") else list(value)


def _clear(_m: Machine, value: Any, _a: Arguments, _n: Named) -> None:
    _changed(value)
    value.clear()


_LIST: dict[str, Method] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "remove": _remove,
    "index": _index,
    "count": _count,
    "reverse": _reverse,
    "sort": _sort,
    "copy": _copy,
    "clear": _clear,
}
_DUNDERS: dict[str, Method] = {
    "__contains__": lambda m, v, a, _n: contains(m, v, a[0]),
    "__getitem__": lambda m, v, a, _n: get_item(m, v, a[0]),
    "__len__": lambda m, v, _a, _n: length(m, v),
    "__iter__": lambda m, v, _a, _n: Stream(iterate(m, v)),
    "__eq__": lambda m, v, a, _n: equal(m, v, a[0]),
}
_SETTER: dict[str, Method] = {"__setitem__": lambda m, v, a, _n: set_item(m, v, a[0], a[1])}
METHODS[list] = {**_LIST, **_DUNDERS, **_SETTER}
METHODS[tuple] = {"index": _index, "count": _count, **_DUNDERS}


def _rotate(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    count = pin(machine, arguments[0]) if arguments else 1
    if isinstance(count, int):
        value.rotate(count)


def _extendleft(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    for one in drain(machine, arguments[0]):
        machine.charge(1)
        value.appendleft(one)


def _deque_pop(_m: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    return protect(value.pop)


METHODS[deque] = {
    **METHODS[list],
    "appendleft": _appendleft,
    "extendleft": _extendleft,
    "pop": _deque_pop,
    "popleft": _popleft,
    "rotate": _rotate,
}
METHODS[range] = {"index": _index, "count": _count, **_DUNDERS}


# -- dictionaries


def _get(machine: Machine, value: Any, arguments: Arguments, named: Named) -> Any:
    default = arguments[1] if len(arguments) > 1 else named.get("default")
    found = find_key(machine, value, arguments[0])
    return default if found is MISSING else found


def _items(_m: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    return list(value.items())


def _keys(_m: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    return value.keys()


def _values(_m: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    return list(value.values())


def _setdefault(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
    found = find_key(machine, value, arguments[0])
    if found is MISSING:
        found = arguments[1] if len(arguments) > 1 else None
        machine.charge(1)
        protect(value.__setitem__, arguments[0], found)
    return found


def _dict_pop(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
    found = find_key(machine, value, arguments[0])
    if found is MISSING:
        if len(arguments) > 1:
            return arguments[1]
        raise Raised(KeyError(arguments[0]))
    for one in list(value):
        if one is arguments[0] or one == arguments[0]:
            del value[one]
            break
    return found


def _popitem(_m: Machine, value: Any, arguments: Arguments, named: Named) -> Any:
    if type(value) is OrderedDict:
        return protect(value.popitem, *arguments, **named)
    return protect(value.popitem)


def fill_dict(machine: Machine, target: dict[Any, Any], arguments: Arguments, named: Named) -> None:
    """Do what ``dict.update`` does."""
    for source in arguments:
        if isinstance(source, Unknown):
            # some key with some value: whoever looks something up is asked which
            key = Unknown(f"{source.path}[key]", is_tainted=source.is_tainted)
            target[key] = Unknown(f"{source.path}[value]", is_tainted=source.is_tainted)
            machine.has_unknown_keys = True
            continue
        if isinstance(source, dict):
            machine.charge(len(source))
            target.update(source)
            continue
        plain = getattr(source, "plain_items", None) if isinstance(source, Opaque) else None
        if plain is not None:
            target.update(plain())
            continue
        if hasattr(source, "payload") and isinstance(source.payload, dict):
            target.update(source.payload)
            continue
        for pair in machine.ticking(iterate(machine, source)):
            if isinstance(pair, Unknown):
                continue
            both = drain(machine, pair)
            if len(both) != 2:
                raise Raised(ValueError("dictionary update sequence element has a wrong length"))
            machine.charge(1)
            protect(target.__setitem__, both[0], both[1])
    target.update(named)


def _update(machine: Machine, value: Any, arguments: Arguments, named: Named) -> None:
    if isinstance(value, Counter):
        count_items(machine, value, arguments, named)
    else:
        fill_dict(machine, value, arguments, named)


def _fromkeys(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    default = arguments[1] if len(arguments) > 1 else None
    made: dict[Any, Any] = {}
    for one in drain(machine, arguments[0]):
        protect(made.__setitem__, one, default)
    return made


METHODS[dict] = {
    "get": _get,
    "items": _items,
    "keys": _keys,
    "values": _values,
    "setdefault": _setdefault,
    "pop": _dict_pop,
    "popitem": _popitem,
    "update": _update,
    "copy": _copy,
    "clear": _clear,
    "has_key": lambda m, v, a, _n: contains(m, v, a[0]),
    "iteritems": _items,
    "itervalues": _values,
    "iterkeys": _keys,
    **_DUNDERS,
    **_SETTER,
}
TYPE_METHODS[dict, "fromkeys"] = Native("fromkeys", _fromkeys)
METHODS[type({}.keys())] = {
    "isdisjoint": lambda m, v, a, _n: _isdisjoint(m, set(v), a, {}),
    **_DUNDERS,
}


def count_items(machine: Machine, target: Any, arguments: Arguments, named: Named) -> None:
    """Do what ``Counter.update`` does."""
    for source in arguments:
        if isinstance(source, Unknown):
            continue
        if isinstance(source, dict):
            for key, number in source.items():
                target[key] = target.get(key, 0) + number
            continue
        for one in machine.ticking(iterate(machine, source)):
            machine.charge(1)
            protect(target.__setitem__, one, target.get(one, 0) + 1)
    for key, number in named.items():
        target[key] = target.get(key, 0) + number


def _most_common(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
    pairs = list(value.items())
    key = Native("count", lambda _m, a, _n: a[0][1])
    pairs = order(machine, pairs, key, reverse=True)
    count = pin(machine, arguments[0]) if arguments else None
    return pairs if count is None or isinstance(count, Unknown) else pairs[:count]


def _elements(_m: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    return Stream(iter([key for key, number in value.items() for _ in range(min(number, 10_000))]))


def _subtract(machine: Machine, value: Any, arguments: Arguments, named: Named) -> None:
    taken: Counter[Any] = Counter()
    count_items(machine, taken, arguments, named)
    for key, number in taken.items():
        value[key] = binary(machine, "-", value.get(key, 0), number)


def _total(machine: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    total: Any = 0
    for number in value.values():
        total = binary(machine, "+", total, number)
    return total


METHODS[Counter] = {
    "most_common": _most_common,
    "elements": _elements,
    "update": _update,
    "subtract": _subtract,
    "total": _total,
}
METHODS[OrderedDict] = {
    "move_to_end": lambda _m, v, a, n: protect(v.move_to_end, *a, **n),
}


# -- sets


def _add(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    machine.charge(weigh(arguments[0]))
    protect(value.add, arguments[0])


def _discard(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    for one in in_order(value):
        if equal(machine, one, arguments[0]):
            value.discard(one)
            return


def _set_remove(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
    before = len(value)
    _discard(machine, value, arguments, {})
    if len(value) == before:
        raise Raised(KeyError(arguments[0]))


def _set_items(machine: Machine, value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return value
    return drain(machine, value)


def _combined(name: str) -> Method:
    def run(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
        made: Any = set(value)
        for other in arguments:
            if isinstance(other, Unknown):
                return Unknown(
                    f"set {name} {other.path}", is_tainted=is_touched(value) or other.is_tainted
                )
            made = set_operation(machine, name, made, _set_items(machine, other))
        return frozenset(made) if isinstance(value, frozenset) else made

    return run


def _combined_in_place(name: str) -> Method:
    combine = _combined(name)

    def run(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> None:
        made = combine(machine, value, arguments, {})
        if not isinstance(made, Unknown):
            value.clear()
            value.update(made)

    return run


def _issubset(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
    other = arguments[0]
    if isinstance(other, Unknown):
        return Unknown(f"issubset({other.path})", is_tainted=is_touched(value) or other.is_tainted)
    items = _set_items(machine, other)
    return all(truth(machine, contains(machine, items, one)) for one in iterate(machine, value))


def _issuperset(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
    if isinstance(arguments[0], Unknown):
        return _issubset(machine, value, arguments, {})
    return all(
        truth(machine, contains(machine, value, one)) for one in iterate(machine, arguments[0])
    )


def _isdisjoint(machine: Machine, value: Any, arguments: Arguments, _n: Named) -> Any:
    if isinstance(arguments[0], Unknown):
        return _issubset(machine, value, arguments, {})
    items = _set_items(machine, arguments[0])
    return not any(truth(machine, contains(machine, items, one)) for one in iterate(machine, value))


def _set_pop(machine: Machine, value: Any, _a: Arguments, _n: Named) -> Any:
    if not value:
        raise Raised(KeyError("pop from an empty set"))
    first = next(iterate(machine, value))
    value.discard(first)
    return first


_FROZEN: dict[str, Method] = {
    "union": _combined("|"),
    "intersection": _combined("&"),
    "difference": _combined("-"),
    "symmetric_difference": _combined("^"),
    "issubset": _issubset,
    "issuperset": _issuperset,
    "isdisjoint": _isdisjoint,
    "copy": _copy,
    **_DUNDERS,
}
METHODS[frozenset] = _FROZEN
METHODS[set] = {
    **_FROZEN,
    "add": _add,
    "discard": _discard,
    "remove": _set_remove,
    "update": _combined_in_place("|"),
    "intersection_update": _combined_in_place("&"),
    "difference_update": _combined_in_place("-"),
    "symmetric_difference_update": _combined_in_place("^"),
    "pop": _set_pop,
    "clear": _clear,
}
