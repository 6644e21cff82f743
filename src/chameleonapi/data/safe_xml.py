"""XML from strangers: no document type, so no entities, and bounded in size and depth."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from chameleonapi.errors import DataError

__all__ = ["parse_xml", "read_xml"]

_MOST_BYTES: Final = 16 * 1024 * 1024
_DEEPEST: Final = 50
_PLAIN: Final = "Write it again as plain XML, without a document type."


def read_xml(path: Path) -> ET.Element:
    """Parse a small XML file.

    Raises:
        DataError: if it is large, deep, damaged, or declares a document type.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Check the file.") from None
    if content is None:
        raise DataError(f"{path} is larger than {_MOST_BYTES:,} bytes.", hint=_PLAIN)
    return parse_xml(content, str(path))


def parse_xml(content: bytes, name: str) -> ET.Element:
    """Parse XML whose size is bounded already; names keep their prefixes.

    Raises:
        DataError: if it is deep, damaged, or declares a document type; ``name`` says what.
    """
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def refuse(*_: object) -> None:
        raise DataError(f"{name} declares a document type or entities.", hint=_PLAIN)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise DataError(f"{name} is nested deeper than {_DEEPEST}.", hint=_PLAIN)
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def data(text: str) -> None:
        builder.data(text)

    handlers: dict[str, Any] = {
        "StartDoctypeDeclHandler": refuse,
        "EntityDeclHandler": refuse,
        "StartElementHandler": start,
        "EndElementHandler": end,
        "CharacterDataHandler": data,
    }
    for event, handler in handlers.items():
        setattr(parser, event, handler)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise DataError(f"{name} is no XML: {error}.", hint=_PLAIN) from None
    return builder.close()
