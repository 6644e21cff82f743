"""Read the body of a request within bounds of size and time."""

from __future__ import annotations

import sys
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import final

import anyio
from starlette.requests import ClientDisconnect, Request

from chameleonapi.errors import ServingError
from chameleonapi.serving.batcher import OverloadError

if sys.version_info >= (3, 11):
    from asyncio import timeout as _timeout  # costs less than half of the other
else:

    @asynccontextmanager
    async def _timeout(seconds: float) -> AsyncIterator[None]:
        with anyio.fail_after(seconds):
            yield


__all__ = [
    "BodyBudget",
    "BodyEncodingError",
    "BodyShare",
    "BodyTooLargeError",
    "SlowBodyError",
    "read_body",
    "unpack_body",
]


# What a packed body may become: any small one, and of larger ones what texts and pictures do.
_FREE_BYTES = 1024 * 1024
_MAX_RATIO = 32


class BodyTooLargeError(ServingError):
    """The body, or what it unpacks to, is larger than allowed."""


class BodyEncodingError(ServingError):
    """The body is packed in a way that is not known, or damaged."""


class SlowBodyError(ServingError):
    """The client took too long to send the body, or went away."""


@final
class BodyBudget:
    """Bounds what the bodies of all requests under way take together.

    A body larger than the whole budget may still be read while it is the only one.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = 0

    @property
    def held_bytes(self) -> int:
        """What is held at this moment."""
        return self._held

    @contextmanager
    def share(self) -> Iterator[BodyShare]:
        """Yield the share of one request, given back at the end."""
        share = BodyShare(self)
        try:
            yield share
        finally:
            self._held -= share.held

    def take(self, share: BodyShare, size: int) -> None:
        """Add to a share.

        Raises:
            OverloadError: if the others leave no room for it.
        """
        others = self._held - share.held
        if others and self._held + size > self._max_bytes:
            raise OverloadError("Too many large requests are under way.")
        share.held += size
        self._held += size


@final
class BodyShare:
    """What one request holds of the budget."""

    def __init__(self, budget: BodyBudget) -> None:
        self._budget = budget
        self.held = 0

    def take(self, size: int) -> None:
        """Hold more."""
        self._budget.take(self, size)


async def read_body(
    request: Request, share: BodyShare, *, max_bytes: int, timeout_seconds: float
) -> bytes:
    """Return the body as it came, packed or not.

    Raises:
        BodyTooLargeError, SlowBodyError: see there.
        OverloadError: if the bodies of other requests leave no room for it.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise BodyTooLargeError(f"Request payload size exceeds the limit: {max_bytes} bytes.")
    try:
        async with _timeout(timeout_seconds):
            return await _collect(request, share, max_bytes)
    except (TimeoutError, ClientDisconnect):
        raise SlowBodyError("The request was not sent completely in time.") from None


def unpack_body(body: bytes, encoding: str, share: BodyShare, *, max_bytes: int) -> bytes:
    """Return a body unpacked; ``encoding`` is the header ``Content-Encoding``.

    Raises:
        BodyTooLargeError, BodyEncodingError: see there.
        OverloadError: if the bodies of other requests leave no room for it.
    """
    name = encoding.strip().lower()
    if name in {"identity", ""}:
        return body
    if name == "gzip":
        content = _unpack(body, max_bytes)
        share.take(len(content))
        return content
    raise BodyEncodingError(f"The content encoding {encoding[:40]!r} is not known; use gzip.")


async def _collect(request: Request, share: BodyShare, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise BodyTooLargeError(f"Request payload size exceeds the limit: {max_bytes} bytes.")
        share.take(len(chunk))
        chunks.append(chunk)
    return b"".join(chunks)


def _unpack(body: bytes, max_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    limit = min(max_bytes, _FREE_BYTES + _MAX_RATIO * len(body))
    try:
        content = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise BodyEncodingError("The body is no valid gzip data.") from None
    if len(content) > max_bytes:
        raise BodyTooLargeError(f"Request payload size exceeds the limit: {max_bytes} bytes.")
    if len(content) > limit:
        raise BodyTooLargeError(
            f"The body unpacks to more than {_MAX_RATIO} times its size: send it unpacked."
        )
    if not unpacker.eof or unpacker.unused_data:
        raise BodyEncodingError("The body is no valid gzip data.")
    return content
