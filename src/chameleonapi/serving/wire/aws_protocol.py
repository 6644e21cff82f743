"""Requests and answers of an AWS service, driven by botocore's own description of it.

What a request may hold and what an answer must hold is read from the bundled service
model, so that nothing here repeats it. botocore's validator covers types, required
members and minima; maxima, patterns and enumerations are checked beside it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from chameleonapi.serving.wire.aws_error import SERVICE_WORDS, AwsError
from chameleonapi.serving.wire.aws_fit import Fitting
from chameleonapi.serving.wire.aws_forms import CBOR, JSON, AwsForm
from chameleonapi.serving.wire.aws_write import Writing

__all__ = ["AwsProtocol", "Violation"]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
}


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


@final
class AwsProtocol:
    """Requests, answers and errors of one service.

    Args:
        service: botocore's name of it, for instance ``rekognition``.
    """

    def __init__(self, service: str) -> None:
        described = Loader().load_service_model(service, "service-2")
        self._model = ServiceModel(described, service)
        self.words = SERVICE_WORDS[service]
        self._fitting = Fitting(_compiled)
        self._as_written = Fitting(_compiled, as_written=True)
        self._writing = {form: Writing(form) for form in (JSON, CBOR)}
        # The raw description: botocore's shapes leave out whose fault an error is.
        self._shapes: dict[str, Any] = described["shapes"]

    @property
    def target_prefix(self) -> str:
        """What stands before the dot in the header ``X-Amz-Target``."""
        prefix: str = self._model.metadata["targetPrefix"]
        return prefix

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols that the service speaks, by botocore's names."""
        metadata = self._model.metadata
        return tuple(metadata.get("protocols", (metadata["protocol"],)))

    def has_operation(self, operation: str) -> bool:
        """Tell whether the service has an operation of this name, served here or not."""
        return operation in self._model.operation_names

    def read(self, operation: str, body: bytes, form: AwsForm = JSON) -> dict[str, Any]:
        """Parse the body of a request; blobs come decoded.

        Raises:
            AwsError: if it is no object, or a value has the wrong type.
        """
        shape = self._model.operation_model(operation).input_shape
        read: dict[str, Any] = _read_value(shape, form.load(body), "", form)
        return read

    def read_answer(self, operation: str, body: bytes, form: AwsForm = JSON) -> dict[str, Any]:
        """Parse the body of an answer of the provider; what the model does not know is left out.

        Raises:
            AwsError: as ``read``.
        """
        shape = self._model.operation_model(operation).output_shape
        read: dict[str, Any] = _known(shape, _read_value(shape, form.load(body), "", form))
        return read

    def request_violations(self, operation: str, parameters: dict[str, Any]) -> list[Violation]:
        """Return everything in a request that the model does not allow."""
        shape = self._model.operation_model(operation).input_shape
        return self._violations(shape, parameters)

    def write(self, operation: str, answer: dict[str, Any], form: AwsForm = JSON) -> bytes:
        """Return the body of an answer.

        Raises:
            AwsError: if the answer does not fit the model; the fault is ours then.
        """
        shape = self._model.operation_model(operation).output_shape
        if self._as_written.fits(shape, answer):
            return form.dump(answer)
        violations = self._violations(shape, answer)
        if violations:
            place = f"{violations[0].path}: {violations[0].message}"
            raise AwsError(self.words.internal, f"The answer does not fit the model. {place}")
        return form.dump(self._writing[form].written(shape, answer))

    def _violations(self, shape: Any, value: dict[str, Any]) -> list[Violation]:
        return [] if self._fitting.fits(shape, value) else _violations(shape, value)

    def error_status(self, error: AwsError) -> int:
        """Return the HTTP status that the model gives to an error."""
        shape = self._shapes.get(error.code, {})
        is_ours = shape.get("fault") or error.code == self.words.internal
        status: int = shape.get("error", {}).get("httpStatusCode") or (500 if is_ours else 400)
        return status


def _read_value(shape: Any, value: Any, path: str, form: AwsForm) -> Any:
    """Check types against a shape and decode blobs; drop nulls, as the provider does."""
    kind = shape.type_name
    expected = form.blob_type if kind == "blob" else _TYPES.get(kind)
    is_wrong_bool = isinstance(value, bool) and kind != "boolean"
    if expected is not None and (is_wrong_bool or not isinstance(value, expected)):
        place = f" at '{path}'" if path else ""
        raise AwsError("SerializationException", f"A value{place} is not of the type {kind}.")
    if kind == "structure":
        return {
            name: _read_value(shape.members[name], one, f"{path}.{name}".lstrip("."), form)
            if name in shape.members
            else one  # reported as unknown by the validation
            for name, one in value.items()
            if one is not None
        }
    if kind == "list":
        return [_read_value(shape.member, one, f"{path}[{i}]", form) for i, one in enumerate(value)]
    if kind == "map":
        return {
            name: _read_value(shape.value, one, f"{path}.{name}", form)
            for name, one in value.items()
        }
    if kind == "blob":
        try:
            return form.read_blob(value)
        except ValueError:
            message = f"The value at '{path}' is no base64."
            raise AwsError("SerializationException", message) from None
    return value


def _known(shape: Any, value: Any) -> Any:
    """Leave out members that the shape does not have."""
    kind = shape.type_name
    if kind == "structure":
        return {
            name: _known(shape.members[name], one)
            for name, one in value.items()
            if name in shape.members
        }
    if kind == "list":
        return [_known(shape.member, one) for one in value]
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
