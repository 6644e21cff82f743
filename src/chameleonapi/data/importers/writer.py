"""A dataset written picture by picture as a new folder: all of it or nothing."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TextIO, final

from chameleonapi.data._jsonl_folder import LINES_FILE, example_record, load_jsonl_folder
from chameleonapi.data.examples import Dataset, Example
from chameleonapi.data.folders import write_header
from chameleonapi.data.hierarchy import Parents
from chameleonapi.errors import DataError

__all__ = ["DatasetWriter", "picture_suffix"]

_MARKS: Final = (
    (b"\xff\xd8", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"II", ".tif"),
    (b"MM", ".tif"),
)
_IN_A_FOLDER: Final = 10_000


def picture_suffix(content: bytes) -> str:
    """Return the suffix that fits what a picture is, whatever it was called."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ".webp"
    return next((suffix for mark, suffix in _MARKS if content.startswith(mark)), ".img")


@final
class DatasetWriter:
    """Writes below a hidden folder, which gets its name when everything is there.

    Raises:
        DataError: if the folder exists, or the disk is full; then nothing is left behind.
    """

    def __init__(self, target: Path) -> None:
        if target.exists():
            raise DataError(f"{target} exists already.", hint="Choose another folder.")
        self._target = target
        self._partial = target.parent / f".{target.name}.{uuid.uuid4().hex}.partial"
        self._lines: TextIO | None = None
        self._count = 0

    def __enter__(self) -> DatasetWriter:
        with _told(self._target):
            self._partial.mkdir(parents=True)
            self._lines = (self._partial / LINES_FILE).open("w", encoding="utf-8", newline="\n")
        return self

    def __exit__(self, *_: object) -> None:
        if self._lines is not None:
            with suppress(OSError):  # the disk is full, which was said before
                self._lines.close()
        shutil.rmtree(self._partial, ignore_errors=True)

    def add(self, one: Example, content: bytes, parents: Parents) -> None:
        """Write one example with its picture."""
        assert self._lines is not None
        folder = f"pictures/{self._count // _IN_A_FOLDER:04d}"
        name = f"{folder}/{self._count:08d}{picture_suffix(content)}"
        with _told(self._target):
            if self._count % _IN_A_FOLDER == 0:
                (self._partial / folder).mkdir(parents=True, exist_ok=True)
            (self._partial / name).write_bytes(content)
            self._lines.write(example_record(one, name, parents) + "\n")
        self._count += 1

    def finish(
        self,
        labels: Sequence[str],
        parents: Parents,
        *,
        name: str,
        attribution: str,
        origin: Mapping[str, Any],
    ) -> Dataset:
        """Write the header, read everything back, and give the folder its name."""
        assert self._lines is not None
        with _told(self._target):
            self._lines.flush()
            os.fsync(self._lines.fileno())
            self._lines.close()
        read = load_jsonl_folder(self._partial)
        dataset = replace(
            read,
            labels=tuple(labels),
            parents=dict(parents),
            name=name,
            attribution=attribution,
        )
        with _told(self._target):
            write_header(self._partial, dataset, origin=origin)
            self._partial.rename(self._target)
        return dataset


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise DataError(
            f"there is no space left to write {target}: {error.strerror}.",
            hint="Free some space or choose another disk; nothing half-written was left, "
            "and the source is untouched.",
        ) from None
