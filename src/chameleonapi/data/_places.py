"""Files that a dataset names: inside its folder, whatever its lines and links say."""

from __future__ import annotations

from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Final

from chameleonapi.errors import DataError

__all__ = ["PICTURE_SUFFIXES", "Refusal", "checked_file", "is_picture_name", "locate"]

PICTURE_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
)


class Refusal(Enum):
    """Why a named file is not taken."""

    OUTSIDE = "outside"
    MISSING = "missing"
    NO_FILE = "no file"


def is_picture_name(path: Path) -> bool:
    """Whether a file's name says that it is a picture, and it is not hidden."""
    return path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".")


def locate(root: Path, name: str) -> Path | Refusal:
    """Return the file ``name`` below ``root``, which must be resolved already, or why not."""
    pure = PurePosixPath(name.replace("\\", "/"))
    if not pure.parts or "\0" in name or pure.is_absolute() or ".." in pure.parts:
        return Refusal.OUTSIDE
    if ":" in pure.parts[0]:  # a drive of Windows
        return Refusal.OUTSIDE
    path = root.joinpath(*pure.parts)
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        # A loop of links is a RuntimeError before Python 3.13; a name that is no text a ValueError.
        return Refusal.MISSING
    if not real.is_relative_to(root):
        return Refusal.OUTSIDE
    return path if real.is_file() else Refusal.NO_FILE


def checked_file(root: Path, name: str, *, where: str) -> Path:
    """Return the file ``name`` below ``root``, which must be resolved already.

    Raises:
        DataError: if it is missing, or lies outside the folder by its name or by a link.
    """
    found = locate(root, name)
    if found is Refusal.OUTSIDE:
        raise DataError(
            f"{where}: the file {name!r} lies outside the dataset's folder.",
            hint="Copy it into the folder and name it relative to the folder.",
        )
    if found is Refusal.MISSING:
        raise DataError(
            f"{where}: the file {name!r} does not exist.",
            hint="Restore the file or remove its line.",
        )
    if found is Refusal.NO_FILE:
        raise DataError(f"{where}: {name!r} is no file.", hint="Name a picture file.")
    assert isinstance(found, Path)
    return found
