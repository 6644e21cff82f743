"""Where a server listens, as the launcher and others need to know it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Endpoint"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The two ports of one server.

    Attributes:
        grpc_port: Google's APIs over gRPC, without TLS.
        http_port: Google's REST interfaces and AWS JSON, without TLS.
        host: a loopback address unless the server was told otherwise.
    """

    grpc_port: int
    http_port: int
    host: str = "127.0.0.1"
