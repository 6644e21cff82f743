"""Files and folders that are there whole or not at all, whatever ends the process."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["discard_folder", "json_bytes", "read_plain", "replace_file", "store_folder", "sweep"]

_PART: Final = ".part-"
_GONE: Final = ".gone-"


def json_bytes(data: Any) -> bytes:
    """Return a record as it is stored; equal records give equal bytes."""
    return (json.dumps(data, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def read_plain(path: Path, most: int) -> bytes:
    """Return what is in an ordinary file.

    A folder that somebody else made may hold devices and pipes, which have no end and no size.

    Args:
        path: of the file; a link is followed.
        most: bytes that it may have.

    Raises:
        OSError: if it cannot be read, is no ordinary file, or is larger.
    """
    # Without O_NONBLOCK a pipe that nobody writes to would be waited for.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        opened = os.fstat(file.fileno())
        if not stat.S_ISREG(opened.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        if opened.st_size > most:
            raise OSError(errno.EFBIG, f"it has more than {most:,} bytes")
        return file.read(opened.st_size)


def store_folder(target: Path, contents: Mapping[str, bytes]) -> None:
    """Write a folder of files, unless it is there already."""
    if target.is_dir():
        return
    temporary = Path(tempfile.mkdtemp(prefix=_PART, dir=target.parent))
    try:
        for file, content in contents.items():
            _write(temporary / file, content)
        temporary.chmod(0o755)
        _rename_folder(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def discard_folder(folder: Path) -> None:
    """Remove a folder; what is left of it after an interruption has another name."""
    gone = folder.with_name(_GONE + folder.name)
    try:
        folder.rename(gone)
    except FileNotFoundError:
        return
    _sync_folder(folder.parent)
    shutil.rmtree(gone, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what interrupted processes left; nobody may be writing there."""
    for prefix in (_PART, _GONE):
        for one in folder.glob(f"{prefix}*"):
            shutil.rmtree(one, ignore_errors=True)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in the place of another, if there is one."""
    temporary = path.with_name(f".{path.name}.part-{os.getpid()}")
    _write(temporary, content)
    temporary.replace(path)
    _sync_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _rename_folder(temporary: Path, target: Path) -> None:
    try:
        temporary.rename(target)
    except OSError:
        # Somebody else has just stored the same content: theirs is as good as ours.
        if not target.is_dir():
            raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
