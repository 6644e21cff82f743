"""JSON of Google's REST interfaces to protobuf messages and back.

``google.protobuf.json_format`` does the mapping, so that a new field costs nothing.
Image bytes are decoded beside it: they are most of a request, json_format decodes
them several times slower, and it accepts characters that are no base64 at all.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pybase64
from google.protobuf import json_format
from google.protobuf.message import DecodeError

from chameleonapi.apis import answer_keys, get_api, own_part
from chameleonapi.errors import AnswerError
from chameleonapi.serving.wire.field_mask import FieldMask, parse_mask, prune
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError
from chameleonapi.serving.wire.json_text import (
    Base64Text,
    JsonTextError,
    read_json,
    write_json,
)
from chameleonapi.serving.wire.messages import fill_message, message_values
from chameleonapi.serving.wire.stored import (
    MissingObjectError,
    ReadObject,
    TooLargeObjectError,
    UnknownBucketError,
)
from chameleonapi.serving.wire.weight import WeightError, check_proto

__all__ = [
    "RestOptions",
    "check_shape",
    "decode_base64",
    "load_object",
    "merge",
    "own_fields",
    "parse_message",
    "read_stored",
    "render",
    "replace_fields",
    "rest_options",
]

_URLSAFE = bytes.maketrans(b"-_", b"+/")
_LONGEST_MESSAGE = 500
# Query parameters that every Google API takes and that change nothing in the answer.
# Keys and tokens are read elsewhere, to tell applications apart, and go no further.
_WITHOUT_EFFECT = frozenset(
    {"key", "access_token", "oauth_token", "quotaUser", "userIp", "trace", "passwd"}
)
_JSON_FORMS = {"json": False, "json;enum-encoding=int": True, "json;enum-encoding=proto": False}


def _invalid(message: str) -> GoogleError:
    return GoogleError(GoogleCode.INVALID_ARGUMENT, message[:_LONGEST_MESSAGE])


@dataclass(frozen=True, slots=True)
class RestOptions:
    """How a REST reply is to be written."""

    enums_as_numbers: bool = False
    pretty: bool = True
    fields: FieldMask = field(default_factory=dict)


def rest_options(query: Sequence[tuple[str, str]], field_mask: str = "") -> RestOptions:
    """Read the system parameters of a REST call (``$alt``, ``prettyPrint``, ...).

    Args:
        query: the parameters of the address.
        field_mask: the header ``X-Goog-FieldMask``; the parameter ``fields`` goes before it.

    Raises:
        GoogleError: for a parameter that is unknown or that cannot be honoured.

    Reference: https://cloud.google.com/apis/docs/system-parameters
    """
    numbers, pretty = False, True
    fields = parse_mask(field_mask)
    for raw, value in query:
        name = raw.removeprefix("$").removeprefix(".")
        if name == "alt":
            if value not in _JSON_FORMS:
                msg = f"Invalid value at '{raw}': {value!r} is not served; use json."
                raise _invalid(msg)
            numbers = _JSON_FORMS[value]
        elif name in {"prettyPrint", "pp"}:
            pretty = value not in {"false", "0"}
        elif name == "xgafv":
            if value not in {"1", "2"}:
                raise _invalid(f"Invalid value at '{raw}': expected 1 or 2.")
        elif name == "fields":
            fields = parse_mask(value)
        elif name not in _WITHOUT_EFFECT:
            raise _invalid(
                f'Invalid JSON payload received. Unknown name "{raw}": '
                "Cannot bind query parameter. Field could not be found in request message."
            )
    return RestOptions(enums_as_numbers=numbers, pretty=pretty, fields=fields)


def load_object(body: bytes) -> dict[str, Any]:
    """Parse a request body that must be a JSON object.

    Raises:
        GoogleError: if it is none.
    """
    try:
        data = read_json(body)
    except WeightError as error:
        raise _invalid(f"Invalid JSON payload received. It holds {error}.") from None
    except JsonTextError as error:
        message = f"Invalid JSON payload received. Not valid JSON at line {error.line}."
        raise _invalid(message) from None
    if not isinstance(data, dict):
        raise _invalid("Invalid JSON payload received. Expected an object at the root.")
    return data


def decode_base64(text: Any, *, field: str) -> bytes:
    """Decode standard or URL-safe base64, padded or not, broken into lines or not.

    Raises:
        GoogleError: naming the field, if it is something else.
    """
    if isinstance(text, Base64Text):
        return text.decoded
    if isinstance(text, str):
        try:
            return pybase64.b64decode(text, validate=True)
        except ValueError:  # not as nearly all clients write it
            pass
        try:
            raw = text.encode("ascii").translate(_URLSAFE, b"\r\n")
            return pybase64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
        except (UnicodeEncodeError, binascii.Error):
            pass
    raise _invalid(f"Invalid value at '{field}' (TYPE_BYTES), Base64 decoding failed.")


def parse_message(kind: Any, payload: bytes, *, large: Sequence[int] = ()) -> Any:
    """Read a message in protobuf's binary form.

    Args:
        kind: its class.
        payload: its bytes.
        large: of a request, numbers of the fields that lead to its large one.

    Raises:
        GoogleError: if it is none of this kind, or too large beside its content.
    """
    if large:
        try:
            check_proto(payload, large)
        except WeightError as error:
            raise _invalid(f"Request contains an invalid argument: {error}.") from None
    message = kind()
    try:
        message.ParseFromString(payload)
    except DecodeError:
        name = kind.DESCRIPTOR.name
        raise _invalid(f"Request contains an invalid argument: not a {name}.") from None
    return message


def read_stored(address: str, max_bytes: int, read: ReadObject | None, what: str) -> bytes:
    """Return an object of Cloud Storage, out of a folder that stands for its bucket.

    Raises:
        GoogleError: in the provider's words, and the same for all that cannot be read.
    """
    message = "Error opening file: this bucket of Cloud Storage is not read here. "
    message += f"Pass the {what}'s content."
    denied = GoogleError(GoogleCode.PERMISSION_DENIED, message)
    if read is None or not address.startswith("gs://"):
        raise denied
    bucket, _, key = address.removeprefix("gs://").partition("/")
    try:
        return read(bucket, key, max_bytes)
    except UnknownBucketError:
        raise denied from None
    except MissingObjectError:
        raise GoogleError(GoogleCode.NOT_FOUND, "Error opening file: not found.") from None
    except TooLargeObjectError:
        raise _invalid(f"The {what} exceeds the limit of {max_bytes} bytes.") from None


def own_fields(api: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer to several questions says to one of them."""
    return own_part(get_api(api), answer)


