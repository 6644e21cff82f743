"""AWS JSON 1.1, driven by botocore's own description of a service.

What a request may hold and what an answer must hold is read from the bundled service
model, so that nothing here repeats it. botocore's validator covers types, required
members and minima; maxima, patterns and enumerations are checked beside it.

Reference: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from chameleonapi.errors import ServingError

__all__ = ["CONTENT_TYPE", "AwsError", "AwsJsonProtocol", "Violation"]

CONTENT_TYPE = "application/x-amz-json-1.1"
_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
}


class AwsError(ServingError):
    """A refusal in the words of the provider."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that the service model does not allow.

    Attributes:
        path: where it stands, for instance ``Image.Bytes``.
        constraint: ``min``, ``max``, ``enum``, ``pattern`` or ``shape``.
        message: a sentence without the value itself.
    """

    path: str
    constraint: str
    message: str


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Java's names of Unicode classes, which Python's expressions lack: supersets of them.
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\w"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


@final
class AwsJsonProtocol:
    """Requests, answers and errors of one service.

    Args:
        service: botocore's name of it, for instance ``rekognition``.
    """

    def __init__(self, service: str) -> None:
        described = Loader().load_service_model(service, "service-2")
        self._model = ServiceModel(described, service)
        # The raw description: botocore's shapes leave out whose fault an error is.
        self._shapes: dict[str, Any] = described["shapes"]

    @property
    def target_prefix(self) -> str:
        """What stands before the dot in the header ``X-Amz-Target``."""
        prefix: str = self._model.metadata["targetPrefix"]
        return prefix

    def has_operation(self, operation: str) -> bool:
        """Tell whether the service has an operation of this name, served here or not."""
        return operation in self._model.operation_names

    def read(self, operation: str, body: bytes) -> dict[str, Any]:
        """Parse the body of a request; blobs come decoded.

        Raises:
            AwsError: if it is no JSON object, or a value has the wrong type.
        """
        try:
            data = json.loads(body or b"{}", parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise AwsError("SerializationException", "The body is no valid JSON.") from None
        shape = self._model.operation_model(operation).input_shape
        read: dict[str, Any] = _read_value(shape, data, "")
        return read

    def request_violations(self, operation: str, parameters: dict[str, Any]) -> list[Violation]:
        """Return everything in a request that the model does not allow."""
        shape = self._model.operation_model(operation).input_shape
        return _violations(shape, parameters)

    def write(self, operation: str, answer: dict[str, Any]) -> bytes:
        """Return the body of an answer.

        Raises:
            AwsError: ``InternalServerError`` if the answer does not fit the model.
        """
        shape = self._model.operation_model(operation).output_shape
        violations = _violations(shape, answer)
        if violations:
            place = f"{violations[0].path}: {violations[0].message}"
            raise AwsError("InternalServerError", f"The answer does not fit the model. {place}")
        return json.dumps(_json_value(shape, answer), ensure_ascii=False).encode()

    def error_status(self, error: AwsError) -> int:
        """Return the HTTP status that the model gives to an error."""
        shape = self._shapes.get(error.code, {})
        is_ours = shape.get("fault") or error.code == "InternalServerError"
        status: int = shape.get("error", {}).get("httpStatusCode") or (500 if is_ours else 400)
        return status


def _read_value(shape: Any, value: Any, path: str) -> Any:
    """Check JSON types against a shape and decode blobs; drop nulls, as the provider does."""
    kind = shape.type_name
    expected = _JSON_TYPES.get(kind)
    is_wrong_bool = isinstance(value, bool) and kind != "boolean"
    if expected is not None and (is_wrong_bool or not isinstance(value, expected)):
        place = f" at '{path}'" if path else ""
        raise AwsError("SerializationException", f"A value{place} is not of the type {kind}.")
    if kind == "structure":
        return {
            name: _read_value(shape.members[name], one, f"{path}.{name}".lstrip("."))
            if name in shape.members
            else one  # reported as unknown by the validation
            for name, one in value.items()
            if one is not None
        }
    if kind == "list":
        return [_read_value(shape.member, one, f"{path}[{i}]") for i, one in enumerate(value)]
    if kind == "map":
        return {
            name: _read_value(shape.value, one, f"{path}.{name}") for name, one in value.items()
        }
    if kind == "blob":
        try:
            return base64.b64decode(value, validate=True)
        except (ValueError, binascii.Error):
            message = f"The value at '{path}' is no base64."
            raise AwsError("SerializationException", message) from None
    return value


def _json_value(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return {name: _json_value(shape.members[name], one) for name, one in value.items()}
    if kind == "list":
        return [_json_value(shape.member, one) for one in value]
    if kind == "map":
        return {name: _json_value(shape.value, one) for name, one in value.items()}
    if kind == "blob":
        return base64.b64encode(value).decode()
    return value


def _violations(shape: Any, parameters: dict[str, Any]) -> list[Violation]:
    found = list(_constraint_violations(shape, parameters, ""))
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors() and not found:
        found.append(Violation("", "shape", report.generate_report()))
    return found


def _constraint_violations(shape: Any, value: Any, path: str) -> Iterator[Violation]:
    kind, limits = shape.type_name, shape.metadata
    if kind == "structure":
        for name, one in value.items():
            if name in shape.members:
                inner = f"{path}.{name}".lstrip(".")
                yield from _constraint_violations(shape.members[name], one, inner)
        return
    if kind == "list":
        for index, one in enumerate(value):
            yield from _constraint_violations(shape.member, one, f"{path}[{index}]")
    elif kind == "map":
        for name, one in value.items():
            yield from _constraint_violations(shape.value, one, f"{path}.{name}")
    is_number = kind in {"integer", "long", "float", "double"}
    if is_number or kind in {"list", "map", "string", "blob"}:
        size, word = (value, "value") if is_number else (len(value), "length")
        if "min" in limits and size < limits["min"]:
            message = f"Member must have {word} greater than or equal to {limits['min']}"
            yield Violation(path, "min", message)
        if "max" in limits and size > limits["max"]:
            message = f"Member must have {word} less than or equal to {limits['max']}"
            yield Violation(path, "max", message)
    if kind == "string":
        if limits.get("enum") and value not in limits["enum"]:
            message = f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"
            yield Violation(path, "enum", message)
        if "pattern" in limits and not _compiled(limits["pattern"]).fullmatch(value):
            message = f"Member must satisfy regular expression pattern: {limits['pattern']}"
            yield Violation(path, "pattern", message)
