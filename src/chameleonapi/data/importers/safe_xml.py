"""XML from strangers: no document type, so no entities, and bounded in size and depth."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from chameleonapi.errors import DataError

__all__ = ["read_xml"]

_MOST_BYTES: Final = 16 * 1024 * 1024
_DEEPEST: Final = 50


def read_xml(path: Path) -> ET.Element:
    """Parse a small XML file.

    Raises:
        DataError: if it is large, deep, damaged, or declares a document type.
    """
    hint = "Write it again as plain XML, without a document type."
    try:
        content = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Check the file.") from None
    if content is None:
        raise DataError(f"{path} is larger than {_MOST_BYTES:,} bytes.", hint=hint)
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def refuse(*_: object) -> None:
        raise DataError(f"{path} declares a document type or entities.", hint=hint)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise DataError(f"{path} is nested deeper than {_DEEPEST}.", hint=hint)
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    def data(text: str) -> None:
        builder.data(text)

    handlers: dict[str, Any] = {
        "StartDoctypeDeclHandler": refuse,
        "EntityDeclHandler": refuse,
        "StartElementHandler": start,
        "EndElementHandler": end,
        "CharacterDataHandler": data,
    }
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise DataError(f"{path} is no XML: {error}.", hint=hint) from None
    return builder.close()
