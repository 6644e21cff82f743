"""Small YAML files from strangers, read without building any object."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from chameleonapi.errors import DataError, MissingPackageError

__all__ = ["parse_yaml", "read_yaml"]

_MOST_BYTES: Final = 4 * 1024 * 1024


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises:
        DataError: if it is large or no YAML.
        MissingPackageError: if PyYAML is not installed.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path} is larger than {_MOST_BYTES:,} bytes.", hint="Shorten it.")
        return parse_yaml(path.read_text("utf-8-sig"), where=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Save it as UTF-8.") from None


def parse_yaml(text: str, *, where: str) -> Any:
    """Parse YAML; aliases are refused, since a few of them can stand for gigabytes."""
    try:
        import yaml
    except ImportError:
        raise MissingPackageError(
            "PyYAML", needed_for="data with YAML files", install="pip install 'chameleonapi[data]'"
        ) from None
    try:
        if any(isinstance(one, yaml.AliasToken) for one in yaml.scan(text)):
            raise DataError(f"{where} uses aliases.", hint="Write the values out.")
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        shown = " ".join(str(error).split())[:200]
        raise DataError(f"{where} is no YAML: {shown}.", hint="Correct the file.") from None
