"""Read the body of a request within bounds of size and time."""

from __future__ import annotations

import asyncio
import zlib

from starlette.requests import ClientDisconnect, Request

from chameleonapi.errors import ServingError

__all__ = ["BodyEncodingError", "BodyTooLargeError", "SlowBodyError", "read_body"]


class BodyTooLargeError(ServingError):
    """The body, or what it unpacks to, is larger than allowed."""


class BodyEncodingError(ServingError):
    """The body is packed in a way that is not known, or damaged."""


class SlowBodyError(ServingError):
    """The client took too long to send the body, or went away."""


async def read_body(request: Request, *, max_bytes: int, timeout_seconds: float) -> bytes:
    """Return the body, unpacked.

    Raises:
        BodyTooLargeError, BodyEncodingError, SlowBodyError: see there.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise BodyTooLargeError(f"Request payload size exceeds the limit: {max_bytes} bytes.")
    try:
        body = await asyncio.wait_for(_collect(request, max_bytes), timeout_seconds)
    except (asyncio.TimeoutError, ClientDisconnect):
        raise SlowBodyError("The request was not sent completely in time.") from None
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"identity", ""}:
        return body
    if encoding == "gzip":
        return _unpack(body, max_bytes)
    raise BodyEncodingError(f"The content encoding {encoding[:40]!r} is not known; use gzip.")


async def _collect(request: Request, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise BodyTooLargeError(f"Request payload size exceeds the limit: {max_bytes} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _unpack(body: bytes, max_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(body, max_bytes + 1)
    except zlib.error:
        raise BodyEncodingError("The body is no valid gzip data.") from None
    if len(content) > max_bytes:
        raise BodyTooLargeError(f"Request payload size exceeds the limit: {max_bytes} bytes.")
    if not unpacker.eof or unpacker.unused_data:
        raise BodyEncodingError("The body is no valid gzip data.")
    return content
