"""Google's REST interface: from a request to our answer, the provider's, or both in one."""

from __future__ import annotations

import asyncio
import functools
import math
import zlib
from typing import Final, final

from google.protobuf import json_format
from starlette.requests import Request
from starlette.responses import Response

from chameleonapi.serving import bodies
from chameleonapi.serving.answers import AnswerService
from chameleonapi.serving.buckets import Buckets
from chameleonapi.serving.config import ServerConfig
from chameleonapi.serving.google import (
    GoogleCall,
    GoogleMethod,
    answer_call,
    overlay_call,
    read_call,
    rest_method,
    served_here,
)
from chameleonapi.serving.launcher.hosts import GOOGLE_HOSTS
from chameleonapi.serving.provider import Provider, ProviderReply, ProviderUnreachableError
from chameleonapi.serving.wire import google_json
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

__all__ = ["JSON_TYPE", "GoogleRest"]

JSON_TYPE: Final = "application/json; charset=UTF-8"
_OK = 200
_MAX_ANSWER_BYTES = 64 << 20  # unpacked; longer ones are cut off, and then no JSON


@final
class GoogleRest:
    """Answers requests for Google's hosts.

    Args:
        service: where answers come from.
        config: how large a request may be.
        provider: where the rest goes; None refuses it.
        buckets: whose objects requests may name.
    """

    def __init__(
        self,
        service: AnswerService,
        config: ServerConfig,
        provider: Provider | None,
        buckets: Buckets,
    ) -> None:
        self._buckets = buckets
        self._service = service
        self._config = config
        self._provider = provider

    async def answer(
        self, request: Request, raw: bytes, share: bodies.BodyShare, *, application: str
    ) -> Response:
        """Answer a request.

        Args:
            request: whose body has been read.
            raw: the body as it came.
            share: of the memory for bodies.
            application: whose request it is.

        Raises:
            GoogleError, BodyEncodingError, ChameleonError: whatever goes wrong.
        """
        method, parent = (
            rest_method(request.scope["path"]) if request.method == "POST" else (None, "")
        )
        provider = self._provider
        if provider is not None:
            reply = None
            if method is None or method.parse_json is None or provider.takes(application):
                reply = await self._pass_on(provider, request, raw, method)
                if reply is not None and provider.records and method is not None:
                    self._record_whole(provider, request, raw, share, method, parent, reply)
            if reply is not None:
                return _as_response(reply)
        if method is None:
            raise GoogleError(GoogleCode.NOT_FOUND, "Method not found.")
        if method.parse_json is None:
            name = method.rest_path.rpartition("/")[2]
            raise GoogleError(GoogleCode.UNIMPLEMENTED, f"{name} is not served here.")
        options = google_json.rest_options(
            request.query_params.multi_items(), request.headers.get("x-goog-fieldmask", "")
        )
        if provider is None:
            self._service.check_room()
        body = self._unpacked(request, raw, share)
        parse = functools.partial(method.parse_json, body, parent)
        call = await read_call(parse, body, self._buckets)
        if provider is not None:
            here = served_here(self._service, application, call)
            if call.beyond or len(here) < len(call.asks):
                return await self._share(
                    provider, request, raw, method, call, application, is_mixed=bool(here)
                )
        response = await answer_call(self._service, application, call, deadline=_deadline(request))
        return Response(google_json.render(response, options), media_type=JSON_TYPE)

    async def _share(
        self,
        provider: Provider,
        request: Request,
        raw: bytes,
        method: GoogleMethod,
        call: GoogleCall,
        application: str,
        *,
        is_mixed: bool,
    ) -> Response:
        """Let the provider answer, and put our answers in the place of its own."""
        reply = await self._pass_on(provider, request, raw, method)
        assert reply is not None  # the method is known
        if reply.status != _OK or not (is_mixed or provider.records):
            return _as_response(reply)
        response = _message(method, reply)
        parts = call.parts(response)
        provider.record(
            call.asks, parts, request.headers.items(), request.query_params.multi_items()
        )
        if not is_mixed:
            return _as_response(reply)
        await overlay_call(self._service, application, call, response, deadline=_deadline(request))
        options = google_json.rest_options(
            request.query_params.multi_items(), request.headers.get("x-goog-fieldmask", "")
        )
        return Response(google_json.render(response, options), media_type=JSON_TYPE)

    async def _pass_on(
        self, provider: Provider, request: Request, raw: bytes, method: GoogleMethod | None
    ) -> ProviderReply | None:
        """Return the provider's reply, or None if it is not known whose the request is."""
        named = request.headers.get("host", "").lower().removesuffix(":443")
        host = named if named in GOOGLE_HOSTS else method.host if method else ""
        if not host:
            return None
        path = request.scope["raw_path"].decode("latin-1")
        query = request.scope["query_string"].decode("latin-1")
        target = f"{path}?{query}" if query else path
        return await provider.forward(host, request.method, target, request.headers.items(), raw)

    def _record_whole(
        self,
        provider: Provider,
        request: Request,
        raw: bytes,
        share: bodies.BodyShare,
        method: GoogleMethod,
        parent: str,
        reply: ProviderReply,
    ) -> None:
        if method.parse_json is None or reply.status != _OK:
            return
        try:
            call = method.parse_json(self._unpacked(request, raw, share), parent, None)
        except (GoogleError, bodies.BodyEncodingError):
            return  # what we cannot read we cannot replay
        provider.record(
            call.asks,
            call.parts(_message(method, reply)),
            request.headers.items(),
            request.query_params.multi_items(),
        )

    def _unpacked(self, request: Request, raw: bytes, share: bodies.BodyShare) -> bytes:
        encoding = request.headers.get("content-encoding", "")
        limit = self._config.max_request_bytes
        return bodies.unpack_body(raw, encoding, share, max_bytes=limit)


def _deadline(request: Request) -> float:
    """Return when a client gives up, as a time of the event loop; never if it does not say."""
    try:
        seconds = float(request.headers.get("x-server-timeout", ""))
    except ValueError:
        return math.inf
    return asyncio.get_running_loop().time() + seconds if seconds > 0 else math.inf


def _message(method: GoogleMethod, reply: ProviderReply) -> object:
    """Read a provider's answer.

    Raises:
        ProviderUnreachableError: if it is none.
    """
    assert method.response_class is not None
    message = method.response_class()()
    try:
        body = reply.body
        if reply.header("content-encoding").lower() == "gzip":
            unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            body = unpacker.decompress(body, _MAX_ANSWER_BYTES)
        json_format.Parse(body, message, ignore_unknown_fields=True)
    except (json_format.ParseError, zlib.error, ValueError, RecursionError):
        raise ProviderUnreachableError("The provider's answer cannot be read.") from None
    return message


def _as_response(reply: ProviderReply) -> Response:
    response = Response(reply.body, status_code=reply.status)
    del response.headers["content-length"]
    for name, value in (*reply.headers, ("content-length", str(len(reply.body)))):
        response.headers.append(name, value)
    return response
