"""Reach the hosts that are not taken over, the way the application would have."""

from __future__ import annotations

import asyncio
import base64
import ssl
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from chameleonapi.errors import ServingError, UsageError

__all__ = ["Upstream", "UpstreamError", "upstream_of"]

_CONNECT_SECONDS = 30.0
_MAX_HEAD_BYTES = 64 * 1024


class UpstreamError(ServingError):
    """A host, or the proxy before it, cannot be reached."""


@final
@dataclass(frozen=True, slots=True)
class Upstream:
    """How hosts are reached: directly, or through a proxy.

    Attributes:
        proxy: address of a proxy, or empty.
        bypass: hosts that are reached directly all the same, as in ``no_proxy``.
    """

    proxy: str = field(default="", repr=False)  # may hold a password
    bypass: str = ""

    async def connect(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection to a host.

        Raises:
            UpstreamError: if that fails.
        """
        try:
            return await asyncio.wait_for(self._connect(host, port), _CONNECT_SECONDS)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise UpstreamError(f"cannot reach {host} port {port}: {reason}.") from None

    async def _connect(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self.proxy or _is_bypassed(host, self.bypass):
            return await asyncio.open_connection(host, port)
        parts = urllib.parse.urlsplit(self.proxy)
        secure = ssl.create_default_context() if parts.scheme == "https" else None
        reader, writer = await asyncio.open_connection(
            parts.hostname, parts.port or (443 if secure else 80), ssl=secure
        )
        try:
            await _ask_for_tunnel(reader, writer, host, port, parts)
        except BaseException:
            writer.close()
            raise
        return reader, writer


def upstream_of(environment: Mapping[str, str]) -> Upstream:
    """Return how an application with this environment reaches HTTPS hosts.

    Raises:
        UsageError: if it does so through a kind of proxy that cannot be chained to.
    """
    names = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    proxy = next((environment[name] for name in names if environment.get(name)), "")
    if proxy:
        if "://" not in proxy:
            proxy = f"http://{proxy}"
        scheme = urllib.parse.urlsplit(proxy).scheme
        if scheme not in {"http", "https"}:
            msg = f"the environment names a {scheme} proxy, which cannot be chained to."
            raise UsageError(msg, hint="Unset it for this run, or name an HTTP proxy.")
    bypass = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    return Upstream(proxy, bypass)


def _is_bypassed(host: str, bypass: str) -> bool:
    # As Python's own clients read the list; typeshed does not know this function.
    match: bool = urllib.request.proxy_bypass_environment(host, {"no": bypass})  # type: ignore[attr-defined]
    return match


async def _ask_for_tunnel(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    host: str,
    port: int,
    proxy: urllib.parse.SplitResult,
) -> None:
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.username is not None:
        user = urllib.parse.unquote(proxy.username)
        password = urllib.parse.unquote(proxy.password or "")
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {token}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    await writer.drain()
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise UpstreamError("the upstream proxy sent no HTTP.") from None
    status = head.split(b" ", 2)[1:2]
    if status != [b"200"]:
        code = status[0][:3].decode("latin-1") if status else "?"
        raise UpstreamError(f"the upstream proxy refused {host} with status {code}.")
