"""Archives from strangers: unpacked in memory, within a bound."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["open_tar_gz"]

_MOST_UNPACKED: Final = 128 * 1024 * 1024


@contextmanager
def open_tar_gz(packed: bytes) -> Iterator[tarfile.TarFile]:
    """Open an archive after all of it was unpacked, so that nothing in it can grow any more.

    Reading one piece by piece does not bound it: a header may name a size of its own.

    Raises:
        OSError: if it is damaged, or unpacks to more than 128 MiB.
        tarfile.TarError: if what is packed is no archive.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            content = file.read(_MOST_UNPACKED + 1)
    except (EOFError, zlib.error) as error:
        raise OSError(f"it is damaged ({error})") from None
    if len(content) > _MOST_UNPACKED:
        raise OSError(f"it unpacks to more than {_MOST_UNPACKED:,} bytes")
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        yield archive
