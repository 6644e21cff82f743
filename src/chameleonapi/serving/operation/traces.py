"""OpenTelemetry: a span for each request and each batch, and nothing of what they hold.

A span is made when its request has ended, with the times that were measured anyway: requests
that are under way cost nothing. The span of a caller that sent ``traceparent`` is its parent.

Reference: https://www.w3.org/TR/trace-context/ and
https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final, final

from chameleonapi.errors import MissingPackageError
from chameleonapi.serving.operation.traffic import FinishedRequest

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

__all__ = ["Traces", "tracer_provider_of_environment"]

_NAME: Final = "chameleonapi.serving"
_SYSTEMS: Final = {"grpc": "grpc", "rest": "http", "aws": "aws-api"}
_NANOSECONDS: Final = 1_000_000_000


@final
class Traces:
    """Tells a tracer provider what a server has done.

    Raises:
        MissingPackageError: if OpenTelemetry is not installed.
    """

    def __init__(self, provider: TracerProvider) -> None:
        try:
            from opentelemetry import trace
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
        except ImportError as error:
            raise _missing(error) from None
        self._trace = trace
        self._propagator = TraceContextTextMapPropagator()
        self._tracer = provider.get_tracer(_NAME)

    def request(self, one: FinishedRequest, application: str, method: str) -> None:
        """Tell of a request; names that are not known have been replaced."""
        attributes = {
            "rpc.system": _SYSTEMS.get(one.protocol, one.protocol),
            "rpc.method": method,
            "chameleon.provider": "aws" if one.protocol == "aws" else "google",
            "chameleon.application": application or "generic",
            "chameleon.code": one.code,
        }
        parent = self._propagator.extract({"traceparent": one.parent}) if one.parent else None
        span = self._span(method, one.seconds, self._trace.SpanKind.SERVER, attributes, parent)
        if one.code not in {"OK", "200"}:
            span.set_status(self._trace.StatusCode.ERROR)
        span.end()

    def batch(self, inputs: int, seconds: float) -> None:
        """Tell of a batch that the model has answered."""
        kind = self._trace.SpanKind.INTERNAL
        self._span("model batch", seconds, kind, {"chameleon.batch_size": inputs}).end()

    def _span(
        self, name: str, seconds: float, kind: Any, attributes: dict[str, Any], parent: Any = None
    ) -> Any:
        started = time.time_ns() - int(seconds * _NANOSECONDS)
        return self._tracer.start_span(
            name, context=parent, kind=kind, attributes=attributes, start_time=started
        )


def tracer_provider_of_environment() -> TracerProvider:
    """Return a provider that exports over OTLP, set up by the ``OTEL_`` variables.

    Raises:
        MissingPackageError: if OpenTelemetry is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise _missing(error) from None
    # What is given here goes before the variables.
    is_named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    named = Resource.create({} if is_named else {"service.name": "chameleonapi"})
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _missing(error: ImportError) -> MissingPackageError:
    return MissingPackageError(
        error.name or "opentelemetry",
        needed_for="traces",
        install="pip install 'chameleonapi[telemetry]'",
    )
