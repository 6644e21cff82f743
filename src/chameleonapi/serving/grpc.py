"""Google's APIs over gRPC: a generic handler, so that parsing is ours and so are its errors.

A method that is not known has no handler; gRPC itself answers UNIMPLEMENTED then.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import math
import re
from collections.abc import Sequence
from typing import Any, final

import grpc

from chameleonapi.serving.answers import AnswerService
from chameleonapi.serving.applications import ApplicationResolver
from chameleonapi.serving.buckets import Buckets
from chameleonapi.serving.callers import Callers
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.google import (
    METHODS,
    GoogleMethod,
    answer_call,
    google_error,
    overlay_call,
    read_call,
    served_here,
)
from chameleonapi.serving.launcher.hosts import GOOGLE_HOSTS
from chameleonapi.serving.operation.descriptions import ServicePool
from chameleonapi.serving.operation.grpc_health import add_health, service_names
from chameleonapi.serving.operation.grpc_metrics import CountingInterceptor
from chameleonapi.serving.operation.traffic import Traffic
from chameleonapi.serving.provider import Provider, ProviderUnreachableError
from chameleonapi.serving.wire import google_json
from chameleonapi.serving.wire.field_mask import parse_mask, prune
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

__all__ = ["build_grpc_server"]

_FIELD_MASK = "x-goog-fieldmask"
_HOST = re.compile(r"(?:^|\s)chameleon-host/([a-z.-]+)(?=\s|$)")
_GRPC_LOGGER = "grpc._cython.cygrpc"
_HOSTS = {
    "/google.cloud.vision.": "vision.googleapis.com",
    "/google.cloud.language.": "language.googleapis.com",
}


def _is_of_the_living(record: logging.LogRecord) -> bool:
    """Drop what gRPC says of a server, naming it, while it is freed.

    That is any server that never started, for instance as its port is taken. Whoever keeps such a
    record, as pytest and crash reporters do, would hold freed memory, and the process would end.
    """
    return not str(record.msg).startswith("__dealloc__")


def build_grpc_server(
    service: AnswerService,
    resolver: ApplicationResolver,
    config: ServerConfig,
    provider: Provider | None = None,
    traffic: Traffic | None = None,
    buckets: Buckets | None = None,
) -> Any:
    """Return a ``grpc.aio`` server without a port yet, for the running event loop."""
    logging.getLogger(_GRPC_LOGGER).addFilter(_is_of_the_living)
    server = grpc.aio.server(
        interceptors=[CountingInterceptor(traffic, resolver, METHODS)] if traffic else [],
        options=[
            ("grpc.max_receive_message_length", config.max_request_bytes),
            ("grpc.max_send_message_length", -1),
            # By default two servers share one port silently.
            ("grpc.so_reuseport", 0),
        ],
        # Calls are in memory before we see them. Those beyond this could not wait anyway,
        # and gRPC refuses them as we would, with RESOURCE_EXHAUSTED.
        maximum_concurrent_rpcs=2 * config.max_waiting,
    )
    server.add_generic_rpc_handlers(
        (_Handler(service, resolver, provider, buckets or Buckets({}), config.callers),)
    )
    add_health(
        server,
        service_names(METHODS),
        is_ready=lambda: service.is_ready,
        applications=lambda: service.applications,
        pool=ServicePool({path: one.response_class for path, one in METHODS.items()}),
    )
    return server


@final
class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
    """Finds the handler of a method, with bytes on both sides."""

    def __init__(
        self,
        service: AnswerService,
        resolver: ApplicationResolver,
        provider: Provider | None,
        buckets: Buckets,
        callers: Callers | None,
    ) -> None:
        self._service = service
        self._resolver = resolver
        self._callers = callers
        self._provider = provider
        self._buckets = buckets
        self._handlers = {
            path: grpc.unary_unary_rpc_method_handler(self._answerer(method))
            for path, method in METHODS.items()
        }

    def service(self, handler_call_details: Any) -> Any:
        """Return what handles a call, or None."""
        path = handler_call_details.method
        if path not in self._handlers and self._provider is not None:
            for prefix, host in _HOSTS.items():
                if path.startswith(prefix):
                    return grpc.unary_unary_rpc_method_handler(
                        self._answerer(GoogleMethod(host, path, ""))
                    )
        return self._handlers.get(path)

    def _answerer(self, method: GoogleMethod) -> Any:
        async def answer(payload: bytes, context: Any) -> bytes:
            try:
                return await self._answer(method, payload, context)
            except grpc.aio.AioRpcError as error:  # the provider's own
                trailers = tuple(error.trailing_metadata() or ())
                return await _abort(context, error.code().name, error.details() or "", trailers)
            except Exception as error:  # noqa: BLE001 -- every failure has a status
                refusal = google_error(error)
                return await _abort(context, refusal.code.name, refusal.message)

        return answer

    async def _answer(self, method: GoogleMethod, payload: bytes, context: Any) -> bytes:
        metadata = tuple(context.invocation_metadata())
        headers = [(name, value) for name, value in metadata if isinstance(value, str)]
        application = self._resolver.resolve(headers)
        if self._callers is not None:
            self._callers.admit_google(headers, (), application)
        provider = self._provider
        if provider is not None and (method.parse_proto is None or provider.takes(application)):
            answer = await _pass_on(provider, method, payload, metadata, context)
            if provider.records and method.parse_proto is not None:
                self._record(provider, method, payload, answer, headers)
            return answer
        if method.parse_proto is None:
            name = method.grpc_path.rpartition("/")[2]
            raise GoogleError(GoogleCode.UNIMPLEMENTED, f"{name} is not served here.")
        deadline = _deadline(context.time_remaining())
        if provider is None:
            self._service.check_room()
        parse = functools.partial(method.parse_proto, payload)
        call = await read_call(parse, payload, self._buckets)
        here = served_here(self._service, application, call)
        if provider is not None and (call.beyond or len(here) < len(call.asks)):
            answer = await _pass_on(provider, method, payload, metadata, context)
            if not here and not provider.records:
                return answer
            response = _message(method, answer)
            provider.record(call.asks, call.parts(response), headers)
            if not here:
                return answer
            await overlay_call(self._service, application, call, response, deadline=deadline)
        else:
            response = await answer_call(self._service, application, call, deadline=deadline)
        for name, value in headers:
            if name == _FIELD_MASK:
                prune(response, parse_mask(value))
        content: bytes = response.SerializeToString()
        return content

    def _record(
        self,
        provider: Provider,
        method: GoogleMethod,
        payload: bytes,
        answer: bytes,
        headers: Sequence[tuple[str, str]],
    ) -> None:
        assert method.parse_proto is not None
        try:
            call = method.parse_proto(payload, None)
        except GoogleError:
            return  # what we cannot read we cannot replay
        provider.record(call.asks, call.parts(_message(method, answer)), headers)


def _deadline(seconds: float | None) -> float:
    """Return when a caller gives up, as a time of the event loop."""
    return math.inf if seconds is None else asyncio.get_running_loop().time() + seconds


async def _pass_on(
    provider: Provider,
    method: GoogleMethod,
    payload: bytes,
    metadata: Sequence[tuple[str, str | bytes]],
    context: Any,
) -> bytes:
    host = _meant_host(method, metadata)
    return await provider.call(host, method.grpc_path, payload, metadata, context.time_remaining())


def _meant_host(method: GoogleMethod, metadata: Sequence[tuple[str, str | bytes]]) -> str:
    """Return the host that the client has called: the launcher's hook names it.

    gRPC does not show the authority of a call. A regional host must not become the global one.
    """
    for name, value in metadata:
        named = _HOST.search(value) if name == "user-agent" and isinstance(value, str) else None
        if named and named[1] in GOOGLE_HOSTS and named[1].endswith(method.host):
            return named[1]
    return method.host


def _message(method: GoogleMethod, answer: bytes) -> Any:
    assert method.response_class is not None
    try:
        return google_json.parse_message(method.response_class(), answer)
    except GoogleError:
        raise ProviderUnreachableError("The provider's answer cannot be read.") from None


async def _abort(
    context: Any, code: str, message: str, trailers: Sequence[tuple[str, str | bytes]] = ()
) -> bytes:
    await context.abort(getattr(grpc.StatusCode, code), message, tuple(trailers))
    raise AssertionError("abort always raises")
