"""The photo benchmark, assembled from three public sets of photographs.

The table ``index.csv`` has the columns path, source, split, labels (joined by ``|``, coarse to
fine) and contributor.
"""

from __future__ import annotations

import csv
import errno
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chameleonapi.data.fetching.archives import ClonedFiles, RepositoryFiles, ZippedFiles
from chameleonapi.data.fetching.http import Fetcher, checked_address
from chameleonapi.data.pictures import MAX_BYTES, shrink_picture
from chameleonapi.errors import DataError, InputError

__all__ = ["ARCHIVES", "REPOSITORIES", "PhotosResult", "Repository", "assemble_photos"]

ARCHIVES: Final = "https://codeload.github.com"
SHORT_SIDE: Final = 192
_QUALITY: Final = 80
_MOST_ARCHIVE_BYTES: Final = 4 * 1024**3
_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*")
_GROCERY: Final = re.compile(
    r"dataset/(train|val|test)/((?:[^/]+/){1,3})([^/]+\.jpe?g)", re.IGNORECASE
)
_TRASH: Final = re.compile(r"dataset-resized/([^/]+)/([^/]+\.jpe?g)", re.IGNORECASE)
_NO_LABEL: Final = frozenset({"Not sure", "Other", "Skip"})
_COLUMNS: Final = ("path", "source", "split", "labels", "contributor")

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Repository:
    """One of the public sets.

    Attributes:
        source: our name of it.
        owner, name, commit: on GitHub.
        licence: what it says about the use of its photographs.
    """

    source: str
    owner: str
    name: str
    commit: str
    licence: str


REPOSITORIES: Final = (
    Repository(
        "grocery",
        "marcusklasson",
        "GroceryStoreDataset",
        "fc80ba90f803",
        "Grocery Store Dataset by Marcus Klasson and others, MIT licence.",
    ),
    Repository(
        "trash",
        "congduytran12",
        "Trash-Classification-",
        "00212f2c18dc",
        "trashnet by Gary Thung and Mindy Yang, MIT licence (a copy of its resized pictures).",
    ),
    Repository(
        "clothing",
        "alexeygrigorev",
        "clothing-dataset",
        "7ed86a9cc567",
        "Clothing dataset by Alexey Grigorev and contributors, free for any use (CC0).",
    ),
)


@dataclass(frozen=True, slots=True)
class _Photo:
    name: str  # in the repository
    path: str  # in the set
    split: str
    labels: tuple[str, ...]
    contributor: str = ""


@dataclass(frozen=True, slots=True)
class PhotosResult:
    """What was assembled.

    Attributes:
        counts: photographs of each source.
        left_out: photographs that were not taken, each with the reason.
    """

    counts: dict[str, int]
    left_out: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"counts": self.counts, "left_out": self.left_out}


def assemble_photos(
    output: str | Path,
    *,
    clones: str | Path | None = None,
    archives: str = ARCHIVES,
    fetcher: Fetcher | None = None,
    advance: Advance | None = None,
) -> PhotosResult:
    """Fetch the three sets at their commits and reduce their photographs.

    An interrupted call goes on where it was; ``index.csv`` is written last.

    Args:
        output: the folder of the set.
        clones: a folder with a clone or an unpacked archive of each, by its name or with its
            commit; nothing is fetched then.
        archives: where GitHub's archives lie.
        fetcher: how patient to be.
        advance: told how many photographs are done.

    Raises:
        DataError: if a set cannot be had, is of another layout, or the disk is full.
    """
    checked_address(archives)
    folder = Path(output)
    counts: Counter[str] = Counter()
    left_out: dict[str, str] = {}
    rows: list[tuple[str, ...]] = []
    for one in REPOSITORIES:
        files = _files(one, folder, clones, archives, fetcher or Fetcher())
        before = len(rows)
        for photo in _PLANS[one.source](files):
            problem = _take(files, photo, folder)
            if problem:
                left_out[f"{one.source}: {photo.name}"] = problem
                continue
            labels = "|".join(photo.labels)
            rows.append((photo.path, one.source, photo.split, labels, photo.contributor))
            counts[one.source] += 1
            if advance is not None:
                advance(len(rows))
        if len(rows) == before:
            raise DataError(
                f"no photograph of {one.owner}/{one.name} was found.",
                hint=f"The layout of the commit {one.commit} is expected.",
            )
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerows([_COLUMNS, *rows])
    _write(folder / "LICENCES.md", _licences().encode())
    _write(folder / "index.csv", table.getvalue().encode())
    return PhotosResult(dict(counts), left_out)


