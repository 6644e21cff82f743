"""Start an application, taken over, and be invisible beside it."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, final

from chameleonapi.errors import MissingPackageError, ServingError, UsageError
from chameleonapi.serving.applications import check_application_name
from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher.environment import NODE_HOOK, Takeover, application_environment
from chameleonapi.serving.launcher.upstream import upstream_of

__all__ = ["run_application"]

_FORWARDED: Final = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH")
    if hasattr(signal, name)
)
# What a terminal sends to all processes in its foreground, the application among them.
_FROM_TERMINAL: Final = {
    getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGWINCH") if hasattr(signal, name)
}
_HOOKS: Final = Path(__file__).with_name("hook")
_KILLED_BY_SIGNAL: Final = 128
_CONNECT_SECONDS: Final = 10.0


def run_application(
    command: Sequence[str],
    *,
    endpoint: Endpoint,
    application: str = "",
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
) -> int:
    """Run a command whose calls to the served APIs go to a server of ours.

    Standard input, output and error are those of this process. Signals are passed on if
    this is called in the main thread. When it returns, nothing is left behind.

    Args:
        command: program and arguments.
        endpoint: where the server listens.
        application: whose model answers; empty for the generic one.
        env: the environment that the command would have; by default that of this process.
        cwd: the folder to run in.

    Returns:
        The exit status of the command; 128 plus the number if a signal ended it.

    Raises:
        UsageError: if the command is empty, or the application's name cannot be one.
        MissingPackageError: if the parts for serving are not installed.
        ServingError: if no server listens there, or the command cannot be started.
    """
    if not command:
        raise UsageError("no command to run.", hint="Say which: chameleon run -- COMMAND.")
    if application:
        check_application_name(application)
    _check_server(endpoint.host, endpoint.http_port)
    _check_server(endpoint.host, endpoint.grpc_port)
    base = dict(os.environ if env is None else env)
    with _forwarded_signals() as child, _takeover(base, endpoint, application) as environment:
        child.start(command, environment, cwd)
        status = child.wait()
    return status if status >= 0 else _KILLED_BY_SIGNAL - status


def _check_server(host: str, port: int) -> None:
    """Find out now what the application would report as an outage of its provider."""
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ServingError(
            f"no server answers on {host} port {port}: {reason}.",
            hint="Start it first, and pass its ports.",
        ) from None


@contextmanager
def _takeover(
    base: Mapping[str, str], endpoint: Endpoint, application: str
) -> Iterator[dict[str, str]]:
    """Open the doors of a takeover and yield the environment that leads to them."""
    try:
        from chameleonapi.serving.launcher.authority import make_identity
        from chameleonapi.serving.launcher.hosts import served_hosts
        from chameleonapi.serving.launcher.proxy import PROXY_USER, LocalProxy
        from chameleonapi.serving.launcher.trust import trust_variables
    except ImportError as error:
        raise MissingPackageError(
            error.name or "?",
            needed_for="running an application",
            install="pip install 'chameleonapi[serve]'",
        ) from None
    hosts = served_hosts()
    identity = make_identity(hosts)
    password = secrets.token_urlsafe(24)
    proxy = LocalProxy(
        endpoint=endpoint,
        application=application,
        hosts=hosts,
        context=identity.context,
        upstream=upstream_of(base),
        password=password,
    )
    with tempfile.TemporaryDirectory(prefix="chameleon-run-") as temporary, proxy:
        folder = Path(temporary)
        hook = folder / "hook"
        hook.mkdir()
        for name in ("sitecustomize.py", NODE_HOOK):
            shutil.copyfile(_HOOKS / name, hook / name)
        yield application_environment(
            base,
            Takeover(
                endpoint=endpoint,
                application=application,
                hosts=hosts,
                proxy_address=f"http://{PROXY_USER}:{password}@127.0.0.1:{proxy.proxy_port}",
                tls_port=proxy.tls_port,
                hook_folder=hook,
                trust=trust_variables(base, identity.ca_pem, folder),
            ),
        )


@final
class _Child:
    """The application's process, and the signals that came before there was one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        cwd: str | os.PathLike[str] | None,
    ) -> None:
        if cwd is not None and not Path(cwd).is_dir():
            raise ServingError(f"cannot run in {os.fspath(cwd)!r}: there is no such folder.")
        try:
            self._process = subprocess.Popen(list(command), env=dict(environment), cwd=cwd)  # noqa: S603 -- the user's own command
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ServingError(
                f"cannot start {command[0]!r}: {reason}.", hint="Check the name and the path."
            ) from None
        for number in self._early:
            self._process.send_signal(number)

    def wait(self) -> int:
        assert self._process is not None
        return self._process.wait()

    def receive(self, number: int, _frame: FrameType | None) -> None:
        if number in _FROM_TERMINAL and _is_terminal_foreground():
            return
        if self._process is None:
            self._early.append(number)
        else:
            self._process.send_signal(number)


def _is_terminal_foreground() -> bool:
    try:
        return os.tcgetpgrp(sys.__stdin__.fileno()) == os.getpgrp() if sys.__stdin__ else False
    except (OSError, ValueError):
        return False


@contextmanager
def _forwarded_signals() -> Iterator[_Child]:
    """Pass signals on to the application instead of dying of them."""
    child = _Child()
    if threading.current_thread() is not threading.main_thread():
        yield child
        return
    former = {}
    for number in _FORWARDED:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            former[number] = signal.signal(number, child.receive)
    try:
        yield child
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
