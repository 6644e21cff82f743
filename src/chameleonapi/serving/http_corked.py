"""A transport that sends in one piece what is written in one turn of the event loop.

uvicorn writes the head of an answer and its body one after the other. Sent in one piece they
cost one call into the system instead of two, and wake the client once.
"""

from __future__ import annotations

import asyncio
from typing import Any, final

__all__ = ["CorkedTransport"]


@final
class CorkedTransport:
    """Stands before another transport; all but writing goes there.

    Args:
        inner: what sends.
        loop: whose turns count.
    """

    def __init__(self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send at the end of this turn."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)

    def close(self) -> None:
        """Send what is held, and close."""
        self._flush()
        self._inner.close()

    def _flush(self) -> None:
        if self._held and not self._inner.is_closing():
            self._inner.write(b"".join(self._held))
        self._held.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
