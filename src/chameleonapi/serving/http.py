"""uvicorn, started and stopped from within an event loop that others use too."""

from __future__ import annotations

import asyncio
import math
import socket
from typing import final

import uvicorn
from starlette.types import ASGIApp

from chameleonapi.errors import ServingError
from chameleonapi.serving.http_bounds import BoundedHttp

__all__ = ["HttpServer"]

_KEEP_ALIVE_SECONDS = 75
_BACKLOG = 1024


@final
class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@final
class HttpServer:
    """Answers HTTP on a socket that is bound already."""

    def __init__(self, app: ASGIApp, *, grace_seconds: float) -> None:
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http=BoundedHttp,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",  # below it, uvicorn logs addresses, which may hold keys
            access_log=False,
            server_header=False,
            proxy_headers=False,  # nothing here asks who called
            backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=math.ceil(grace_seconds),
        )
        self._server = _Uvicorn(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self, bound: socket.socket) -> None:
        """Serve on ``bound``; return once requests are answered."""
        self._task = asyncio.create_task(self._server.serve(sockets=[bound]))
        ready = asyncio.create_task(self._server.ready.wait())
        await asyncio.wait((self._task, ready), return_when=asyncio.FIRST_COMPLETED)
        if not self._server.ready.is_set():
            ready.cancel()
            await self._task
            raise ServingError("the HTTP server ended before it had started.")

    async def stop(self) -> None:
        """Close idle connections, finish requests under way, and end."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
