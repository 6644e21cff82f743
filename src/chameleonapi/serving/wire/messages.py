"""Values in the form of Google's JSON to protobuf messages and back.

``google.protobuf.json_format`` defines the mapping and does whatever is unusual in it. Answers
are made of messages, lists, texts, numbers and names of enumerations, which fit as they stand;
for those this is four times as fast.
"""

from __future__ import annotations

import contextlib
import functools
import math
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor

__all__ = ["fill_message", "message_values"]

_LARGEST_FLOAT: Final = 3.4028234663852886e38
_NUMBERS: Final = (float, int)
_INTEGERS: Final = frozenset(
    {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_UINT32}
)  # those of 64 bits are texts in JSON
_SHORT: Final = struct.Struct("f")
_Convert = Callable[[Any], Any]


class _UnusualError(Exception):
    """Something is left to ``json_format``."""


def fill_message(values: Mapping[str, Any], message: Any) -> None:
    """Set fields of a message from values in JSON form; those that it does not have are ignored.

    The same as ``json_format.ParseDict(values, message, ignore_unknown_fields=True)``.

    Raises:
        json_format.ParseError: if a value does not fit its field.
    """
    try:
        _fill(values, message)
    except (_UnusualError, ValueError, TypeError):
        # What has been set meanwhile is set again.
        json_format.ParseDict(values, message, ignore_unknown_fields=True)


def message_values(message: Any, *, enums_as_numbers: bool = False) -> dict[str, Any]:
    """Return a message in JSON form.

    The same as ``json_format.MessageToDict(message, use_integers_for_enums=enums_as_numbers)``.
    """
    try:
        return _values(message, enums_as_numbers)
    except _UnusualError:
        found: dict[str, Any] = json_format.MessageToDict(
            message, use_integers_for_enums=enums_as_numbers
        )
        return found


# Into messages


def _fill(values: Mapping[str, Any], message: Any) -> None:
    if type(values) is not dict:
        raise _UnusualError
    fields = _fields(message.DESCRIPTOR)
    for key, value in values.items():
        known = fields.get(key)
        if known is None:
            continue
        name, is_list, convert = known
        if is_list:
            if type(value) is not list:
                raise _UnusualError
            message.ClearField(name)
            target = getattr(message, name)
            if convert is None:
                for one in value:
                    _fill(one, target.add())
            else:
                target.extend([convert(one) for one in value])
        elif convert is None:
            target = getattr(message, name)
            target.SetInParent()
            _fill(value, target)
        else:
            setattr(message, name, convert(value))


@functools.lru_cache(maxsize=1024)
def _fields(descriptor: Any) -> dict[str, tuple[str, bool, _Convert | None]]:
    """Return by JSON name: name, whether it is a list, and what converts; None for messages."""
    if descriptor.full_name.startswith("google.protobuf."):
        raise _UnusualError  # wrappers, structs, times have forms of their own
    found: dict[str, tuple[str, bool, _Convert | None]] = {}
    for field in descriptor.fields:
        found[field.name] = (field.name, False, _refuse)  # json_format takes this one too
    for field in descriptor.fields:
        convert = None if field.message_type is not None else _into(field)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            convert = _refuse
        if field.containing_oneof is not None:
            convert = _refuse  # there may be only one of them
        found[field.json_name] = (field.name, _is_list(field), convert)
    return found


def _is_list(field: Any) -> bool:
    if hasattr(field, "is_repeated"):  # protobuf 6 and later, which warn of the other
        return bool(field.is_repeated)
    return bool(field.label == FieldDescriptor.LABEL_REPEATED)


def _into(field: Any) -> _Convert:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING and field.type == FieldDescriptor.TYPE_STRING:
        return _text
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return _truth
    if kind in _INTEGERS:
        return _integer
    if kind == FieldDescriptor.CPPTYPE_FLOAT:
        return _short_float
    if kind == FieldDescriptor.CPPTYPE_DOUBLE:
        return _float
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        numbers = {one.name: one.number for one in field.enum_type.values}
        return functools.partial(_named, numbers)
    return _refuse


def _refuse(_value: Any) -> Any:
    raise _UnusualError


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _UnusualError
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise _UnusualError
    return value


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise _UnusualError
    return value


def _float(value: Any) -> float:
    if type(value) not in _NUMBERS or not math.isfinite(value):
        raise _UnusualError
    return float(value)


def _short_float(value: Any) -> float:
    if type(value) not in _NUMBERS or not -_LARGEST_FLOAT <= value <= _LARGEST_FLOAT:
        raise _UnusualError
    return float(value)


def _named(numbers: Mapping[str, int], value: Any) -> int:
    if type(value) is not str or value not in numbers:
        raise _UnusualError
    return numbers[value]


# Out of messages


def _values(message: Any, enums_as_numbers: bool) -> dict[str, Any]:
    shown = _shown(message.DESCRIPTOR)
    found: dict[str, Any] = {}
    for field, value in message.ListFields():
        known = shown.get(field.number)
        if known is None:  # an extension
            raise _UnusualError
        name, is_list, names, convert = known
        if convert is None:
            if is_list:
                found[name] = [_values(one, enums_as_numbers) for one in value]
            else:
                found[name] = _values(value, enums_as_numbers)
        elif names is not None and enums_as_numbers:
            found[name] = list(value) if is_list else value
        else:
            found[name] = [convert(one) for one in value] if is_list else convert(value)
    return found


@functools.lru_cache(maxsize=1024)
def _shown(
    descriptor: Any,
) -> dict[int, tuple[str, bool, Mapping[int, str] | None, _Convert | None]]:
    """Return by number: JSON name, whether it is a list, names of an enumeration, what converts."""
    if descriptor.full_name.startswith("google.protobuf."):
        raise _UnusualError
    found: dict[int, tuple[str, bool, Mapping[int, str] | None, _Convert | None]] = {}
    for field in descriptor.fields:
        names: Mapping[int, str] | None = None
        convert: _Convert | None = None
        if field.message_type is not None:
            if field.message_type.GetOptions().map_entry:
                convert = _refuse
        elif field.enum_type is not None:
            names = {one.number: one.name for one in reversed(field.enum_type.values)}
            convert = functools.partial(_name_of, names)
        else:
            convert = _out_of(field)
        found[field.number] = (field.json_name, _is_list(field), names, convert)
    return found


def _out_of(field: Any) -> _Convert:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING and field.type == FieldDescriptor.TYPE_STRING:
        return _text
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return _truth
    if kind in _INTEGERS:
        return _integer
    if kind == FieldDescriptor.CPPTYPE_DOUBLE:
        return _float
    if kind == FieldDescriptor.CPPTYPE_FLOAT:
        return _shortest
    return _refuse


def _name_of(names: Mapping[int, str], value: int) -> str:
    if value not in names:
        raise _UnusualError
    return names[value]


def _shortest(value: float) -> float:
    """Return the number of fewest digits, six at least, that is this one in 32 bits."""
    if not math.isfinite(value):
        raise _UnusualError
    for digits in (6, 7, 8):
        short = float(f"{value:.{digits}g}")
        with contextlib.suppress(OverflowError):  # six digits may be more than the largest
            if _SHORT.unpack(_SHORT.pack(short))[0] == value:
                return short
    return float(f"{value:.9g}")
