"""Settings of a server."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urlsplit

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import UnsupportedError, UsageError
from chameleonapi.serving.operation.prices import PriceList

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

    from chameleonapi.serving.callers import Callers
    from chameleonapi.serving.operation.token import AdminToken

__all__ = ["AdminConfig", "PassThrough", "Scope", "ServerConfig", "Shadowing"]

_MIB = 1024 * 1024
Scope = Literal["unserved", "generic", "all"]


@dataclass(frozen=True, slots=True)
class PassThrough:
    """Which requests go on to the real provider, with the credentials of their clients.

    Attributes:
        scope: ``unserved`` passes on what the predictor does not answer; ``generic`` also
            everything of callers without an application of their own; ``all`` everything.
        record: a file in which the provider's answers are kept, to be replayed.
        addresses: where else to reach a provider's host: an ``https`` address, or an
            ``http`` one on this machine.
        grpc_addresses: likewise for gRPC without TLS, as ``HOST:PORT`` on this machine.
        timeout_seconds: time that the provider has to answer.
    """

    scope: Scope = "unserved"
    record: str | Path | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    grpc_addresses: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.scope not in get_args(Scope):
            known = ", ".join(get_args(Scope))
            raise UsageError(f"unknown scope {self.scope!r}.", hint=f"Known: {known}.")
        if not self.timeout_seconds > 0:
            raise UsageError(f"timeout_seconds must be positive, but is {self.timeout_seconds}.")
        for host, address in self.addresses.items():
            parts = urlsplit(address)
            is_safe = parts.scheme == "https" or (
                parts.scheme == "http" and _is_loopback(parts.hostname or "")
            )
            if not is_safe or not parts.hostname or parts.query or "@" in parts.netloc:
                raise UsageError(
                    f"requests for {host} cannot be passed on to {address!r}: credentials go with "
                    "them.",
                    hint="Give an https address, or an http one on this machine.",
                )
        for host, address in self.grpc_addresses.items():
            if not _is_loopback(address.rpartition(":")[0].strip("[]")):
                raise UsageError(
                    f"gRPC calls for {host} cannot be passed on to {address!r} without TLS.",
                    hint="Give HOST:PORT of this machine.",
                )


@dataclass(frozen=True, slots=True)
class Shadowing:
    """Whose decisions are compared with those on the generic model's answers.

    Attributes:
        decisions: the decision processes of each application.
        sample: a file for differences, as JSON lines; None counts them only.
        max_waiting: answers that may wait for their comparison; others are not compared.
        max_waiting_bytes: likewise, by the size of their inputs.
        max_sample_bytes: the size to which the file may grow.
    """

    decisions: Mapping[str, Sequence[DecisionProcess]]
    sample: str | Path | None = None
    max_waiting: int = 64
    max_waiting_bytes: int = 64 * _MIB
    max_sample_bytes: int = 16 * _MIB

    def __post_init__(self) -> None:
        for application, processes in self.decisions.items():
            ids = [one.id for one in processes]
            if not application or len(set(ids)) < len(ids):
                raise UsageError(
                    f"the decision processes of {application!r} cannot be told apart.",
                    hint="Name an application, and each of its decision processes once.",
                )
            for one in processes:
                if not one.has_rules:
                    raise UnsupportedError(
                        f"the record of {one.id} holds the call and no rules, so nothing that is "
                        "decided on its answers can be compared.",
                        hint="Leave it out of --shadow; `chameleon evaluate --through-program` "
                        "measures what the application does.",
                    )


@dataclass(frozen=True, slots=True)
class AdminConfig:
    """Settings of the administration: counts, health, status page, and changes of models.

    Attributes:
        token: what callers must know (``chameleonapi.serving.read_token_file`` reads one).
        host: address to listen on; it need not be that of the server.
        port: 0 takes a free one.
        allow_remote: whether ``host`` may be reached from other machines. The token then
            travels in clear over the network, unless something in front adds TLS.
        prices: of the provider's units, to tell what was not paid; none are built in.
    """

    token: AdminToken
    host: str = "127.0.0.1"
    port: int = 0
    allow_remote: bool = False
    prices: PriceList = field(default_factory=PriceList)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise UsageError(f"the port must be between 0 and 65535, but is {self.port}.")
        if not self.allow_remote and not _is_loopback(self.host):
            raise UsageError(
                f"the administration would be reached from other machines at {self.host!r}.",
                hint="Listen on 127.0.0.1, or allow remote callers explicitly (allow_remote).",
            )


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Settings of a server; every default is meant to be kept.

    Attributes:
        host: address to listen on.
        http_port: port of REST and AWS JSON; 0 takes a free one.
        grpc_port: port of gRPC; 0 takes a free one.
        allow_remote: whether ``host`` may be reached from other machines. Then ``callers`` have
            to be named, or ``unauthenticated`` has to say that whoever comes is served.
        callers: who may call, with what keys; None asks nobody.
        unauthenticated: whether other machines are served without a key.
        default_application: whom a request belongs to that says nothing; empty is the
            generic model.
        credentials: application by API key (Google) or access key id (AWS). Keys made
            up for this purpose do: they are compared, never forwarded.
        parents: ancestors of a label, nearest first, for APIs that report them.
        max_request_bytes: the largest request that is read.
        max_batch: inputs that the model sees at once.
        max_waiting: inputs that may wait; more are refused as the provider throttles.
        max_waiting_bytes: likewise, by size; also what the requests that are being read
            over HTTP may take together.
        read_timeout_seconds: time that a client has to send the body of a request.
        grace_seconds: time that requests under way have when the server stops.
        pass_through: which requests go on to the real provider; None passes on nothing.
        shadow: whose decisions are compared with the generic model's; None compares nothing.
        admin: the administration, on a socket of its own; None has none.
        traces: an OpenTelemetry tracer provider that is told of each request and batch, without
            content; None traces nothing.
        buckets: folders of this machine that stand for buckets of Cloud Storage and S3, by
            name. Requests may name objects in these, and in no others.
        logs_requests: whether each request is logged, at level INFO: method, application,
            code and time, and never what was asked or answered.
    """

    host: str = "127.0.0.1"
    http_port: int = 0
    grpc_port: int = 0
    allow_remote: bool = False
    callers: Callers | None = None
    unauthenticated: bool = False
    default_application: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    max_request_bytes: int = 40 * _MIB
    max_batch: int = 16
    max_waiting: int = 256
    max_waiting_bytes: int = 256 * _MIB
    read_timeout_seconds: float = 60.0
    grace_seconds: float = 10.0
    pass_through: PassThrough | None = None
    shadow: Shadowing | None = None
    admin: AdminConfig | None = None
    traces: TracerProvider | None = None
    buckets: Mapping[str, Path] = field(default_factory=dict)
    logs_requests: bool = False

    def __post_init__(self) -> None:
        for name in ("http_port", "grpc_port"):
            port = getattr(self, name)
            if not 0 <= port <= 65535:
                msg = f"{name} must be between 0 and 65535, but is {port}."
                raise UsageError(msg, hint="Use 0 for any free port.")
        for name in ("max_request_bytes", "max_batch", "max_waiting", "max_waiting_bytes"):
            value = getattr(self, name)
            if value < 1:
                msg = f"{name} must be at least 1, but is {value}."
                raise UsageError(msg)
        for name in ("read_timeout_seconds", "grace_seconds"):
            value = getattr(self, name)
            if not value > 0:
                msg = f"{name} must be positive, but is {value}."
                raise UsageError(msg)
        if not self.allow_remote and not _is_loopback(self.host):
            msg = f"{self.host!r} can be reached from other machines."
            raise UsageError(
                msg,
                hint="Listen on 127.0.0.1, or let them in: --allow-remote --callers FILE "
                "(allow_remote, callers).",
            )
        if not (_is_loopback(self.host) or self.callers or self.unauthenticated):
            raise UsageError(
                f"{self.host!r} can be reached from other machines, and nobody would be asked who "
                "they are.",
                hint="Name who may call with --callers FILE (callers), or say --unauthenticated "
                "(unauthenticated) where the network keeps others out.",
            )
        if self.callers is not None and self.pass_through is not None:
            raise UsageError(
                "with callers of its own, a server passes nothing through: their keys are none of "
                "the provider's.",
                hint="Leave out one of the two.",
            )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
