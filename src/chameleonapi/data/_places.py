"""Files that a dataset names: inside its folder, whatever its lines and links say."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

from chameleonapi.errors import DataError

__all__ = ["PICTURE_SUFFIXES", "checked_file", "is_picture_name"]

PICTURE_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
)


def is_picture_name(path: Path) -> bool:
    """Whether a file's name says that it is a picture, and it is not hidden."""
    return path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".")


def checked_file(root: Path, name: str, *, where: str) -> Path:
    """Return the file ``name`` below ``root``, which must be resolved already.

    Raises:
        DataError: if it is missing, or lies outside the folder by its name or by a link.
    """
    pure = PurePosixPath(name.replace("\\", "/"))
    outside = DataError(
        f"{where}: the file {name!r} lies outside the dataset's folder.",
        hint="Copy it into the folder and name it relative to the folder.",
    )
    if not pure.parts or "\0" in name or pure.is_absolute() or ".." in pure.parts:
        raise outside
    if ":" in pure.parts[0]:  # a drive of Windows
        raise outside
    path = root.joinpath(*pure.parts)
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):  # a loop of links is a RuntimeError before Python 3.13
        raise DataError(
            f"{where}: the file {name!r} does not exist.",
            hint="Restore the file or remove its line.",
        ) from None
    if not real.is_relative_to(root):
        raise outside
    if not real.is_file():
        raise DataError(f"{where}: {name!r} is no file.", hint="Name a picture file.")
    return path
