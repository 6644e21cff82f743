"""The real providers, where the settings let requests through to them.

Requests go on as they came: body, address and headers, credentials among them, but for
what belongs to one connection and what names the application. They go to the host of the
API that they are for, and to no other; nothing is followed, tried again or kept.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, final

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from chameleonapi.errors import ServingError
from chameleonapi.serving.applications import APPLICATION_HEADER
from chameleonapi.serving.config import PassThrough
from chameleonapi.serving.recording import Recorder
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.aws_error import AwsError

__all__ = ["Provider", "ProviderReply", "ProviderUnreachableError", "signed_host"]

_MAX_REPLY_BYTES: Final = 64 << 20
_THREADS: Final = 32
# What belongs to one connection (RFC 9110, 7.6.1), or is set anew.
_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "expect",
        "host",
        "content-length",
        APPLICATION_HEADER,
    }
)
_SECRET_HEADERS: Final = frozenset({"authorization", "x-goog-api-key", "x-amz-security-token"})
_SECRET_PARAMETERS: Final = frozenset({"key", "access_token", "oauth_token"})
_SIGNATURE: Final = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=[^/,\s]+/\d{8}/(?P<region>[a-z0-9-]+)/(?P<service>[a-z]+)"
    r"/aws4_request\s*,\s*SignedHeaders=(?P<headers>[a-z0-9;-]+)\s*,\s*Signature=[0-9a-f]{64}"
)
_AWS_HOST: Final = re.compile(
    r"(?P<service>rekognition|comprehend)(-fips)?\.(?P<region>[a-z]{2}(-[a-z]+)+-\d)"
    r"\.amazonaws\.com(\.cn)?"
)


class ProviderUnreachableError(ServingError):
    """The provider did not answer, or not in time."""


@dataclass(frozen=True, slots=True)
class ProviderReply:
    """What a provider answered over HTTP, as it came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of a header, empty if it is not there."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@final
