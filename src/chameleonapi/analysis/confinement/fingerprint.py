"""What the result of an analysis depends on, as digests."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import chameleonapi
from chameleonapi.analysis.frontend.files import (
    MAX_DATA_BYTES,
    MAX_SOURCE_BYTES,
    FileRefusedError,
    list_sources,
    read_bytes,
)

__all__ = ["code_digest", "digest_of", "reads_digest", "source_digest"]

_ROOMS: Final = ("analysis", "decision", "apis")
_SUFFIXES: Final = (".py", ".txt", ".json", ".csv")


def digest_of(value: Any) -> str:
    """Return the digest of a JSON value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def code_digest() -> str:
    """Return the digest of the code and the vocabularies that an analysis consists of."""
    package = Path(chameleonapi.__file__).parent
    found = hashlib.sha256(chameleonapi.__version__.encode())
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*")):
            if path.suffix in _SUFFIXES:
                content = path.read_bytes()
                found.update(f"{path.relative_to(package)}\0{len(content)}\0".encode())
                found.update(content)
    return found.hexdigest()


def source_digest(path: Path) -> str:
    """Return the digest of an application: its name as a file, its sources, and their places.

    Of the neighbours of a single file only the names count: which of them were read is known
    after the analysis (see ``reads_digest``).
    """
    real = Path(os.path.realpath(path))
    is_single = real.is_file()
    root = real.parent if is_single else real
    found = hashlib.sha256((real.name if is_single else "/").encode("utf-8", "surrogateescape"))
    for name in list_sources(root):
        found.update(name.encode("utf-8", "surrogateescape") + b"\0")
        if not is_single or name == real.name:
            found.update(_digest(root, name, MAX_SOURCE_BYTES).encode())
    return found.hexdigest()


def reads_digest(path: Path, names: Iterable[str]) -> dict[str, str | None]:
    """Return the digests of files as an analysis reads them; None where there is none to read."""
    real = Path(os.path.realpath(path))
    root = real.parent if real.is_file() else real
    made: dict[str, str | None] = {}
    for name in names:
        limit = MAX_SOURCE_BYTES if name.endswith((".py", ".ipynb", ".pyw")) else MAX_DATA_BYTES
        found = _digest(root, name, limit)
        made[name] = found or None
    return made


def _digest(root: Path, name: str, limit: int) -> str:
    try:
        return hashlib.sha256(read_bytes(root, name, limit)).hexdigest()
    except FileRefusedError:
        return ""
