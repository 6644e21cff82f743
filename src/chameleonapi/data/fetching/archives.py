"""The files of a repository at one commit, from GitHub's archive or from a clone.

Nothing is unpacked: members are read by name, and what is written is named by the caller.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final, Protocol, final

from chameleonapi.data._places import locate
from chameleonapi.errors import DataError, InputError

__all__ = ["ClonedFiles", "RepositoryFiles", "ZippedFiles"]

_MOST_MEMBERS: Final = 1_000_000


class RepositoryFiles(Protocol):
    """Files by their path in a repository."""

    def names(self) -> Iterator[str]:
        """Yield the paths of all files, sorted."""
        ...

    def read(self, name: str, *, max_bytes: int) -> bytes | None:
        """Return a file's content, or None if it is not there.

        Raises:
            InputError: if it is longer than ``max_bytes`` or damaged.
        """
        ...


@final
class ZippedFiles:
    """An archive as GitHub makes it: everything below one folder ``NAME-COMMIT``.

    Raises:
        DataError: if it is no such archive, or of another commit.
    """

    def __init__(self, path: Path, commit: str) -> None:
        hint = "Remove it and fetch it again."
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError) as error:
            raise DataError(f"{path} is no zip archive: {error}.", hint=hint) from None
        self._path = path
        infos = self._zip.infolist()
        tops = {one.filename.partition("/")[0] for one in infos}
        top = min(tops, default="")
        if len(infos) > _MOST_MEMBERS or len(tops) != 1 or f"-{commit}" not in top:
            raise DataError(
                f"{path} holds {', '.join(sorted(tops)[:3]) or 'nothing'}, but one folder of the "
                f"commit {commit} was expected.",
                hint=hint,
            )
        self._infos = {
            one.filename.removeprefix(f"{top}/"): one
            for one in infos
            if not one.is_dir() and ".." not in PurePosixPath(one.filename).parts
        }

    def names(self) -> Iterator[str]:
        """Yield the paths of all files, sorted."""
        yield from sorted(self._infos)

    def read(self, name: str, *, max_bytes: int) -> bytes | None:
        """Return a file's content, or None; a size that is a lie is found out too."""
        info = self._infos.get(name)
        if info is None:
            return None
        try:
            with self._zip.open(info) as file:
                content = file.read(max_bytes + 1)
        except Exception as error:  # noqa: BLE001  damage raises errors of zlib, lzma, struct, ...
            raise InputError(f"{self._path.name}: {name} is damaged: {error}.") from None
        if len(content) > max_bytes:
            raise InputError(f"{self._path.name}: {name} is longer than {max_bytes:,} bytes.")
        return content


@final
class ClonedFiles:
    """A folder with the repository's files; links that lead out of it are not followed."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()

    def names(self) -> Iterator[str]:
        """Yield the paths of all files, sorted."""
        files = (one for one in self._root.rglob("*") if one.is_file())
        yield from sorted(one.relative_to(self._root).as_posix() for one in files)

    def read(self, name: str, *, max_bytes: int) -> bytes | None:
        """Return a file's content, or None."""
        found = locate(self._root, name)
        if not isinstance(found, Path):
            return None
        if found.stat().st_size > max_bytes:
            raise InputError(f"{name} is longer than {max_bytes:,} bytes.")
        return found.read_bytes()