class Provider:
    """Passes requests on; belongs to one event loop.

    Args:
        settings: which requests, and where to.
    """

    def __init__(self, settings: PassThrough) -> None:
        self._settings = settings
        self._recorder = Recorder(settings.record) if settings.record else None
        timeout = urllib3.Timeout(connect=10.0, read=settings.timeout_seconds)
        self._pool = urllib3.PoolManager(
            maxsize=_THREADS, retries=False, timeout=timeout, cert_reqs="CERT_REQUIRED"
        )
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="chameleon-provider")
        self._channels: dict[str, Any] = {}

    def takes(self, application: str) -> bool:
        """Tell whether everything of this application goes to the provider."""
        scope = self._settings.scope
        return scope == "all" or (scope == "generic" and not application)

    async def forward(
        self,
        host: str,
        verb: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: bytes,
    ) -> ProviderReply:
        """Pass an HTTP request on and return the reply.

        Args:
            host: the provider's, from our own tables.
            verb: the method of the request.
            target: path and query, as they came.
            headers: as they came.
            body: as it came, packed or not.

        Raises:
            ProviderUnreachableError: if no whole reply comes in time.
        """
        if not target.startswith("/"):
            # "%2F@elsewhere" would make a user name of the host
            raise ProviderUnreachableError("The address of the request is no path.")
        address = self._settings.addresses.get(host, f"https://{host}").rstrip("/")
        kept: dict[str, str] = {"user-agent": SKIP_HEADER, "accept-encoding": SKIP_HEADER}
        for name, value in headers:
            lower = name.lower()
            if lower not in _HOP_BY_HOP:
                present = kept.get(lower)
                is_first = present is None or present == SKIP_HEADER
                kept[lower] = value if is_first else f"{present}, {value}"
        kept["host"] = host
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, self._send, verb, address + target, kept, body
        )

    def _send(self, verb: str, url: str, headers: dict[str, str], body: bytes) -> ProviderReply:
        try:
            reply = self._pool.urlopen(
                verb,
                url,
                body=body or None,
                headers=headers,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                content = reply.read(_MAX_REPLY_BYTES + 1, decode_content=False)
                if len(content) > _MAX_REPLY_BYTES:
                    raise ProviderUnreachableError("The provider's answer is too large.")
                kept = tuple(
                    (name, value)
                    for name, value in reply.headers.items()
                    if name.lower() not in _HOP_BY_HOP
                )
                return ProviderReply(reply.status, kept, content)
            finally:
                reply.release_conn()
        except (HTTPError, OSError) as error:
            raise _unreachable(type(error).__name__) from None

    async def call(
        self,
        host: str,
        method: str,
        payload: bytes,
        metadata: Sequence[tuple[str, str | bytes]],
        timeout_seconds: float | None,
    ) -> bytes:
        """Pass a gRPC call on and return the bytes of the response.

        Raises:
            grpc.RpcError: as the provider answers.
        """
        kept = [
            (name, value)
            for name, value in metadata
            if not name.startswith((":", "grpc-"))
            and name not in {"user-agent", APPLICATION_HEADER}
        ]
        ask = self._channel(host).unary_unary(method)
        limit = self._settings.timeout_seconds
        patience = limit if timeout_seconds is None else min(limit, timeout_seconds)
        response: bytes = await ask(payload, metadata=kept, timeout=patience)
        return response

    def _channel(self, host: str) -> Any:
        import grpc

        if host not in self._channels:
            options = [
                ("grpc.max_receive_message_length", _MAX_REPLY_BYTES),
                ("grpc.max_send_message_length", -1),
                # A proxy of the environment may be the launcher's, which leads back here.
                ("grpc.enable_http_proxy", 0),
            ]
            plain = self._settings.grpc_addresses.get(host)
            self._channels[host] = (
                grpc.aio.insecure_channel(plain, options=options)
                if plain
                else grpc.aio.secure_channel(
                    f"{host}:443", grpc.ssl_channel_credentials(), options=options
                )
            )
        return self._channels[host]

    def record(
        self,
        asks: Sequence[Ask],
        parts: Sequence[dict[str, Any] | None],
        headers: Iterable[tuple[str, str]],
        query: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Keep the answers to questions, if answers are to be kept."""
        if self._recorder is None:
            return
        secrets = [
            word
            for name, value in headers
            if name.lower() in _SECRET_HEADERS
            for word in (value, *value.split())
        ]
        secrets += [value for name, value in query if name in _SECRET_PARAMETERS]
        for ask, part in zip(asks, parts, strict=True):
            if part is not None:
                self._recorder.add(ask, part, secrets)

    @property
    def records(self) -> bool:
        """Whether answers are kept."""
        return self._recorder is not None

    async def close(self) -> None:
        """Close all connections and the recording."""
        for channel in self._channels.values():
            await channel.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.clear()
        if self._recorder is not None:
            self._recorder.close()


def signed_host(service: str, headers: Iterable[tuple[str, str]]) -> str:
    """Return the provider's host that an AWS request was signed for.

    A signature covers the host: one that was made for an address of ours is worth
    nothing to the provider, and we neither have nor want the key to make another.

    Raises:
        AwsError: if the request was not signed for a host of this service.
    """
    found = {name.lower(): value for name, value in headers}
    host = found.get("host", "").lower().removesuffix(":443")
    place = _AWS_HOST.fullmatch(host)
    signature = _SIGNATURE.fullmatch(found.get("authorization", "").strip())
    if signature is None:
        message = "The request has no signature of version 4: it cannot be passed on."
        raise AwsError("MissingAuthenticationTokenException", message)
    if (
        place is None
        or "host" not in signature["headers"].split(";")
        or place["service"] != service
        or signature["service"] != service
        or signature["region"] != place["region"]
    ):
        message = (
            "The request was not signed for the provider's host, so it cannot be passed on: let "
            "the client use the provider's own address, through the launcher's proxy."
        )
        raise AwsError("InvalidSignatureException", message)
    return host


def _unreachable(reason: str) -> ProviderUnreachableError:
    return ProviderUnreachableError(f"The provider did not answer ({reason}).")
