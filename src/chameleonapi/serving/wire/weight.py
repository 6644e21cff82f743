"""How much a request asks to be made of few bytes: counted before anything of it is made.

``{},`` is three bytes and a hundred as an object; an empty message is two bytes and a hundred
too. Requests of the served APIs are a few hundred values and a few large ones: texts and
pictures. So values are counted, and bytes beside the large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

__all__ = ["MAX_VALUES", "WeightError", "check_json", "check_proto", "check_values"]

MAX_VALUES: Final = 20_000
# In the text of a request there may be as many commas as in a long table of numbers.
_MAX_MARKS: Final = 500_000
_MARKS: Final = (b"{", b"[", b",")
_MAX_BESIDE: Final = 256 * 1024
_SKIPPED: Final = {1: 8, 5: 4}  # bytes by kind of field
_BYTES: Final = 2
_MAX_VARINT: Final = 10


class WeightError(ValueError):
    """A request holds more values than any that is served."""


def check_json(body: bytes) -> None:
    """Refuse JSON that would become too many values, before it is parsed.

    Raises:
        WeightError: see there.
    """
    if len(body) > _MAX_MARKS and sum(map(body.count, _MARKS)) > _MAX_MARKS:
        raise WeightError(f"more than {_MAX_MARKS:,} values")


def check_values(value: Any) -> None:
    """Refuse a parsed request with too many values.

    Raises:
        WeightError: see there.
    """
    count, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            continue
        count += len(one)
        if count > MAX_VALUES:
            raise WeightError(f"more than {MAX_VALUES:,} values")


def check_proto(payload: bytes, large: Sequence[int]) -> None:
    """Refuse a message in protobuf's binary form with too many bytes beside its large field.

    What is no message is let through: parsing it says so.

    Args:
        payload: the message.
        large: numbers of the fields that lead to the large one.

    Raises:
        WeightError: see there.
    """
    if len(payload) > _MAX_BESIDE and _beside(memoryview(payload), large, 0) > _MAX_BESIDE:
        raise WeightError(f"more than {_MAX_BESIDE:,} bytes beside its content")


def _beside(message: memoryview, large: Sequence[int], count: int) -> int:
    """Return ``count`` and the bytes that are not in the large field; stops beyond the limit."""
    place = 0
    while place < len(message) and count <= _MAX_BESIDE:
        begin = place
        key, place = _varint(message, place)
        kind = key & 7
        if kind == _BYTES:
            size, place = _varint(message, place)
            inner = message[place : place + size]
            place += size
            if key >> 3 == large[0]:
                count += place - size - begin
                if len(large) > 1:
                    count = _beside(inner, large[1:], count)
                continue
        elif kind == 0:
            _, place = _varint(message, place)
        elif kind in _SKIPPED:
            place += _SKIPPED[kind]
        else:
            return count + len(message) - begin  # a group, or no message: all of it counts
        count += place - begin
    return count


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = 0
    for number, byte in enumerate(message[place : place + _MAX_VARINT]):
        value |= (byte & 0x7F) << (7 * number)
        if byte < 0x80:
            return value, place + number + 1
    return value, len(message)  # cut off, or no number: there is nothing behind it
