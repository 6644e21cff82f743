"""A quick look at a source: its folders and the files that may describe its pictures."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chameleonapi.data._places import is_picture_name

__all__ = ["Look", "look_at", "walk_pictures", "walk_texts"]

_SUFFIXES: Final = frozenset(
    {".csv", ".json", ".jsonl", ".ndjson", ".manifest", ".yaml", ".yml", ".names"}
    | {".arrow", ".parquet", ".md", ".xml", ".txt"}
)
_DEEPEST: Final = 4
_MOST_OF_ONE_KIND: Final = 200
_MOST_ENTRIES: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """What a quick look finds.

    Attributes:
        path: the file or folder, resolved.
        files: files that may describe pictures, at most 200 of a suffix in a folder, sorted.
        folders: folders down to the fourth level, sorted.
    """

    path: Path
    files: tuple[Path, ...]
    folders: tuple[Path, ...]

    def with_suffix(self, *suffixes: str) -> tuple[Path, ...]:
        """Return the files with one of these suffixes."""
        return tuple(one for one in self.files if one.suffix.lower() in suffixes)

    def named(self, *names: str) -> tuple[Path, ...]:
        """Return the files with one of these names."""
        return tuple(one for one in self.files if one.name in names)

    def folders_named(self, name: str) -> tuple[Path, ...]:
        """Return the folders with this name, whatever its case."""
        return tuple(one for one in self.folders if one.name.lower() == name)


def look_at(path: Path) -> Look:
    """Look at a file, or at a folder down to the fourth level; links are not followed."""
    if not path.is_dir():
        return Look(path, (path,), ())
    files: list[Path] = []
    folders: list[Path] = []
    wave = [path]
    seen = 0
    for _ in range(_DEEPEST):
        below: list[Path] = []
        for folder in wave:
            kinds: Counter[str] = Counter()
            for entry in _scan(folder):
                seen += 1
                if entry.is_dir(follow_symlinks=False):
                    below.append(Path(entry.path))
                    continue
                suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122  millions of them
                kinds[suffix] += 1
                if suffix in _SUFFIXES and kinds[suffix] <= _MOST_OF_ONE_KIND:
                    files.append(Path(entry.path))
            if seen > _MOST_ENTRIES:
                break
        folders += below
        wave = below
    return Look(path, tuple(sorted(files)), tuple(sorted(folders)))


def walk_pictures(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that are named like pictures, sorted; no links to folders."""
    return _walk(folder, is_picture_name)


def walk_texts(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder whose names end with ``.txt``, as ``walk_pictures`` does."""
    return _walk(folder, lambda path: path.suffix.lower() == ".txt")


def _walk(folder: Path, is_wanted: Callable[[Path], bool]) -> Iterator[Path]:
    for place, below, names in os.walk(folder):
        below[:] = sorted(one for one in below if not one.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if is_wanted(path):
                yield path


def _scan(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from (one for one in entries if not one.name.startswith("."))
    except PermissionError:
        return
