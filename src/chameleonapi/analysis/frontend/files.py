"""Reading files of the application: real files inside its folder, and no larger than sensible."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

__all__ = ["MAX_DATA_BYTES", "MAX_SOURCE_BYTES", "FileRefusedError", "list_sources", "read_bytes"]

MAX_SOURCE_BYTES = 2_000_000
MAX_DATA_BYTES = 4_000_000
_MAX_FILES = 10_000
_MAX_ENTRIES = 200_000
_SKIPPED = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        ".tox",
        ".nox",
        ".venv",
        "venv",
        "env",
        "virtualenv",
        "node_modules",
        "site-packages",
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".ipynb_checkpoints",
        "dist-packages",
        ".eggs",
    ]
)


class FileRefusedError(ValueError):
    """A file is not read; the message says why, as the end of a sentence."""


def read_bytes(root: Path, relative: str, limit: int) -> bytes:
    """Return the contents of a file below ``root``.

    Raises:
        FileRefusedError: if it is outside, no regular file, too large or unreadable.
    """
    parts = PurePosixPath(relative).parts
    if not parts or ".." in parts or relative.startswith("/") or "\0" in relative:
        raise FileRefusedError("it is outside the application's folder")
    path = root.joinpath(*parts)
    try:
        real = Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise FileRefusedError(f"it cannot be read ({type(error).__name__})") from None
    if not real.is_relative_to(root):
        raise FileRefusedError("it is a link that leads out of the application's folder")
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to must not hang
        handle = os.open(
            real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        )
    except PermissionError:
        raise FileRefusedError("there is no permission to read it") from None
    except (OSError, ValueError) as error:
        raise FileRefusedError(f"it cannot be read ({type(error).__name__})") from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)  # fdopen refuses a folder, and leaves it open
        raise FileRefusedError("it is not a regular file")
    with os.fdopen(handle, "rb") as file:
        if status.st_size > limit:
            raise FileRefusedError(f"it is larger than {limit:,} bytes")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise FileRefusedError(f"it is larger than {limit:,} bytes")
    return content


def list_sources(root: Path) -> Iterator[str]:
    """Yield the Python files and notebooks below a folder, in a fixed order, as posix paths."""
    count = seen = 0
    for folder, names, files in os.walk(root, followlinks=False):
        names[:] = sorted(n for n in names if n not in _SKIPPED and not n.endswith(".egg-info"))
        if "pyvenv.cfg" in files and Path(folder) != root:
            names[:] = []
            continue
        for name in sorted(files):
            seen += 1
            if seen > _MAX_ENTRIES:
                return
            if name.endswith((".py", ".ipynb", ".pyw")):
                count += 1
                if count > _MAX_FILES:
                    return
                yield Path(folder, name).relative_to(root).as_posix()
