"""Errors as Google's APIs report them: ``google.rpc.Status`` in JSON, a status code over gRPC."""

from __future__ import annotations

import enum
import json

from chameleonapi.errors import ServingError

__all__ = ["GoogleCode", "GoogleError", "error_json"]


class GoogleCode(enum.Enum):
    """The canonical codes that this server uses, as (number, HTTP status).

    Reference: https://cloud.google.com/apis/design/errors#handling_errors
    """

    INVALID_ARGUMENT = (3, 400)
    DEADLINE_EXCEEDED = (4, 504)
    NOT_FOUND = (5, 404)
    PERMISSION_DENIED = (7, 403)
    RESOURCE_EXHAUSTED = (8, 429)
    UNIMPLEMENTED = (12, 501)
    INTERNAL = (13, 500)
    UNAVAILABLE = (14, 503)
    UNAUTHENTICATED = (16, 401)

    @property
    def number(self) -> int:
        """The number in ``google.rpc.Status.code``."""
        return self.value[0]

    @property
    def http_status(self) -> int:
        """The status of a REST reply."""
        return self.value[1]


class GoogleError(ServingError):
    """A refusal in the words of the provider; for a whole call or for one image of it."""

    def __init__(self, code: GoogleCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def error_json(error: GoogleError) -> bytes:
    """Return the body of a REST reply for an error."""
    status = error.code.http_status
    body = {"error": {"code": status, "message": error.message, "status": error.code.name}}
    return json.dumps(body, indent=2).encode()
