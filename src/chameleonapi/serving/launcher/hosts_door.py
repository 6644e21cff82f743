"""Hosts mode: a TLS door for applications whose names of hosts lead here.

For containers and other machines, where no launcher can run beside the application: the
provider's names lead to this address, and the application trusts a file of roots that is
written here. The authority can vouch for the served hosts only; its key is dropped, and a
server that starts anew makes another.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Final, final

from chameleonapi.errors import ServingError
from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher.authority import RunIdentity, make_identity
from chameleonapi.serving.launcher.hosts import served_hosts
from chameleonapi.serving.launcher.proxy import close_connections, guarded, hand_over
from chameleonapi.serving.launcher.trust import default_roots

__all__ = ["HostsDoor"]

_DAYS: Final = 397  # longer ones are refused by some clients


@final
class HostsDoor:
    """The door, in a thread of its own, while it is used as a context manager.

    Args:
        endpoint: the server that answers.
        host: address to listen on.
        port: 443 for clients that know no other; 0 takes a free one.
        roots_file: where the roots are written that applications have to trust: those of
            this machine, and the door's own.

    Raises:
        ServingError: on entering, if the port is taken or the file cannot be written.
    """

    def __init__(self, endpoint: Endpoint, host: str, port: int, roots_file: str | Path) -> None:
        self._endpoint = endpoint
        self._host = host
        self._roots_file = Path(roots_file)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread: threading.Thread | None = None
        self.port = port

    def __enter__(self) -> HostsDoor:
        identity = make_identity(served_hosts(), days=_DAYS)
        _write_whole(self._roots_file, default_roots() + b"\n" + identity.ca_pem)
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(identity, started), name="chameleon-hosts", daemon=True
        )
        self._thread.start()
        started.result()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._thread is not None:
            with contextlib.suppress(RuntimeError):  # the loop has closed already
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _run(self, identity: RunIdentity, started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(identity, started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, identity: RunIdentity, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        # A connection that fails is the client's to report.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        try:
            server = await asyncio.start_server(
                guarded(self._answer), self._host, self.port, ssl=identity.context
            )
        except OSError as error:
            raise ServingError(
                f"cannot listen on {self._host} port {self.port}: {error.strerror or error}.",
                hint="Ports below 1024 may need a privilege; in a container, "
                "net.ipv4.ip_unprivileged_port_start=0 allows them.",
            ) from None
        self.port = server.sockets[0].getsockname()[1]
        started.set_result(None)
        try:
            await self._stop.wait()
        finally:
            server.close()
            await close_connections()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hand_over(self._endpoint, "", reader, writer)


def _write_whole(file: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all: applications wait for it."""
    temporary = file.with_name(f".{file.name}.part-{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.chmod(0o644)
        temporary.replace(file)
    except OSError as error:
        raise ServingError(f"cannot write the roots to {file}: {error.strerror}.") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
