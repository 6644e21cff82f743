"""``yaml``: the plain part of the language that configuration files are written in.

Block mappings and lists, one-line lists and mappings, quoted and plain scalars, comments.
Refuses the rest (anchors, tags, block texts, several documents): then nothing is known.
"""

from __future__ import annotations

import re
from typing import Any, Final

from chameleonapi.analysis.engine.library.files import TextFile
from chameleonapi.analysis.engine.lifting import is_touched
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.values import Native, NativeModule, Unknown

__all__ = ["NotPlainError", "parse_yaml", "yaml_module"]

_MAX_DEPTH: Final = 30
_CONSTANTS: Final = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?")
_KEY: Final = re.compile(r"""("[^"]*"|'[^']*'|[^\s#\[\]{}"',&*!|>%@`-][^#\[\]{},]*?)\s*:(\s+|$)""")
_REFUSED: Final = ("&", "*", "!", "|", ">", "%", "@", "`", "? ", "---", "...")

Line = tuple[int, str]


class NotPlainError(ValueError):
    """The text uses a part of the language that is not read here."""


def parse_yaml(text: str) -> Any:
    """Return what a text holds.

    Raises:
        NotPlainError: if it uses more than the plain part of the language.
    """
    lines: list[Line] = []
    for raw in text.splitlines():
        plain = _without_comment(raw).rstrip()
        if "\t" in plain[: len(plain) - len(plain.lstrip())]:
            raise NotPlainError("tabs")
        if plain.strip() and not (plain == "---" and not lines):
            lines.append((len(plain) - len(plain.lstrip()), plain.strip()))
    if not lines:
        return None
    value, rest = _block(lines, 0, lines[0][0], 0)
    if rest != len(lines):
        raise NotPlainError("indentation")
    return value


def _without_comment(line: str) -> str:
    quote = ""
    for position, one in enumerate(line):
        if quote:
            quote = "" if one == quote else quote
        elif one in "\"'" and (position == 0 or line[position - 1] in " [{,:-"):
            quote = one
        elif one == "#" and (position == 0 or line[position - 1] in " \t"):
            return line[:position]
    return line


def _block(lines: list[Line], at: int, indent: int, depth: int) -> tuple[Any, int]:
    if depth > _MAX_DEPTH:
        raise NotPlainError("depth")
    first = lines[at][1]
    if first == "-" or first.startswith("- "):
        return _list(lines, at, indent, depth)
    if _KEY.match(first):
        return _mapping(lines, at, indent, depth)
    return _scalar(first), at + 1


def _list(lines: list[Line], at: int, indent: int, depth: int) -> tuple[list[Any], int]:
    made: list[Any] = []
    while at < len(lines) and lines[at][0] == indent and lines[at][1][:2] in ("-", "- "):
        rest = lines[at][1][1:].strip()
        if not rest:
            value, at = _nested(lines, at + 1, indent, depth)
        elif _KEY.match(rest) or rest.startswith("- "):
            inner = indent + len(lines[at][1]) - len(rest)
            lines[at] = (inner, rest)
            value, at = _block(lines, at, inner, depth + 1)
        else:
            value, at = _scalar(rest), at + 1
        made.append(value)
    return made, at


def _mapping(lines: list[Line], at: int, indent: int, depth: int) -> tuple[dict[Any, Any], int]:
    made: dict[Any, Any] = {}
    while at < len(lines) and lines[at][0] == indent:
        found = _KEY.match(lines[at][1])
        if found is None:
            raise NotPlainError("mapping")
        key, rest = _scalar(found[1]), lines[at][1][found.end() :].strip()
        if rest:
            made[key], at = _scalar(rest), at + 1
        else:
            made[key], at = _nested(lines, at + 1, indent, depth, is_value=True)
    return made, at


def _nested(
    lines: list[Line], at: int, indent: int, depth: int, *, is_value: bool = False
) -> tuple[Any, int]:
    if at >= len(lines):
        return None, at
    is_list = lines[at][1][:2] in ("-", "- ")
    if lines[at][0] > indent or (is_value and is_list and lines[at][0] == indent):
        return _block(lines, at, lines[at][0], depth + 1)
    return None, at


def _scalar(text: str) -> Any:
    if text[:1] in ("[", "{"):
        value, rest = _flow(text, 0)
        if rest.strip():
            raise NotPlainError("flow")
        return value
    if text[:1] in ("'", '"'):
        quote = text[0]
        if len(text) < 2 or text[-1] != quote or quote in text[1:-1] or "\\" in text:
            raise NotPlainError("quotes")
        return text[1:-1]
    if text.startswith(_REFUSED):
        raise NotPlainError(text[:3])
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _DECIMAL.fullmatch(text) else text


def _flow(text: str, depth: int) -> tuple[Any, str]:
    """Return a one-line list or mapping, and the text after it."""
    if depth > _MAX_DEPTH:
        raise NotPlainError("depth")
    is_list, close = text[0] == "[", "]" if text[0] == "[" else "}"
    items: list[Any] = []
    made: dict[Any, Any] = {}
    rest = text[1:].lstrip()
    while not rest.startswith(close):
        if not rest:
            raise NotPlainError("flow")
        key = None
        if not is_list:
            found = re.match(r"""("[^"]*"|'[^']*'|[^\s:,\[\]{}"'][^:,\[\]{}]*):\s*""", rest)
            if found is None:
                raise NotPlainError("flow")
            key, rest = _scalar(found[1].strip()), rest[found.end() :]
        if rest[:1] in ("[", "{"):
            value, rest = _flow(rest, depth + 1)
        else:
            found = re.match(r"""\s*("[^"]*"|'[^']*'|[^,\[\]{}"']*)""", rest)
            assert found is not None
            value, rest = _scalar(found[1].strip()), rest[found.end() :]
        if is_list:
            items.append(value)
        else:
            made[key] = value
        rest = rest.lstrip()
        if rest.startswith(","):
            rest = rest[1:].lstrip()
        elif not rest.startswith(close):
            raise NotPlainError("flow")
    return (items if is_list else made), rest[1:]


def _load(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    source = arguments[0] if arguments else named.get("stream")
    text = source.content if isinstance(source, TextFile) else source
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not isinstance(text, str):
        return Unknown("yaml.load()", is_tainted=is_touched(source))
    machine.charge(len(text))
    try:
        return parse_yaml(text)
    except NotPlainError:
        return Unknown("yaml.load()")


def yaml_module(_machine: Machine) -> NativeModule:
    """Return ``yaml``."""
    members: dict[str, Any] = {
        name: Native(name, _load) for name in ("safe_load", "load", "full_load", "unsafe_load")
    }
    loaders = ("Loader", "SafeLoader", "FullLoader", "CLoader", "CSafeLoader", "BaseLoader")
    members.update({name: Unknown(f"yaml.{name}") for name in loaders})
    members["YAMLError"] = ValueError
    return NativeModule("yaml", members)