def check_shape(answer: Any, descriptor: Any, path: str = "") -> None:
    """Check that objects stand where a message has messages.

    json_format sees to the rest, but takes a text for an object without known fields.

    Raises:
        AnswerError: naming the first place where something else stands.
    """
    if not isinstance(answer, Mapping):
        raise AnswerError(f"{path or 'the answer'} must be an object.")
    for key, value in answer.items():
        field_of = descriptor.fields_by_camelcase_name.get(key)
        if field_of is None or field_of.message_type is None:
            continue
        if field_of.message_type.GetOptions().map_entry:
            continue
        here = f"{path}.{key}".lstrip(".")
        for one in value if isinstance(value, list) else (value,):
            check_shape(one, field_of.message_type, here)


def replace_fields(api: str, part: Mapping[str, Any], message: Any) -> None:
    """Put the answer of one API in the place of what a message says to it."""
    keys = answer_keys(get_api(api))
    for one in message.DESCRIPTOR.fields:
        if one.json_name in keys:
            message.ClearField(one.name)
    fill_message(part, message)


def merge(data: Mapping[str, Any], message: Any) -> None:
    """Read JSON into a message; field names in camel or snake case.

    Raises:
        GoogleError: if the JSON does not fit the message.
    """
    try:
        json_format.ParseDict(data, message, max_recursion_depth=32)
    except (json_format.ParseError, RecursionError) as error:
        raise _invalid(f"Invalid JSON payload received. {error}") from None
    except ValueError:  # a lone surrogate, which protobuf cannot hold
        raise _invalid("Invalid JSON payload received. A text is no valid Unicode.") from None


def render(message: Any, options: RestOptions) -> bytes:
    """Write a message as the JSON of a REST reply; fields that are not wanted are cleared.

    Raises:
        GoogleError: if a field is asked for that the message does not have.
    """
    if options.fields:
        prune(message, options.fields)
    values = message_values(message, enums_as_numbers=options.enums_as_numbers)
    return write_json(values, pretty=options.pretty)
