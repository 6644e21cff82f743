"""A proxy on loopback that takes over the served hosts and leaves all others alone.

Two doors. The proxy's door understands CONNECT: it ties a served host to the other
door and tunnels every other host untouched. The TLS door ends TLS for the served hosts
and hands the plain bytes to the server, with the application's name on each request.
The proxy's door asks for a password made for the run: otherwise it would relay for
everybody on the machine.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import ssl
import threading
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import Future
from typing import Protocol, final

from chameleonapi.serving.applications import APPLICATION_HEADER
from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher.http1 import Http1Tagger, StreamError
from chameleonapi.serving.launcher.http2 import Http2Tagger
from chameleonapi.serving.launcher.upstream import Upstream, UpstreamError

__all__ = ["PROXY_USER", "LocalProxy", "close_connections", "guarded", "hand_over"]

PROXY_USER = "chameleon"
_LOOPBACK = "127.0.0.1"
_HEAD_SECONDS = 30.0
_PIECE_BYTES = 256 * 1024
_HTTPS_PORT = 443

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Tagger(Protocol):
    def feed(self, data: bytes) -> bytes: ...


@final
class LocalProxy:
    """Both doors, in a thread of their own, between ``start`` and ``stop``.

    Args:
        endpoint: the server that answers for the served hosts.
        application: whose requests pass here; empty for the generic model.
        hosts: the served hosts.
        context: for the server's side of TLS.
        upstream: how other hosts are reached.
        password: for the proxy's door.
    """

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        application: str,
        hosts: Collection[str],
        context: ssl.SSLContext,
        upstream: Upstream,
        password: str,
    ) -> None:
        self._endpoint = endpoint
        self._application = application
        self._hosts = frozenset(hosts)
        self._context = context
        self._upstream = upstream
        self._token = base64.b64encode(f"{PROXY_USER}:{password}".encode())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread: threading.Thread | None = None
        self.proxy_port = 0
        self.tls_port = 0

    def start(self) -> None:
        """Open both doors on free ports; return when they are open."""
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(started,), name="chameleon-proxy", daemon=True
        )
        self._thread.start()
        started.result()

    def stop(self) -> None:
        """Close both doors and every connection."""
        if self._loop is not None and self._thread is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed already
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def __enter__(self) -> LocalProxy:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        # A connection that fails (a client that does not trust us, one that goes away) is
        # the client's to report.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        tls = await asyncio.start_server(guarded(self._serve_tls), _LOOPBACK, 0, ssl=self._context)
        proxy = await asyncio.start_server(guarded(self._serve_connect), _LOOPBACK, 0)
        self.tls_port = tls.sockets[0].getsockname()[1]
        self.proxy_port = proxy.sockets[0].getsockname()[1]
        started.set_result(None)
        try:
            await self._stop.wait()
        finally:
            tls.close()
            proxy.close()
            await close_connections()

    async def _serve_connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
        lines = head.decode("latin-1").split("\r\n")
        method, _, rest = lines[0].partition(" ")
        if method != "CONNECT":
            await _reply(writer, "405 Method Not Allowed")
            return
        if not self._is_authorized(lines[1:]):
            await _reply(
                writer,
                "407 Proxy Authentication Required",
                'Proxy-Authenticate: Basic realm="chameleon"\r\n',
            )
            return
        host, port = _split_target(rest.partition(" ")[0])
        try:
            if host in self._hosts and port == _HTTPS_PORT:
                far = await asyncio.open_connection(_LOOPBACK, self.tls_port)
            else:
                far = await self._upstream.connect(host, port)
        except UpstreamError as error:
            await _reply(writer, "502 Bad Gateway", body=error.message)
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _splice((reader, writer), far)

    def _is_authorized(self, header_lines: list[str]) -> bool:
        for line in header_lines:
            name, _, value = line.partition(":")
            if name.strip().lower() == "proxy-authorization":
                scheme, _, token = value.strip().partition(" ")
                given = token.strip().encode("latin-1")
                return scheme.lower() == "basic" and hmac.compare_digest(given, self._token)
        return False

    async def _serve_tls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hand_over(self._endpoint, self._application, reader, writer)


async def hand_over(
    endpoint: Endpoint,
    application: str,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Hand what comes over TLS to the server, over gRPC or HTTP as the client has chosen.

    Args:
        endpoint: the server.
        application: whose requests these are; empty lets them say so themselves.
        reader: of a connection on which TLS is established.
        writer: likewise.
    """
    secure = writer.get_extra_info("ssl_object")
    is_grpc = secure is not None and secure.selected_alpn_protocol() == "h2"
    port = endpoint.grpc_port if is_grpc else endpoint.http_port
    tagger: _Tagger | None = None
    if application:
        kind = Http2Tagger if is_grpc else Http1Tagger
        tagger = kind(APPLICATION_HEADER, application)
    far = await asyncio.open_connection(endpoint.host, port)
    await _splice((reader, writer), far, tagger)


async def close_connections() -> None:
    """Close every connection of this loop, those amid a handshake too: nothing outlives it."""
    here = asyncio.current_task()
    others = [one for one in asyncio.all_tasks() if one is not here]
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    # Nobody else knows of a connection on which TLS is not established yet.
    loop = asyncio.get_running_loop()
    for transport in list(getattr(loop, "_transports", {}).values()):
        transport.abort()
    await asyncio.sleep(0)  # they close in the next turn


def guarded(
    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """Let a broken connection end alone and quietly."""

    async def quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (
            OSError,
            EOFError,
            ValueError,
            StreamError,
            asyncio.TimeoutError,
            asyncio.LimitOverrunError,
        ):
            pass
        finally:
            writer.close()

    return quiet


def _split_target(target: str) -> tuple[str, int]:
    """Split ``host:port``; some clients of gRPC leave out the port."""
    host, separator, port = target.rpartition(":")
    if not separator or port.endswith("]"):
        host, port = target, str(_HTTPS_PORT)
    return host.strip("[]").lower().rstrip("."), int(port)


async def _reply(
    writer: asyncio.StreamWriter, status: str, headers: str = "", body: str = ""
) -> None:
    content = body.encode()
    head = (
        f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode("latin-1") + content)
    await writer.drain()


async def _splice(near: _Streams, far: _Streams, tagger: _Tagger | None = None) -> None:
    """Copy both ways until both ends have finished, or one breaks."""
    outward = asyncio.create_task(_copy(near[0], far[1], tagger))
    inward = asyncio.create_task(_copy(far[0], near[1], None))
    try:
        await asyncio.gather(outward, inward)
    finally:
        outward.cancel()
        inward.cancel()
        far[1].close()
        near[1].close()


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tagger: _Tagger | None
) -> None:
    while data := await reader.read(_PIECE_BYTES):
        writer.write(tagger.feed(data) if tagger else data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    else:
        writer.close()  # TLS has no half-closed connection
