"""Counts requests over HTTP, around what answers them."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, final

from starlette.requests import Request
from starlette.responses import Response

from chameleonapi.serving.operation.traffic import FinishedRequest, Traffic

__all__ = ["Answer", "HttpCounting"]

# What answers a request.
Answer = Callable[[Request], Coroutine[Any, Any, Response]]
# Codes of errors come from our own tables, or from the provider where requests go on to it.
_MAX_CODE: Final = 64


@final
@dataclass(frozen=True)
class HttpCounting:
    """Puts counts around the functions that answer.

    Attributes:
        traffic: where to count.
        application: tells whose request it is.
    """

    traffic: Traffic
    application: Callable[[Request], str]

    def around(self, protocol: str, method: Callable[[Request], str], answer: Answer) -> Answer:
        """Return ``answer`` with a count around it.

        Args:
            protocol: ``rest`` or ``aws``.
            method: names what is asked; empty for what is not known.
            answer: of requests.
        """

        async def counted(request: Request) -> Response:
            started = time.perf_counter()
            code = "CANCELLED"  # unless there is a response
            try:
                response = await answer(request)
                code = _code(response)
            finally:
                seconds = time.perf_counter() - started
                self.traffic.finished(
                    FinishedRequest(
                        protocol,
                        method(request),
                        self.application(request),
                        code,
                        seconds,
                        request.headers.get("traceparent", ""),
                    )
                )
            return response

        return counted


def _code(response: Response) -> str:
    if response.status_code < 400:
        return "OK"
    named = response.headers.get("x-amzn-errortype", "").partition(":")[0]
    is_name = named.isascii() and named.isalnum() and len(named) <= _MAX_CODE
    return named if is_name else str(response.status_code)
