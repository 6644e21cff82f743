"""Add a header to every HTTP/1.1 request of a connection, in passing."""

from __future__ import annotations

from typing import final

from chameleonapi.errors import ServingError

__all__ = ["Http1Tagger", "StreamError"]

_MAX_HEAD_BYTES = 64 * 1024
_MAX_LINE_BYTES = 8 * 1024


class StreamError(ServingError):
    """A client sent something that is not the protocol it speaks."""


@final
class Http1Tagger:
    """Finds where requests begin, and puts a header at the end of each head.

    Any header of that name from the client is dropped.
    """

    def __init__(self, name: str, value: str) -> None:
        self._name = name.lower().encode("ascii")
        self._header = f"{name}: {value}\r\n".encode("ascii")
        self._buffer = bytearray()
        self._body_left = 0
        self._read = self._head

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the client and return what to send on.

        Raises:
            StreamError: if they are no HTTP/1.1.
        """
        self._buffer += data
        out = bytearray()
        while self._buffer:
            if self._body_left:
                taken = self._buffer[: self._body_left]
                del self._buffer[: len(taken)]
                self._body_left -= len(taken)
                out += taken
                continue
            part = self._read()
            if not part:
                break
            out += part
        return bytes(out)

    def _take_line(self) -> bytes:
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > _MAX_LINE_BYTES:
                raise StreamError("a line of a chunked body is too long.")
            return b""
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        return line

    def _head(self) -> bytes:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or end > _MAX_HEAD_BYTES:
            if len(self._buffer) > _MAX_HEAD_BYTES:
                raise StreamError("the head of a request is too long.")
            return b""
        lines = bytes(self._buffer[:end]).split(b"\r\n")
        del self._buffer[: end + 4]
        fields = [(line.partition(b":")[0].strip().lower(), line) for line in lines[1:]]
        for field, line in fields:
            value = line.partition(b":")[2].strip().lower()
            if field == b"transfer-encoding" and b"chunked" in value:
                self._read = self._chunk_size
            elif field == b"content-length" and self._read == self._head:
                if not value.isdigit():
                    raise StreamError("the length of a request is no number.")
                self._body_left = int(value)
        if self._read == self._chunk_size:
            self._body_left = 0
        kept = [lines[0], *(line for field, line in fields if field != self._name)]
        return b"\r\n".join(kept) + b"\r\n" + self._header + b"\r\n"

    def _chunk_size(self) -> bytes:
        line = self._take_line()
        if not line:
            return b""
        try:
            size = int(line.split(b";", 1)[0].strip(), 16)
        except ValueError:
            raise StreamError("the size of a chunk is no number.") from None
        if size:
            self._body_left = size + 2  # and the line end after the chunk
        else:
            self._read = self._trailer
        return line

    def _trailer(self) -> bytes:
        line = self._take_line()
        if line in {b"\r\n", b"\n"}:
            self._read = self._head
        return line
