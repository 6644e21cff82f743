"""The administration, described by OpenAPI 3.1."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["OPERATIONS", "Operation", "document"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked of the administration.

    Attributes:
        verb: ``get`` or ``post``.
        path: with names of parameters in braces.
        name: of the operation, and of the function that answers it.
        summary: what it does.
        produces: content type of the answer.
        schema: of the answer, where it is JSON.
        is_open: whether it needs no token.
        errors: statuses besides 401 that it may have.
    """

    verb: str
    path: str
    name: str
    summary: str
    produces: str = "application/json"
    schema: str = ""
    is_open: bool = False
    errors: tuple[int, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether it changes what is served."""
        return self.verb == "post"


OPERATIONS: Final = (
    Operation("get", "/", "status", "Show the status page.", "text/html"),
    Operation("get", "/healthz", "health", "Tell that the process lives.", "text/plain", "", True),
    Operation(
        "get",
        "/readyz",
        "ready",
        "Tell whether requests are taken.",
        "text/plain",
        is_open=True,
        errors=(503,),
    ),
    Operation(
        "get",
        "/readyz/{application}",
        "ready_application",
        "Tell whether requests of an application are taken.",
        "text/plain",
        errors=(404, 503),
    ),
    Operation("get", "/metrics", "metrics", "Return the counts for Prometheus.", "text/plain"),
    Operation("get", "/applications", "list_applications", "List applications.", schema="List"),
    Operation(
        "get",
        "/applications/{application}",
        "show_application",
        "Show an application.",
        schema="Application",
        errors=(404,),
    ),
    Operation(
        "post",
        "/applications/{application}/publish",
        "publish",
        "Serve the version that the registry's name means now, or the one in the body.",
        schema="Application",
        errors=(400, 403, 404, 409),
    ),
    Operation(
        "post",
        "/applications/{application}/rollback",
        "rollback",
        "Serve the version before the present one.",
        schema="Application",
        errors=(400, 403, 404, 409),
    ),
    Operation("get", "/openapi.json", "describe", "Return this description."),
)

_MEANING: Final = {
    400: "The request cannot be understood.",
    401: "The token is missing or wrong.",
    403: "Changes need the token as a bearer token.",
    404: "There is no such application.",
    409: "The model cannot be served; the one in service stays.",
    503: "The server is stopping.",
}
_TEXT_OR_NULL: Final = {"type": ["string", "null"]}
_APPLICATION: Final = {
    "type": "object",
    "required": ["name", "version", "requests", "refused", "decisions", "drift_alarm"],
    "properties": {
        "name": {"type": "string", "description": "`generic` for the generic model"},
        "version": _TEXT_OR_NULL,
        "api": _TEXT_OR_NULL,
        "level": _TEXT_OR_NULL,
        "created": _TEXT_OR_NULL,
        "earlier": {"type": "array", "items": {"type": "string"}},
        "requests": {"type": "integer"},
        "refused": {"type": "integer"},
        "decisions": {"type": "object", "additionalProperties": {"type": "integer"}},
        "drift": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "drift_alarm": {"type": "boolean"},
        "units": {
            "type": "object",
            "description": "units that the provider would have charged for, by API",
            "additionalProperties": {"type": "integer"},
        },
        "saved": {
            "type": ["number", "null"],
            "description": "their price; null where none was given",
        },
    },
}
_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "hint": {"type": "string"},
            },
        }
    },
}


def document() -> dict[str, Any]:
    """Return the description."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.verb] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ChameleonAPI administration",
            "version": importlib.metadata.version("chameleonapi"),
        },
        "paths": paths,
        "security": [{"bearer": []}],
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
            "schemas": {
                "Application": _APPLICATION,
                "List": {
                    "type": "object",
                    "required": ["applications"],
                    "properties": {
                        "applications": {
                            "type": "array",
                            "items": {"$ref": "#/components/schemas/Application"},
                        }
                    },
                },
                "Error": _ERROR,
            },
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if one.schema:
        content = {"schema": {"$ref": f"#/components/schemas/{one.schema}"}}
    responses: dict[str, Any] = {
        "200": {"description": "As asked.", "content": {one.produces: content}}
    }
    for status in sorted({*one.errors, *(() if one.is_open else (401,))}):
        schema = {"schema": {"$ref": "#/components/schemas/Error"}}
        kind = "text/plain" if status == 503 else "application/json"
        responses[str(status)] = {
            "description": _MEANING[status],
            "content": {kind: {} if status == 503 else schema},
        }
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "responses": responses,
    }
    if one.is_open:
        found["security"] = []
    elif not one.is_change:
        found["security"] = [{"bearer": []}, {"password": []}]
    if "{application}" in one.path:
        found["parameters"] = [
            {
                "name": "application",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
            }
        ]
    if one.name == "publish":
        body = {"type": "object", "properties": {"version": {"type": "string"}}}
        found["requestBody"] = {
            "required": False,
            "content": {"application/json": {"schema": body | {"additionalProperties": False}}},
        }
    return found
