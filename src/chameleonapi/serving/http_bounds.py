"""The parser of HTTP requests, with bounds on what is no body.

httptools parses a request in a third of the time that h11 takes, and keeps whatever comes as
heads and trailers. What comes as a body is bounded where it is read.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chameleonapi.serving.http_corked import CorkedTransport

__all__ = ["BoundedHttp"]

_MAX_HEAD_BYTES: Final = 64 * 1024
_CHUNK_FRAME_BYTES: Final = 32  # its size in digits and two line ends, without extensions
_MAX_PIPELINED: Final = 16
_HEAD_SECONDS: Final = 30.0  # for a head, and for the first byte of a connection
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


@final
class BoundedHttp(HttpToolsProtocol):
    """A connection: one that sends too much beside bodies is closed."""

    _beside_bodies = 0  # bytes of the present request
    _head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Begin a connection: whoever opens one has something to say."""
        corked: Any = CorkedTransport(transport, self.loop)
        super().connection_made(corked)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._head_came()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._head_came()
        self._head_due = self.loop.call_later(_HEAD_SECONDS, self.transport.close)

    def _head_came(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._beside_bodies += len(data)
        super().data_received(data)
        # Frames shorter than allowed for must not save up room for what comes after them.
        self._beside_bodies = max(0, self._beside_bodies)
        if self._beside_bodies > _MAX_HEAD_BYTES and not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a request; those that came before it wait for their answers."""
        if len(self.pipeline) >= _MAX_PIPELINED:
            raise ValueError("too many requests at once")  # becomes a 400
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End a head. An address that names another host would be taken for a path of ours."""
        self._head_came()
        if not self.url.startswith(b"/"):
            raise ValueError("the target is no path")  # becomes a 400
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._beside_bodies -= len(body)
        super().on_body(body)

    def on_chunk_header(self) -> None:
        """Begin a chunk of a body."""
        self._beside_bodies -= _CHUNK_FRAME_BYTES

    def on_message_complete(self) -> None:
        """End a request."""
        self._beside_bodies = 0
        super().on_message_complete()
