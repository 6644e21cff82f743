"""The health protocol of gRPC and reflection, beside the served APIs.

The empty name and the names of the served APIs tell of the server, ``application/NAME`` of one
application.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Final, final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

__all__ = ["add_health", "service_names"]

_PREFIX: Final = "application/"
_MAX_WATCHERS: Final = 32  # each holds one of the calls that the server takes at a time
_LOOK_SECONDS: Final = 0.5


def service_names(methods: Collection[str]) -> tuple[str, ...]:
    """Return the names of the services of these methods, given as paths."""
    return tuple(dict.fromkeys(one.split("/")[1] for one in methods))


def add_health(
    server: Any,
    services: Collection[str],
    *,
    is_ready: Callable[[], bool],
    applications: Callable[[], Collection[str]],
    pool: Any,
) -> None:
    """Answer questions of health, and which services there are, on this server.

    Args:
        server: of gRPC, not started yet.
        services: names of the served ones.
        is_ready: tells whether requests are taken.
        applications: returns the names that are served.
        pool: descriptions of the services and their messages.
    """
    servicer = _Health(frozenset(services), is_ready, applications)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    names = (*services, "grpc.health.v1.Health", reflection.SERVICE_NAME)
    reflection.enable_server_reflection(names, server, pool)


@final
class _Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # made by protoc, no types
    def __init__(
        self,
        services: Collection[str],
        is_ready: Callable[[], bool],
        applications: Callable[[], Collection[str]],
    ) -> None:
        self._services = services
        self._is_ready = is_ready
        self._applications = applications
        self._watchers = 0

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802 -- gRPC's name
        status = self._status(request.service)
        if status is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "The service is not known.")
        return health_pb2.HealthCheckResponse(status=status)

    async def Watch(self, request: Any, context: Any) -> None:  # noqa: N802 -- gRPC's name
        if self._watchers >= _MAX_WATCHERS:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "Too many are watching.")
        self._watchers += 1
        told = None
        try:
            while True:
                status = self._status(request.service)
                now = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN if status is None else status
                if now != told:
                    told = now
                    await context.write(health_pb2.HealthCheckResponse(status=now))
                if not self._is_ready():
                    return  # the server is stopping: nothing else is going to be told
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            self._watchers -= 1

    def _status(self, name: str) -> Any:
        is_known = (
            not name
            or name in self._services
            or (name.startswith(_PREFIX) and name[len(_PREFIX) :] in self._applications())
        )
        if not is_known:
            return None
        codes = health_pb2.HealthCheckResponse
        return codes.SERVING if self._is_ready() else codes.NOT_SERVING
