"""CBOR, as much of it as Smithy's RPC v2 protocol uses.

Reading is bounded: in depth, in number, and by the length of what came, before anything is made.

Reference: https://www.rfc-editor.org/rfc/rfc8949 and
https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import struct
from typing import Any, Final, final

from chameleonapi.serving.wire.weight import MAX_VALUES

__all__ = ["CborError", "dumps", "loads"]

_MAX_DEPTH: Final = 64
_INDEFINITE: Final = 31
_BREAK: Final = 0xFF
_EPOCH_SECONDS: Final = 1
_SIMPLE: Final = {20: False, 21: True, 22: None, 23: None}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}


class CborError(ValueError):
    """The bytes are no CBOR of the kind that is read here."""


def loads(data: bytes) -> Any:
    """Read one item; a time comes as seconds.

    Raises:
        CborError: if the bytes are anything else, or hold more than one item.
    """
    reader = _Reader(data)
    value = reader.item(0)
    if reader.place != len(data):
        raise CborError("bytes are left over")
    return value


@final
class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0
        self._count = 0

    def item(self, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise CborError("the data are too deep")
        self._count += 1
        if self._count > 2 * MAX_VALUES:  # keys are items too
            raise CborError("the data hold too many items")
        first = self._take(1)[0]
        major, info = first >> 5, first & 0x1F
        if major == 7:
            return self._simple(info)
        if major == 6:
            return self._tagged(info, depth)
        if info == _INDEFINITE:
            return self._indefinite(major, depth)
        argument = self._argument(info)
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self._take(argument)
        if major == 3:
            return self._text(argument)
        # an item takes a byte at least: what cannot be there is not begun
        if argument * (major - 3) > len(self._data) - self.place:
            raise CborError("a length is beyond the end")
        if major == 4:
            return [self.item(depth + 1) for _ in range(argument)]
        return {self._key(): self.item(depth + 1) for _ in range(argument)}

    def _take(self, size: int) -> bytes:
        end = self.place + size
        if end > len(self._data):
            raise CborError("the data end too early")
        taken = self._data[self.place : end]
        self.place = end
        return taken

    def _argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise CborError("a length is written in a way that is not known")
        return int.from_bytes(self._take(1 << (info - 24)), "big")

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError:
            raise CborError("a text is no valid UTF-8") from None

    def _key(self) -> str:
        key = self.item(_MAX_DEPTH)  # a text and nothing that holds other items
        if not isinstance(key, str):
            raise CborError("a key is no text")
        return key

    def _simple(self, info: int) -> Any:
        if info in _SIMPLE:
            return _SIMPLE[info]
        if info in _FLOATS:
            form = _FLOATS[info]
            return struct.unpack(form, self._take(struct.calcsize(form)))[0]
        raise CborError("a simple value is not known")

    def _tagged(self, info: int, depth: int) -> Any:
        tag = self._argument(info)
        value = self.item(depth + 1)
        if tag != _EPOCH_SECONDS or isinstance(value, bool) or not isinstance(value, int | float):
            raise CborError(f"the tag {tag} is not known")
        return value

    def _indefinite(self, major: int, depth: int) -> Any:
        if major in {2, 3}:
            chunks = []
            while not self._ended():
                first = self._take(1)[0]
                if first >> 5 != major or first & 0x1F == _INDEFINITE:
                    raise CborError("a chunk is of another kind")
                chunks.append(self._take(self._argument(first & 0x1F)))
            whole = b"".join(chunks)
            try:
                return whole if major == 2 else whole.decode()
            except UnicodeDecodeError:
                raise CborError("a text is no valid UTF-8") from None
        if major == 4:
            items = []
            while not self._ended():
                items.append(self.item(depth + 1))
            return items
        if major == 5:
            members = {}
            while not self._ended():
                key = self._key()
                members[key] = self.item(depth + 1)
            return members
        raise CborError("a length is written in a way that is not known")

    def _ended(self) -> bool:
        if self.place >= len(self._data):
            raise CborError("the data end too early")
        if self._data[self.place] != _BREAK:
            return False
        self.place += 1
        return True


def dumps(value: Any) -> bytes:
    """Write JSON-like values and bytes."""
    out = bytearray()
    _write(out, value)
    return bytes(out)


def _write(out: bytearray, value: Any) -> None:
    if value is None:
        out.append(0xF6)
    elif isinstance(value, bool):
        out.append(0xF5 if value else 0xF4)
    elif isinstance(value, int):
        _head(out, 0 if value >= 0 else 1, value if value >= 0 else -1 - value)
    elif isinstance(value, float):
        out.append(0xFB)
        out += struct.pack(">d", value)
    elif isinstance(value, bytes):
        _head(out, 2, len(value))
        out += value
    elif isinstance(value, str):
        text = value.encode("utf-8", "replace")
        _head(out, 3, len(text))
        out += text
    elif isinstance(value, dict):
        _head(out, 5, len(value))
        for key, one in value.items():
            _write(out, key)
            _write(out, one)
    else:
        _head(out, 4, len(value))
        for one in value:
            _write(out, one)


def _head(out: bytearray, major: int, argument: int) -> None:
    if argument < 24:
        out.append(major << 5 | argument)
        return
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            out.append(major << 5 | info)
            out += argument.to_bytes(size, "big")
            return
    raise CborError("a number is too large")
