"""The administration over HTTP: look with the token, change with the token as a bearer token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from chameleonapi.errors import ChameleonError, UnknownNameError
from chameleonapi.serving.operation.deployment import DeployedModel
from chameleonapi.serving.operation.exposition import Exposition
from chameleonapi.serving.operation.openapi import OPERATIONS, Operation, document
from chameleonapi.serving.operation.pages import (
    GENERIC_NAME,
    application_views,
    status_page,
    style_digest,
)
from chameleonapi.serving.operation.state import OperationState
from chameleonapi.serving.operation.token import AdminToken

__all__ = ["Change", "build_admin_app"]

_MAX_BODY_BYTES: Final = 4_096
_BODY_SECONDS: Final = 10.0

# Publishes (`publish`) or takes back (`rollback`) a version of an application's model.
Change = Callable[[str, str, str], Awaitable[DeployedModel]]


class _RefusedError(Exception):
    def __init__(self, status: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.hint = status, message, hint


def build_admin_app(state: OperationState, token: AdminToken, change: Change | None) -> ASGIApp:
    """Return the application.

    Args:
        state: what is told.
        token: without it, only health and readiness are told.
        change: changes what is served; None if the server cannot.
    """
    pages = _Pages(state, change)
    routes = [
        Route(one.path, _guarded(getattr(pages, one.name), one, token), methods=[one.verb.upper()])
        for one in OPERATIONS
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _plain_refusal})
    app.router.redirect_slashes = False
    return app


def _guarded(
    answer: Callable[[Request], Awaitable[Response]], operation: Operation, token: AdminToken
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not operation.is_open and not token.allows(given, is_change=operation.is_change):
            response = _refusal(401, "The token is missing or wrong.")
            scheme = "Bearer" if operation.is_change else 'Basic realm="chameleon", charset="UTF-8"'
            response.headers["www-authenticate"] = scheme
        else:
            try:
                response = await answer(request)
            except _RefusedError as error:
                response = _refusal(error.status, error.message, error.hint)
        response.headers.update(
            {
                "cache-control": "no-store",
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
            }
        )
        return response

    return guarded


@final
class _Pages:
    """One method for each operation of ``OPERATIONS``."""

    def __init__(self, state: OperationState, change: Change | None) -> None:
        self._state = state
        self._change = change
        self._turn = asyncio.Lock()

    async def status(self, _request: Request) -> Response:
        try:
            page = await asyncio.to_thread(status_page, self._state.snapshot())
        except ChameleonError as error:
            raise _RefusedError(501, error.message, error.hint) from None
        policy = (
            f"default-src 'none'; style-src 'sha256-{style_digest()}'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        )
        return HTMLResponse(page, headers={"content-security-policy": policy})

    async def health(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(self, _request: Request) -> Response:
        if self._state.is_ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("stopping\n", status_code=503)

    async def ready_application(self, request: Request) -> Response:
        self._known(request)
        return await self.ready(request)

    async def metrics(self, request: Request) -> Response:
        exposition = Exposition(self._state.snapshot())
        accept = request.headers.get("accept", "")
        content, kind = await asyncio.to_thread(exposition.render, accept)
        return Response(content, headers={"content-type": kind})

    async def list_applications(self, _request: Request) -> Response:
        views = [one.to_json() for one in application_views(self._state)]
        return JSONResponse({"applications": views})

    async def show_application(self, request: Request) -> Response:
        return self._shown(self._known(request))

    async def publish(self, request: Request) -> Response:
        return await self._changed("publish", request, await _version(request))

    async def rollback(self, request: Request) -> Response:
        return await self._changed("rollback", request, "")

    async def describe(self, _request: Request) -> Response:
        return JSONResponse(document())

    async def _changed(self, what: str, request: Request, version: str) -> Response:
        if self._change is None:
            raise _RefusedError(
                409,
                "The models of this server cannot be changed.",
                "Serve a registry: chameleon serve --models FOLDER.",
            )
        name = request.path_params["application"]
        application = "" if name == GENERIC_NAME else name
        try:
            async with self._turn:
                # Carried to its end even if the client goes away in the middle of it.
                await asyncio.shield(self._change(what, application, version))
        except UnknownNameError as error:
            raise _RefusedError(404, error.message, error.hint) from None
        except ChameleonError as error:
            raise _RefusedError(409, error.message, error.hint) from None
        return self._shown(application)

    def _known(self, request: Request) -> str:
        """Return the name of the application, empty for the generic model."""
        name: str = request.path_params["application"]
        if name == GENERIC_NAME:
            return ""
        if name not in self._state.applications():
            raise _RefusedError(404, "There is no such application.")
        return name

    def _shown(self, application: str) -> Response:
        name = application or GENERIC_NAME
        (view,) = (one for one in application_views(self._state) if one.name == name)
        return JSONResponse(view.to_json())


async def _version(request: Request) -> str:
    """Return the version that the body of a request names; empty without one."""
    try:
        body = await asyncio.wait_for(_body(request), _BODY_SECONDS)
    except (ClientDisconnect, TimeoutError, asyncio.TimeoutError):
        raise _RefusedError(400, "The body did not come in time.") from None
    if not body:
        return ""
    try:
        wanted: Any = json.loads(body)
    except (ValueError, RecursionError):
        wanted = None
    version = wanted.get("version", "") if isinstance(wanted, dict) else None
    if not isinstance(version, str) or set(wanted) - {"version"}:
        raise _RefusedError(400, 'The body must be a JSON object like {"version": "1a2b3c4d5e6f"}.')
    return version


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_BODY_BYTES:
            raise _RefusedError(400, "The body is too large.")
    return body


def _refusal(status: int, message: str, hint: str = "") -> Response:
    error: dict[str, Any] = {"code": status, "message": message}
    if hint:
        error["hint"] = hint
    return JSONResponse({"error": error}, status_code=status)


async def _plain_refusal(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    refusal = _refusal(status, "There is nothing here that could be asked like this.")
    # A 405 must say what is allowed (RFC 9110, section 15.5.6).
    refusal.headers.update(getattr(error, "headers", None) or {})
    return refusal
