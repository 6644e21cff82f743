"""JSON of requests and answers: read within bounds, written as the providers write it."""

from __future__ import annotations

import json
from typing import Any

import orjson

from chameleonapi.serving.wire.weight import check_json, check_values

__all__ = ["JsonTextError", "read_json", "write_json"]


class JsonTextError(ValueError):
    """What came is no JSON.

    Attributes:
        line: where that shows, counted from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_json(body: bytes) -> Any:
    """Parse the body of a request; an empty one stands for an object without members.

    Not a number and infinities are refused, as are nests of more than a thousand levels and
    texts that are no Unicode.

    Raises:
        WeightError: if it holds more values than any request that is served.
        JsonTextError: if it is no JSON in UTF-8.
    """
    check_json(body)
    try:
        value = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise JsonTextError(error.msg, error.lineno) from None
    check_values(value)
    return value


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
