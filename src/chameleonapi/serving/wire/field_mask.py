"""Field masks: which fields of an answer a client wants.

The parameter ``fields`` of a REST call and the header ``X-Goog-FieldMask`` of either
transport: names, separated by commas; ``a/b`` and ``a.b`` lead into a field, ``a(b,c)``
into several places of it, ``*`` stands for every name.

Reference: https://cloud.google.com/apis/docs/system-parameters
"""

from __future__ import annotations

import re
from typing import Any, Final

from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

__all__ = ["FieldMask", "parse_mask", "prune"]

# What is wanted of a message, by name; nothing below a name means all of it.
FieldMask = dict[str, "FieldMask"]

_MAX_LENGTH: Final = 8_000
_MAX_DEPTH: Final = 32
_TOKEN: Final = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[*(),./])\s*")
_NAME: Final = re.compile(r"\*|[A-Za-z_]")


def parse_mask(text: str) -> FieldMask:
    """Read a mask; an empty one wants everything.

    Raises:
        GoogleError: if the text is none.
    """
    if len(text) > _MAX_LENGTH:
        raise _invalid("the selection is too long")
    tokens, position = [], 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _invalid(text)
        tokens.append(match[1])
        position = match.end()
    mask: FieldMask = {}
    if tokens:
        rest = _read_list(tokens, 0, mask, 0)
        if rest != len(tokens):
            raise _invalid(text)
    return {} if "*" in mask and not mask["*"] else mask


def _read_list(tokens: list[str], position: int, mask: FieldMask, depth: int) -> int:
    while True:
        here, levels = mask, depth
        while True:
            levels += 1
            if levels > _MAX_DEPTH:
                raise _invalid("the selection is too deep")
            if position >= len(tokens) or not _NAME.match(tokens[position]):
                raise _invalid("".join(tokens))
            name = tokens[position]
            is_known = name in here
            inner = here.setdefault(name, {})
            position += 1
            following = tokens[position] if position < len(tokens) else ""
            if is_known and not inner:
                inner = {}  # all of it is wanted already
            if following in {".", "/"}:
                here = inner
                position += 1
                continue
            if following == "(":
                position = _read_list(tokens, position + 1, inner, levels)
                if position >= len(tokens) or tokens[position] != ")":
                    raise _invalid("".join(tokens))
                position += 1
            else:
                inner.clear()
            break
        if position >= len(tokens) or tokens[position] != ",":
            return position
        position += 1


def prune(message: Any, mask: FieldMask) -> None:
    """Clear whatever the mask does not want.

    Raises:
        GoogleError: if it names a field that the message does not have.
    """
    _check(message.DESCRIPTOR, mask)
    _prune(message, mask)


def _check(descriptor: Any, mask: FieldMask) -> None:
    known = {name for field in descriptor.fields for name in _names(field)}
    for name, inner in mask.items():
        if name == "*":
            continue
        if name not in known:
            raise _invalid(name)
        if inner:
            field = next(one for one in descriptor.fields if name in _names(one))
            if field.message_type is None:
                raise _invalid(name)
            if not field.message_type.GetOptions().map_entry:
                _check(field.message_type, inner)


def _prune(message: Any, mask: FieldMask) -> None:
    if not mask:
        return
    for field, value in message.ListFields():
        inner = _wanted(field, mask)
        if inner is None:
            message.ClearField(field.name)
        elif inner and field.message_type is not None:
            if field.message_type.GetOptions().map_entry:
                for key in [one for one in value if str(one) not in inner and "*" not in inner]:
                    del value[key]
            elif hasattr(value, "DESCRIPTOR"):
                _prune(value, inner)
            else:
                for one in value:
                    _prune(one, inner)


def _wanted(field: Any, mask: FieldMask) -> FieldMask | None:
    found = [mask[name] for name in (*_names(field), "*") if name in mask]
    if not found:
        return None
    if any(not one for one in found):
        return {}
    return {name: inner for one in found for name, inner in one.items()}


def _names(field: Any) -> set[str]:
    return {field.name, field.name.rstrip("_"), field.json_name}


def _invalid(text: str) -> GoogleError:
    return GoogleError(GoogleCode.INVALID_ARGUMENT, f"Invalid field selection {text[:200]}")
