"""JSON of requests and answers: read within bounds, written as the providers write it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, final

import orjson
import pybase64

from chameleonapi.serving.wire.weight import check_json, check_values

__all__ = ["Base64Text", "JsonTextError", "read_json", "write_json"]

_LONG = 4096  # bytes of a text from which on it is worth being looked at by itself
_MOST_TEXTS = 1000  # that are looked at: requests with pictures have a few dozen


class JsonTextError(ValueError):
    """What came is no JSON.

    Attributes:
        line: where that shows, counted from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@final
class Base64Text(str):
    """A long text that is base64, as nearly all of a request with a picture is.

    Attributes:
        decoded: what it stands for.
    """

    __slots__ = ("decoded",)

    decoded: bytes


def read_json(body: bytes) -> Any:
    """Parse the body of a request; an empty one stands for an object without members.

    Not a number and infinities are refused, as are nests of more than a thousand levels and
    texts that are no Unicode. Long texts that are base64 come as ``Base64Text``.

    Raises:
        WeightError: if it holds more values than any request that is served.
        JsonTextError: if it is no JSON in UTF-8.
    """
    check_json(body)
    short, lifted = _lifted(body)
    try:
        value = orjson.loads(short or b"{}")
    except orjson.JSONDecodeError as error:
        raise JsonTextError(error.msg, error.lineno) from None
    check_values(value)
    return _put_back(value, lifted) if lifted else value


def write_json(value: Any, *, pretty: bool = False) -> bytes:
    """Write the body of an answer.

    Args:
        value: of dicts, lists, texts, numbers, booleans and None.
        pretty: with line ends, and two spaces for each level.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 if pretty else None)
    except orjson.JSONEncodeError:  # half a surrogate pair, or an integer of more than 64 bits
        text = json.dumps(value, ensure_ascii=False, indent=2 if pretty else None)
        return text.encode("utf-8", "replace")


def _lifted(body: bytes) -> tuple[bytes, list[Base64Text]]:
    """Put short marks in place of long texts that are base64; return what is left, and them.

    A parser looks at each character of a text, which takes five times as long as decoding it.
    """
    if len(body) < _LONG or b"\\" in body:
        return body, []
    lifted: list[Base64Text] = []
    kept: list[bytes] = []
    copied = end = 0
    # No quote is escaped, so that each first one begins a text and each second one ends it.
    for _ in range(_MOST_TEXTS):
        begin = body.find(b'"', end) + 1
        end = body.find(b'"', begin) + 1
        if not (begin and end):
            break
        if end - begin <= _LONG:
            continue
        content = body[begin : end - 1]
        try:
            decoded = pybase64.b64decode(content, validate=True)
        except ValueError:
            continue
        text = Base64Text(content, "ascii")
        text.decoded = decoded
        # A text can hold this character only as an escape, of which there are none.
        kept += (body[copied:begin], b"\\u0000%d" % len(lifted))
        copied = end - 1
        lifted.append(text)
    return b"".join((*kept, body[copied:])), lifted


def _put_back(value: Any, lifted: list[Base64Text]) -> Any:
    """Return a value with the texts that marks stand for."""

    def whole(one: Any) -> Any:
        return lifted[int(one[1:])] if type(one) is str and one.startswith("\0") else one

    def inside(one: dict[str, Any] | list[Any]) -> Iterator[tuple[Any, Any]]:
        return iter(list(one.items()) if isinstance(one, dict) else list(enumerate(one)))

    if not isinstance(value, dict | list):
        return whole(value)
    waiting: list[dict[str, Any] | list[Any]] = [value]
    while waiting:  # nests may be deeper than calls
        holder = waiting.pop()
        for key, one in inside(holder):
            if isinstance(one, dict | list):
                waiting.append(one)
            elif type(one) is str and one.startswith("\0"):
                holder[key] = whole(one)
            if isinstance(holder, dict) and key.startswith("\0"):
                holder[whole(key)] = holder.pop(key)
    return value
