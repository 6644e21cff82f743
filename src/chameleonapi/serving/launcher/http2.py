"""Add a header to every HTTP/2 request of a connection, in passing.

A header that is written out in full and not indexed changes no state of the header
compression, so it can be appended to a compressed block without decoding the block.

Reference: RFC 9113, sections 4.1, 6.2 and 6.10; RFC 7541, section 6.2.2.
"""

from __future__ import annotations

from typing import Final, final

from chameleonapi.serving.launcher.http1 import StreamError

__all__ = ["Http2Tagger"]

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FRAME_HEAD_BYTES: Final = 9
_HEADERS: Final = 0x1
_CONTINUATION: Final = 0x9
_END_HEADERS: Final = 0x4
_PADDED: Final = 0x8
# What every peer accepts unless it announces more.
_MAX_FRAME_BYTES: Final = 16_384
_MAX_HPACK_LENGTH: Final = 126


@final
class Http2Tagger:
    """Follows the frames of a client, and puts a header at the end of each request's block."""

    def __init__(self, name: str, value: str) -> None:
        self._field = b"\x00" + _hpack_text(name.lower()) + _hpack_text(value)
        self._buffer = bytearray()
        self._preface_left = len(_PREFACE)
        self._body_left = 0
        self._last_stream = 0
        self._is_request = False

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the client and return what to send on.

        Raises:
            StreamError: if they are no HTTP/2.
        """
        self._buffer += data
        out = bytearray()
        while self._buffer:
            left = self._preface_left or self._body_left
            if left:
                taken = self._buffer[:left]
                del self._buffer[: len(taken)]
                out += taken
                if self._preface_left:
                    self._check_preface(bytes(taken))
                else:
                    self._body_left -= len(taken)
                continue
            part = self._frame()
            if not part:
                break
            out += part
        return bytes(out)

    def _check_preface(self, taken: bytes) -> None:
        start = len(_PREFACE) - self._preface_left
        if taken != _PREFACE[start : start + len(taken)]:
            raise StreamError("the client speaks no HTTP/2.")
        self._preface_left -= len(taken)

    def _frame(self) -> bytes:
        if len(self._buffer) < _FRAME_HEAD_BYTES:
            return b""
        length = int.from_bytes(self._buffer[:3], "big")
        kind, flags = self._buffer[3], self._buffer[4]
        stream = int.from_bytes(self._buffer[5:9], "big") & 0x7FFF_FFFF
        if kind not in {_HEADERS, _CONTINUATION}:
            head = bytes(self._buffer[:_FRAME_HEAD_BYTES])
            del self._buffer[:_FRAME_HEAD_BYTES]
            self._body_left = length
            return head
        if length > _MAX_FRAME_BYTES:
            raise StreamError("a frame of headers is too long.")
        end = _FRAME_HEAD_BYTES + length
        if len(self._buffer) < end:
            return b""
        payload = bytes(self._buffer[_FRAME_HEAD_BYTES:end])
        frame = bytes(self._buffer[:end])
        del self._buffer[:end]
        if kind == _HEADERS:
            # A second block on a stream holds trailers, which end a request.
            self._is_request = stream > self._last_stream
            self._last_stream = max(self._last_stream, stream)
        if not self._is_request or not flags & _END_HEADERS:
            return frame
        return self._tagged(kind, flags, stream, payload)

    def _tagged(self, kind: int, flags: int, stream: int, payload: bytes) -> bytes:
        if len(payload) + len(self._field) > _MAX_FRAME_BYTES:
            return _encode(kind, flags & ~_END_HEADERS, stream, payload) + _encode(
                _CONTINUATION, _END_HEADERS, stream, self._field
            )
        padding = payload[0] if kind == _HEADERS and flags & _PADDED and payload else 0
        if padding >= max(len(payload), 1):
            raise StreamError("a frame holds more padding than bytes.")
        end = len(payload) - padding
        return _encode(kind, flags, stream, payload[:end] + self._field + payload[end:])


def _encode(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    head = len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big")
    return head + payload


def _hpack_text(text: str) -> bytes:
    raw = text.encode("ascii")
    if len(raw) > _MAX_HPACK_LENGTH:
        raise StreamError(f"a header of {len(raw)} bytes is too long to add.")
    return bytes((len(raw),)) + raw
