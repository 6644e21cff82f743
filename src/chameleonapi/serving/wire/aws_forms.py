"""The two forms that AWS requests and answers are written in: JSON 1.1 and CBOR.

Reference: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html and
https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final, final

import pybase64

from chameleonapi.serving.wire import cbor
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.json_text import (
    Base64Text,
    JsonTextError,
    read_json,
    write_json,
)
from chameleonapi.serving.wire.weight import WeightError

__all__ = ["CBOR", "JSON", "AwsForm"]


class AwsForm(ABC):
    """How values are written."""

    content_type: str
    headers: Mapping[str, str]  # of every reply
    blob_type: type

    @abstractmethod
    def load(self, body: bytes) -> Any:
        """Read a body.

        Raises:
            AwsError: ``SerializationException`` if it is not of this form.
        """

    @abstractmethod
    def dump(self, value: Any) -> bytes:
        """Write a body; blobs are as ``write_blob`` makes them."""

    @abstractmethod
    def read_blob(self, value: Any) -> bytes:
        """Return the bytes of a blob.

        Raises:
            ValueError: if it is none.
        """

    @abstractmethod
    def write_blob(self, value: bytes) -> Any:
        """Return a blob as it stands in a body."""


@final
class _Json(AwsForm):
    content_type = "application/x-amz-json-1.1"
    headers: Mapping[str, str] = {}
    blob_type = str

    def load(self, body: bytes) -> Any:
        try:
            return read_json(body)
        except WeightError as error:
            raise AwsError("SerializationException", f"The body holds {error}.") from None
        except JsonTextError:
            raise AwsError("SerializationException", "The body is no valid JSON.") from None

    def dump(self, value: Any) -> bytes:
        return write_json(value)

    def read_blob(self, value: Any) -> bytes:
        if isinstance(value, Base64Text):
            return value.decoded
        return pybase64.b64decode(value, validate=True)

    def write_blob(self, value: bytes) -> Any:
        return base64.b64encode(value).decode()


@final
class _Cbor(AwsForm):
    content_type = "application/cbor"
    headers: Mapping[str, str] = {"smithy-protocol": "rpc-v2-cbor"}
    blob_type = bytes

    def load(self, body: bytes) -> Any:
        try:
            return cbor.loads(body) if body else {}
        except cbor.CborError:
            raise AwsError("SerializationException", "The body is no valid CBOR.") from None

    def dump(self, value: Any) -> bytes:
        return cbor.dumps(value)

    def read_blob(self, value: Any) -> bytes:
        return bytes(value)

    def write_blob(self, value: bytes) -> Any:
        return value


JSON: Final[AwsForm] = _Json()
CBOR: Final[AwsForm] = _Cbor()
