"""Google's APIs over gRPC: a generic handler, so that parsing is ours and so are its errors.

A method that is not served has no handler; gRPC itself answers UNIMPLEMENTED then.
"""

from __future__ import annotations

from typing import Any

import grpc

from chameleonapi.serving.applications import ApplicationResolver
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.google import annotate, google_error
from chameleonapi.serving.labels import LabelService
from chameleonapi.serving.wire import google_vision

__all__ = ["build_grpc_server"]


def build_grpc_server(
    service: LabelService, resolver: ApplicationResolver, config: ServerConfig
) -> Any:
    """Return a ``grpc.aio`` server without a port yet, for the running event loop."""

    async def batch_annotate_images(payload: bytes, context: Any) -> bytes:
        try:
            headers = [
                (name, value)
                for name, value in context.invocation_metadata()
                if isinstance(value, str)
            ]
            call = google_vision.parse_proto(payload)
            response = await annotate(service, resolver.resolve(headers), call)
        except Exception as error:  # noqa: BLE001 -- every failure has a status
            refusal = google_error(error)
            return await _abort(context, refusal.code.name, refusal.message)
        content: bytes = response.SerializeToString()
        return content

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
    handlers = {
        "BatchAnnotateImages": grpc.unary_unary_rpc_method_handler(batch_annotate_images),
    }
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(google_vision.SERVICE, handlers),)
    )
    return server


async def _abort(context: Any, code: str, message: str) -> bytes:
    await context.abort(getattr(grpc.StatusCode, code), message)
    raise AssertionError("abort always raises")
