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
        host: the address to reach it by; a loopback address unless told otherwise.
    """

    grpc_port: int
    http_port: int
    host: str = "127.0.0.1"

    @property
    def http_url(self) -> str:
        """Address of the HTTP server, without a slash at the end."""
        return f"http://{_in_url(self.host)}:{self.http_port}"

    @property
    def grpc_address(self) -> str:
        """Target for a gRPC channel."""
        return f"{_in_url(self.host)}:{self.grpc_port}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