def _files(
    one: Repository, folder: Path, clones: str | Path | None, archives: str, fetcher: Fetcher
) -> RepositoryFiles:
    if clones is None:
        path = folder / ".archives" / f"{one.name}-{one.commit}.zip"
        address = f"{archives}/{one.owner}/{one.name}/zip/{one.commit}"
        fetcher.fetch(address, path, max_bytes=_MOST_ARCHIVE_BYTES)
        return ZippedFiles(path, one.commit)
    top = Path(clones)
    unpacked = sorted(top.glob(f"{one.name}-{one.commit}*"))
    for found in (top / one.name, *unpacked, top / one.source):
        if found.is_dir():
            return ClonedFiles(found)
        if found.suffix == ".zip" and found.is_file():
            return ZippedFiles(found, one.commit)
    raise DataError(
        f"{top} holds no folder {one.name}.",
        hint=f"Clone {one.owner}/{one.name} there at the commit {one.commit}.",
    )


def _grocery(files: RepositoryFiles) -> Iterator[_Photo]:
    for name in files.names():
        found = _GROCERY.fullmatch(name)
        if found:
            labels = tuple(found[2].strip("/").split("/"))
            path = "/".join(("grocery", found[1], *labels, found[3]))
            yield _Photo(name, path, found[1], labels)


def _trash(files: RepositoryFiles) -> Iterator[_Photo]:
    for name in files.names():
        found = _TRASH.fullmatch(name)
        if found:
            yield _Photo(name, f"trash/{found[1]}/{found[2]}", "", (found[1],))


def _clothing(files: RepositoryFiles) -> Iterator[_Photo]:
    table = files.read("images.csv", max_bytes=MAX_BYTES) or b""
    rows = csv.DictReader(io.StringIO(table.decode("utf-8", errors="replace")))
    for row in rows:
        image, label = row.get("image") or "", row.get("label") or ""
        if label not in _NO_LABEL:
            path = f"clothing/{label}/{image}.jpg"
            yield _Photo(f"images/{image}.jpg", path, "", (label,), row.get("sender_id") or "")


_PLANS: Final = {"grocery": _grocery, "trash": _trash, "clothing": _clothing}


def _take(files: RepositoryFiles, photo: _Photo, folder: Path) -> str:
    """Write one photograph, and return why not if it was left out."""
    if not all(_SAFE.fullmatch(part) for part in photo.path.split("/")):
        return "its name could lead elsewhere"
    target = folder.joinpath(*photo.path.split("/"))
    if target.is_file():
        return ""
    try:
        content = files.read(photo.name, max_bytes=MAX_BYTES)
        if content is None:
            return "not there"
        _write(target, shrink_picture(content, SHORT_SIDE, quality=_QUALITY))
    except InputError as error:
        return error.message
    return ""


def _write(target: Path, content: bytes) -> None:
    partial = target.with_name(f"{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno != errno.ENOSPC:
            raise
        raise DataError(
            f"there is no space left to write {target}.",
            hint="Free some space and run the same command again: it goes on from here.",
        ) from None


def _licences() -> str:
    lines = [
        f"- `{one.source}`: {one.licence} github.com/{one.owner}/{one.name} at {one.commit}."
        for one in REPOSITORIES
    ]
    head = "Photographs of three public sets, their short side reduced to 192 pixels.\n\n"
    return head + "\n".join(lines) + "\n"
