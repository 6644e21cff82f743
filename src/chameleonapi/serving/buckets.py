"""Folders of this machine that stand for buckets of Cloud Storage and S3.

Nothing is fetched. A key leads to a plain file within its folder and nowhere else: each part is
opened relative to the one before it, and no link is followed, so that neither ``..`` nor a link
that somebody puts there while a request is under way leads out.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, final

from chameleonapi.errors import UsageError
from chameleonapi.serving.wire.stored import (
    MissingObjectError,
    ReadObject,
    TooLargeObjectError,
    UnknownBucketError,
)

__all__ = ["Buckets"]

# What both providers allow as a name, and a little more.
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_MAX_KEY: Final = 1024  # bytes, of both providers
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
# A pipe would keep whoever opens it waiting.
_FILE: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@final
class Buckets:
    """Reads objects of the buckets that are allowed.

    Args:
        folders: by the name of the bucket.
        max_bytes: what the objects of one call may have together.

    Raises:
        UsageError: if a name cannot be a bucket's, a folder is not there, or this system
            cannot open files relative to folders.
    """

    def __init__(self, folders: Mapping[str, Path], *, max_bytes: int = 40 << 20) -> None:
        if folders and os.open not in os.supports_dir_fd:
            raise UsageError("this system cannot keep the reading of buckets within their folders.")
        for name, folder in folders.items():
            if not _NAME.fullmatch(name):
                raise UsageError(f"{name!r} cannot be the name of a bucket.")
            if not folder.is_dir():
                raise UsageError(
                    f"the bucket {name} was to be {os.fspath(folder)!r}, which is no folder.",
                    hint="Give NAME=FOLDER with a folder that is there.",
                )
        self._max_bytes = max_bytes
        self._folders = {name: folder.resolve() for name, folder in folders.items()}

    def __bool__(self) -> bool:
        return bool(self._folders)

    def reader(self) -> ReadObject:
        """Return what reads the objects of one call."""
        left = self._max_bytes

        def read(bucket: str, key: str, most: int) -> bytes:
            nonlocal left
            content = self.read(bucket, key, min(most, left))
            left -= len(content)
            return content

        return read

    def read(self, bucket: str, key: str, max_bytes: int) -> bytes:
        """Return an object.

        Raises:
            UnknownBucketError, MissingObjectError, TooLargeObjectError: see there.
        """
        folder = self._folders.get(bucket)
        if folder is None:
            raise UnknownBucketError("This bucket is not allowed here.")
        parts = key.split("/")
        if (
            not 0 < len(key.encode("utf-8", "replace")) <= _MAX_KEY
            or "\0" in key
            or any(one in {"", ".", ".."} for one in parts)
        ):
            raise MissingObjectError("There is no such object.")
        try:
            with _opened(folder, parts) as file:
                size = os.fstat(file).st_size
                if size > max_bytes:
                    raise TooLargeObjectError(f"The object has {size:,} bytes.")
                return _content(file, size)
        except (OSError, ValueError):
            raise MissingObjectError("There is no such object.") from None


@contextlib.contextmanager
def _opened(folder: Path, parts: list[str]) -> Iterator[int]:
    """Yield a plain file, opened step by step."""
    with contextlib.ExitStack() as opened:
        here = os.open(folder, _FOLDER)
        opened.callback(os.close, here)
        for part in parts[:-1]:
            here = os.open(part, _FOLDER, dir_fd=here)
            opened.callback(os.close, here)
        file = os.open(parts[-1], _FILE, dir_fd=here)
        opened.callback(os.close, file)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError("no plain file")
        yield file


def _content(file: int, size: int) -> bytes:
    """Read what the file held when it was opened; one that shrinks meanwhile ends early."""
    pieces, left = [], size
    while left and (piece := os.read(file, left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
