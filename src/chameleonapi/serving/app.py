"""The ASGI application: Google's REST interface, AWS JSON, and two pages for supervisors."""

from __future__ import annotations

from typing import final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chameleonapi.serving import bodies
from chameleonapi.serving.applications import ApplicationResolver, split_prefix
from chameleonapi.serving.aws import AwsServices, aws_error
from chameleonapi.serving.batcher import OverloadError
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.google import annotate, google_error
from chameleonapi.serving.labels import LabelService
from chameleonapi.serving.wire import google_json, google_vision
from chameleonapi.serving.wire.aws_json import AwsError
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError, error_json

__all__ = ["build_app"]

_NAMED = "chameleon.application"
_LANGUAGE = "/{version}/documents:{verb}"  # Cloud Natural Language, whose host is taken over too
_BODY_ERRORS = (bodies.BodyTooLargeError, bodies.BodyEncodingError, bodies.SlowBodyError)
_GOOGLE_JSON = "application/json; charset=UTF-8"


def build_app(
    service: LabelService, resolver: ApplicationResolver, config: ServerConfig
) -> ASGIApp:
    """Return the application that answers HTTP requests."""
    endpoints = _Endpoints(service, resolver, config)
    routes = [
        Route("/healthz", endpoints.health),
        Route("/readyz", endpoints.ready),
        Route("/", endpoints.aws, methods=["POST"]),
        Route("/v1/images:annotate", endpoints.annotate, methods=["POST"]),
        Route("/v1/{parent:path}/images:annotate", endpoints.annotate, methods=["POST"]),
        *(
            Route(path, endpoints.unserved, methods=["POST"])
            for path in ("/v1/{rest:path}images:{verb}", "/v1/{rest:path}files:{verb}", _LANGUAGE)
        ),
        Route("/{path:path}", endpoints.unknown, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
    ]
    return _ApplicationPrefix(Starlette(routes=routes))


@final
class _ApplicationPrefix:
    """Takes ``/a/NAME`` off the path: AWS endpoint variables carry the application there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            name, path = split_prefix(scope["path"])
            if name:
                scope = {**scope, "path": path, "raw_path": path.encode(), _NAMED: name}
        await self._app(scope, receive, send)


@final
class _Endpoints:
    def __init__(
        self, service: LabelService, resolver: ApplicationResolver, config: ServerConfig
    ) -> None:
        self._service = service
        self._resolver = resolver
        self._config = config
        self._aws = AwsServices(service, parents=config.parents)
        self._bodies = bodies.BodyBudget(config.max_waiting_bytes)

    async def health(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(self, _request: Request) -> Response:
        if self._service.is_ready:
            return PlainTextResponse("ready\n")
        return PlainTextResponse("stopping\n", status_code=503)

    async def annotate(self, request: Request) -> Response:
        try:
            options = google_json.rest_options(request.query_params.multi_items())
            with self._bodies.share() as share:
                parent = request.path_params.get("parent", "")
                call = google_vision.parse_json(await self._body(request, share), parent=parent)
                response = await annotate(self._service, self._application(request), call)
            return Response(google_json.render(response, options), media_type=_GOOGLE_JSON)
        except _BODY_ERRORS as error:
            return _google_refusal(GoogleError(GoogleCode.INVALID_ARGUMENT, error.message))
        except Exception as error:  # noqa: BLE001 -- every failure has a reply
            return _google_refusal(google_error(error))

    async def unserved(self, request: Request) -> Response:
        method = request.url.path.rpartition("/")[2]
        message = f"{method} is not served here; images:annotate of Cloud Vision is."
        return _google_refusal(GoogleError(GoogleCode.UNIMPLEMENTED, message))

    async def unknown(self, _request: Request) -> Response:
        return _google_refusal(GoogleError(GoogleCode.NOT_FOUND, "Method not found."))

    async def aws(self, request: Request) -> Response:
        target = request.headers.get("x-amz-target", "")
        with self._bodies.share() as share:
            try:
                body = await self._body(request, share)
            except bodies.BodyTooLargeError as error:
                reply = self._aws.refuse(AwsError("RequestEntityTooLargeException", error.message))
            except _BODY_ERRORS as error:
                reply = self._aws.refuse(AwsError("SerializationException", error.message))
            except OverloadError as error:
                reply = self._aws.refuse(aws_error(error))
            else:
                reply = await self._aws.reply(target, body, application=self._application(request))
        return Response(reply.body, status_code=reply.status, headers=reply.headers)

    async def _body(self, request: Request, share: bodies.BodyShare) -> bytes:
        return await bodies.read_body(
            request,
            share,
            max_bytes=self._config.max_request_bytes,
            timeout_seconds=self._config.read_timeout_seconds,
        )

    def _application(self, request: Request) -> str:
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw]
        return self._resolver.resolve(
            headers,
            named=request.scope.get(_NAMED, ""),
            query=request.query_params.multi_items(),
        )


def _google_refusal(error: GoogleError) -> Response:
    return Response(error_json(error), status_code=error.code.http_status, media_type=_GOOGLE_JSON)
