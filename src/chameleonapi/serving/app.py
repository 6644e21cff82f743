"""The ASGI application: Google's REST interface, AWS JSON, and two pages for supervisors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chameleonapi.serving import bodies
from chameleonapi.serving.answers import AnswerService
from chameleonapi.serving.applications import (
    TELLING_HEADERS,
    ApplicationResolver,
    split_prefix,
)
from chameleonapi.serving.aws import AwsOperation, AwsRequest, AwsServices
from chameleonapi.serving.batcher import OverloadError
from chameleonapi.serving.buckets import Buckets
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.google import google_error, rest_method
from chameleonapi.serving.google_rest import JSON_TYPE, GoogleRest
from chameleonapi.serving.operation.http_metrics import Answer, HttpCounting
from chameleonapi.serving.operation.traffic import Traffic
from chameleonapi.serving.provider import Provider
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError, error_json

__all__ = ["build_app"]

_NAMED = "chameleon.application"  # in the path
_RESOLVED = "chameleon.resolved"  # by path, headers and address
_SIGNED_PATH = "chameleon.path"  # as the client signed it
_CBOR_PREFIX = "/service/"
_READ = frozenset({"GET", "HEAD"})
_POST = frozenset({"POST"})
_REST = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"})
_BODY_ERRORS = (bodies.BodyTooLargeError, bodies.BodyEncodingError, bodies.SlowBodyError)


def build_app(
    service: AnswerService,
    resolver: ApplicationResolver,
    config: ServerConfig,
    provider: Provider | None = None,
    traffic: Traffic | None = None,
    buckets: Buckets | None = None,
) -> ASGIApp:
    """Return the application that answers HTTP requests."""
    endpoints = _Endpoints(service, resolver, config, provider, buckets or Buckets({}))
    aws: Answer = endpoints.aws
    google: Answer = endpoints.google
    if traffic is not None:
        counting = HttpCounting(traffic, endpoints.application)
        aws = counting.around("aws", endpoints.aws_method, aws)
        google = counting.around("rest", endpoints.google_method, google)
    return _Doors(
        by_path={
            "/healthz": _Door(endpoints.health, _READ),
            "/readyz": _Door(endpoints.ready, _READ),
            "/": _Door(aws, _POST),
        },
        cbor=_Door(aws, _POST),
        rest=_Door(google, _REST),
    )


@final
@dataclass(frozen=True, slots=True)
class _Door:
    answer: Answer
    methods: frozenset[str]


@final
@dataclass(frozen=True, slots=True)
class _Doors:
    """Leads each request to what answers it, and that never raises.

    A router of routes costs, for each request, as much as reading what it asks.
    """

    by_path: Mapping[str, _Door]
    cbor: _Door
    rest: _Door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"  # neither lifespan nor websockets are on
        path = scope["path"]
        # AWS endpoint variables carry the application there.
        name, rest = split_prefix(path)
        if name:
            came = scope["raw_path"]
            scope = {**scope, "path": rest, "raw_path": rest.encode(), _NAMED: name}
            scope[_SIGNED_PATH] = came
            path = rest
        door = self.by_path.get(path)
        if door is None:
            door = self.cbor if path.startswith(_CBOR_PREFIX) else self.rest
        if scope["method"] in door.methods:
            response = await door.answer(Request(scope, receive, send))
        else:
            allowed = ", ".join(sorted(door.methods))
            response = PlainTextResponse("Method Not Allowed", 405, headers={"Allow": allowed})
        await response(scope, receive, send)


@final
class _Endpoints:
    def __init__(
        self,
        service: AnswerService,
        resolver: ApplicationResolver,
        config: ServerConfig,
        provider: Provider | None,
        buckets: Buckets,
    ) -> None:
        self._service = service
        self._resolver = resolver
        self._config = config
        self._google = GoogleRest(service, config, provider, buckets)
        self._aws = AwsServices(service, parents=config.parents, provider=provider, buckets=buckets)
        self._bodies = bodies.BodyBudget(config.max_waiting_bytes)

    async def health(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(self, _request: Request) -> Response:
        if self._service.is_ready:
            return PlainTextResponse("ready\n")
        return PlainTextResponse("stopping\n", status_code=503)

    async def google(self, request: Request) -> Response:
        try:
            application = self.application(request)
            if self._config.callers is not None:
                self._config.callers.admit_google(
                    request.headers.items(), request.query_params.multi_items(), application
                )
            with self._bodies.share() as share:
                raw = await self._body(request, share)
                return await self._google.answer(request, raw, share, application=application)
        except _BODY_ERRORS as error:
            return _google_refusal(GoogleError(GoogleCode.INVALID_ARGUMENT, error.message))
        except Exception as error:  # noqa: BLE001 -- every failure has a reply
            return _google_refusal(google_error(error))

    def google_method(self, request: Request) -> str:
        """Return the name under which a request is counted; empty for one that is not known."""
        method, _ = rest_method(request.scope["path"])
        return method.grpc_path[1:] if method is not None else ""

    def aws_method(self, request: Request) -> str:
        """Return the name under which a request is counted; empty for one that is not known."""
        operation = self._operation(request)
        return f"{operation.service}.{operation.name}" if operation is not None else ""

    def _operation(self, request: Request) -> AwsOperation | None:
        path = request.scope["path"]
        if path == "/":
            return self._aws.named_by_target(request.headers.get("x-amz-target", ""))
        return self._aws.named_by_path(path)

    async def aws(self, request: Request) -> Response:
        services = self._aws
        operation = self._operation(request)
        callers = self._config.callers
        with self._bodies.share() as share:
            try:
                if callers is not None:
                    callers.recognize_aws(request.headers.items())
                raw = await self._body(request, share)
                if callers is not None:
                    callers.admit_aws(
                        request.scope.get(_SIGNED_PATH, request.scope["raw_path"]).decode(
                            "latin-1"
                        ),
                        request.scope["query_string"].decode("latin-1"),
                        request.headers.items(),
                        raw,
                        self.application(request),
                    )
                encoding = request.headers.get("content-encoding", "")
                limit = self._config.max_request_bytes
                body = bodies.unpack_body(raw, encoding, share, max_bytes=limit)
            except bodies.BodyTooLargeError as error:
                failure = AwsError("RequestEntityTooLargeException", error.message)
                reply = services.refuse(failure, operation)
            except _BODY_ERRORS as error:
                failure = AwsError("SerializationException", error.message)
                reply = services.refuse(failure, operation)
            except (OverloadError, AwsError) as error:
                reply = services.refuse(error, operation)
            else:
                came = AwsRequest(
                    request.scope["raw_path"].decode("latin-1"), request.headers.items(), raw, body
                )
                application = self.application(request)
                reply = await services.reply(operation, came, application=application)
        return Response(reply.body, status_code=reply.status, headers=reply.headers)

    async def _body(self, request: Request, share: bodies.BodyShare) -> bytes:
        return await bodies.read_body(
            request,
            share,
            max_bytes=self._config.max_request_bytes,
            timeout_seconds=self._config.read_timeout_seconds,
        )

    def application(self, request: Request) -> str:
        """Return whose request it is, empty for the generic model's."""
        known = request.scope.get(_RESOLVED)
        if known is not None:
            return str(known)
        telling = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in request.headers.raw
            if name in TELLING_HEADERS
        ]
        application = self._resolver.resolve(
            telling,
            named=request.scope.get(_NAMED, ""),
            query=request.query_params.multi_items() if request.scope["query_string"] else (),
        )
        request.scope[_RESOLVED] = application
        return application


def _google_refusal(error: GoogleError) -> Response:
    return Response(error_json(error), status_code=error.code.http_status, media_type=JSON_TYPE)
