"""JSON in and out for frozen records, by their own type annotations.

One mechanism serves all records: dataclasses become objects, members of a union
carry their ``op``, tuples become arrays, frozen sets sorted arrays, enumerations
their value. Decoding is strict: an unknown or missing key is an error that names
its place, so that a record of another version is never half understood.
"""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, cast

from chameleonapi.errors import RecordError

__all__ = ["decode", "encode"]

_T = TypeVar("_T")
_MAX_DEPTH = 200


def encode(value: Any) -> Any:
    """Return the JSON form of a record; fields that have their default value are left out."""
    if isinstance(value, enum.Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        made: dict[str, Any] = {}
        op = getattr(value, "op", None)
        if isinstance(op, str):
            made["op"] = op
        for one in fields(value):
            content = getattr(value, one.name)
            if one.default is not MISSING and content == one.default:
                continue
            made[one.name] = encode(content)
        return made
    if isinstance(value, frozenset):
        return sorted(encode(one) for one in value)
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): encode(one) for key, one in value.items()}
    return value


def decode(kind: type[_T], data: Any, place: str = "record") -> _T:
    """Build a record of type ``kind`` from its JSON form.

    Raises:
        RecordError: naming the place, what came and what was expected.
    """
    return cast("_T", _decode(kind, data, place, 0))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    # The annotations of mutually recursive records name each other; all live in this room.
    namespace = {}
    for module in _modules():
        namespace.update(vars(module))
    return typing.get_type_hints(kind, localns=namespace)


def _modules() -> tuple[types.ModuleType, ...]:
    from chameleonapi.decision import atoms, numbers, predicates, rules, text_rules

    return numbers, atoms, predicates, rules, text_rules


def _decode(kind: Any, data: Any, place: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise RecordError(
            f"{place}: nested more than {_MAX_DEPTH} levels deep.", hint="Check the file."
        )
    origin = typing.get_origin(kind)
    if kind is Any:
        return data
    if origin in {typing.Union, types.UnionType}:
        return _decode_union(typing.get_args(kind), data, place, depth)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), data, place, depth)
    if origin is frozenset:
        (inner,) = typing.get_args(kind)
        rows = _expect(data, list, place)
        return frozenset(
            _decode(inner, one, f"{place}[{i}]", depth + 1) for i, one in enumerate(rows)
        )
    if origin is not None and issubclass(origin, Mapping):
        return dict(_expect(data, dict, place))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _decode_enum(kind, data, place)
    if isinstance(kind, type) and is_dataclass(kind):
        return _decode_record(kind, data, place, depth)
    if kind is float:
        return float(_expect(data, (int, float), place))
    if kind is bool:
        return _expect(data, bool, place)
    return _expect(data, kind, place)


def _decode_record(kind: type, data: Any, place: str, depth: int) -> Any:
    rows = dict(_expect(data, dict, place))
    op = getattr(kind, "op", None)
    if isinstance(op, str) and rows.pop("op", op) != op:
        raise RecordError(f"{place}: expected op {op!r}, but {data['op']!r} came.")
    hints = _hints(kind)
    names = {one.name for one in fields(kind)}
    unknown = sorted(set(rows) - names)
    if unknown:
        raise RecordError(
            f"{place}: unknown key {unknown[0]!r}; known are {', '.join(sorted(names))}.",
            hint="The record may come from another version of chameleonapi.",
        )
    made = {}
    for one in fields(kind):
        if one.name in rows:
            made[one.name] = _decode(
                hints[one.name], rows[one.name], f"{place}.{one.name}", depth + 1
            )
        elif one.default is MISSING and one.default_factory is MISSING:
            raise RecordError(f"{place}: the key {one.name!r} is missing.")
    return kind(**made)


def _decode_union(options: tuple[Any, ...], data: Any, place: str, depth: int) -> Any:
    if data is None and type(None) in options:
        return None
    options = tuple(one for one in options if one is not type(None))
    tagged = {one.op: one for one in options if isinstance(getattr(one, "op", None), str)}
    if tagged:
        op = _expect(data, dict, place).get("op")
        if not isinstance(op, str) or op not in tagged:
            raise RecordError(f"{place}: unknown op {op!r}; known are {', '.join(sorted(tagged))}.")
        return _decode(tagged[op], data, place, depth)
    problem: RecordError | None = None
    for option in options:
        try:
            return _decode(option, data, place, depth)
        except RecordError as error:  # noqa: PERF203 - one try per alternative
            problem = error
    assert problem is not None
    raise problem


def _decode_tuple(arguments: tuple[Any, ...], data: Any, place: str, depth: int) -> Any:
    rows = _expect(data, list, place)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(
            _decode(arguments[0], one, f"{place}[{i}]", depth + 1) for i, one in enumerate(rows)
        )
    if len(rows) != len(arguments):
        raise RecordError(f"{place}: expected {len(arguments)} items, but {len(rows)} came.")
    return tuple(
        _decode(kind, one, f"{place}[{i}]", depth + 1)
        for i, (kind, one) in enumerate(zip(arguments, rows, strict=True))
    )


def _decode_enum(kind: type[enum.Enum], data: Any, place: str) -> enum.Enum:
    try:
        return kind(data)
    except ValueError:
        known = ", ".join(repr(one.value) for one in kind)
        raise RecordError(f"{place}: expected one of {known}, but {data!r} came.") from None


def _expect(data: Any, kind: type | tuple[type, ...], place: str) -> Any:
    is_flag = isinstance(data, bool)
    if not isinstance(data, kind) or (is_flag and kind is not bool):
        wanted = kind if isinstance(kind, tuple) else (kind,)
        names = " or ".join(_JSON_NAMES.get(one, one.__name__) for one in wanted)
        raise RecordError(
            f"{place}: expected {names}, but {_JSON_NAMES.get(type(data), 'null')} came."
        )
    return data


_JSON_NAMES = {
    dict: "an object",
    list: "an array",
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}
