"""Google's APIs over gRPC: a generic handler, so that parsing is ours and so are its errors.

A method that is not known has no handler; gRPC itself answers UNIMPLEMENTED then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import grpc

from chameleonapi.serving.answers import AnswerService
from chameleonapi.serving.applications import ApplicationResolver
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.google import METHODS, GoogleMethod, answer_call, google_error
from chameleonapi.serving.wire.field_mask import parse_mask, prune
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

__all__ = ["build_grpc_server"]

_FIELD_MASK = "x-goog-fieldmask"


def build_grpc_server(
    service: AnswerService, resolver: ApplicationResolver, config: ServerConfig
) -> Any:
    """Return a ``grpc.aio`` server without a port yet, for the running event loop."""
    server = grpc.aio.server(
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
    server.add_generic_rpc_handlers((_Handler(service, resolver),))
    return server


@final
class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
    """Finds the handler of a method, with bytes on both sides."""

    def __init__(self, service: AnswerService, resolver: ApplicationResolver) -> None:
        self._service = service
        self._resolver = resolver
        self._handlers = {
            path: grpc.unary_unary_rpc_method_handler(self._answerer(method))
            for path, method in METHODS.items()
        }

    def service(self, handler_call_details: Any) -> Any:
        """Return what handles a call, or None."""
        return self._handlers.get(handler_call_details.method)

    def _answerer(self, method: GoogleMethod) -> Any:
        async def answer(payload: bytes, context: Any) -> bytes:
            try:
                headers = [
                    (name, value)
                    for name, value in context.invocation_metadata()
                    if isinstance(value, str)
                ]
                return await self._answer(method, payload, headers)
            except Exception as error:  # noqa: BLE001 -- every failure has a status
                refusal = google_error(error)
                return await _abort(context, refusal.code.name, refusal.message)

        return answer

    async def _answer(
        self, method: GoogleMethod, payload: bytes, headers: Sequence[tuple[str, str]]
    ) -> bytes:
        if method.parse_proto is None:
            name = method.grpc_path.rpartition("/")[2]
            raise GoogleError(GoogleCode.UNIMPLEMENTED, f"{name} is not served here.")
        call = method.parse_proto(payload)
        response = await answer_call(self._service, self._resolver.resolve(headers), call)
        for name, value in headers:
            if name == _FIELD_MASK:
                prune(response, parse_mask(value))
        content: bytes = response.SerializeToString()
        return content


async def _abort(context: Any, code: str, message: str) -> bytes:
    await context.abort(getattr(grpc.StatusCode, code), message)
    raise AssertionError("abort always raises")
