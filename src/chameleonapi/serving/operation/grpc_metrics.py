"""Counts calls over gRPC; put before the handlers of a ``grpc.aio`` server."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any, final

import grpc

from chameleonapi.serving.applications import ApplicationResolver
from chameleonapi.serving.operation.traffic import FinishedRequest, Traffic

__all__ = ["CountingInterceptor"]


@final
class CountingInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # grpc has no types
    """Counts every call that has a handler.

    Args:
        traffic: where to count.
        resolver: tells whose call it is.
        methods: paths that are counted by name.
    """

    def __init__(
        self, traffic: Traffic, resolver: ApplicationResolver, methods: Collection[str]
    ) -> None:
        self._traffic = traffic
        self._resolver = resolver
        self._methods = methods

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        """Return the handler of a call, with a count around it."""
        handler = await continuation(handler_call_details)
        path = handler_call_details.method
        if handler is None or handler.unary_unary is None or path not in self._methods:
            return handler
        inner = handler.unary_unary

        async def counted(payload: bytes, context: Any) -> Any:
            started = time.perf_counter()
            code = "CANCELLED"  # unless it ends in another way
            try:
                answer = await inner(payload, context)
                code = "OK"
            except (Exception, grpc.aio.AbortError):
                status = context.code()
                code = getattr(status, "name", "UNKNOWN")
                raise
            else:
                return answer
            finally:
                self._traffic.finished(
                    FinishedRequest(
                        "grpc",
                        path[1:],
                        self._application(context),
                        code,
                        _since(started),
                        _parent(context),
                    )
                )

        return grpc.unary_unary_rpc_method_handler(
            counted, handler.request_deserializer, handler.response_serializer
        )

    def _application(self, context: Any) -> str:
        metadata = context.invocation_metadata() or ()
        return self._resolver.resolve(
            [(name, value) for name, value in metadata if isinstance(value, str)]
        )


def _parent(context: Any) -> str:
    found = (v for k, v in context.invocation_metadata() or () if k == "traceparent")
    return str(next(found, ""))


def _since(started: float) -> float:
    return time.perf_counter() - started
