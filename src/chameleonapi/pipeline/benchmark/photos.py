"""Real photographs in a folder with ``index.csv``: shop shelves, waste and garments.

The columns are path, source (grocery, trash or clothing), split (of the published set),
labels from coarse to fine joined by ``|``, and contributor.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import torch

from chameleonapi.analysis import Vocabulary
from chameleonapi.data import read_square
from chameleonapi.errors import DataError
from chameleonapi.models import Backbone, FeatureCache
from chameleonapi.pipeline.benchmark.division import Division, counts, pool_division
from chameleonapi.pipeline.progress import Progress
from chameleonapi.training import FeatureSet

__all__ = ["PhotoCollection", "labels_of", "load_photos"]

_COLUMNS: Final = ("path", "source", "split", "labels", "contributor")
_PARENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Fruit": ("Produce", "Food"),
    "Vegetables": ("Produce", "Food"),
    "Packages": ("Package", "Product"),
}
_WORN: Final = {"Shoes": "Footwear"}
_SPELT: Final = {"T-Shirt": "T-shirt"}
# Of the published training photographs, so that the provider has at most a third of a source.
_GROCERY_SHARE: Final = 0.6


def labels_of(source: str, labels: str) -> tuple[str, ...]:
    """Return all true labels of a photograph as an API would write them, those above included."""
    found = [_spell(one) for one in labels.split("|") if one]
    if source == "grocery":
        found += [above for one in found[:1] for above in _PARENTS.get(one, ())]
    if source == "clothing" and found:
        found.append(_WORN.get(found[0], "Clothing"))
    return tuple(dict.fromkeys(found))


def _spell(name: str) -> str:
    if name in _SPELT:
        return _SPELT[name]
    words = name.replace("-", " ").strip()
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, eq=False)
class PhotoCollection:
    """Photographs without copies, and their rows of the index."""

    pictures: FeatureSet
    rows: tuple[Mapping[str, str], ...]
    name: str = "photographs"

    @property
    def digest(self) -> str:
        """SHA-256 of features, labels and index."""
        running = hashlib.sha256(self.pictures.digest.encode())
        for row in self.rows:
            running.update(repr([row[one] for one in _COLUMNS]).encode())
        return running.hexdigest()

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels that occur."""
        return Vocabulary("photos", "1", self.pictures.labels, is_complete=True)

    @cached_property
    def _clusters(self) -> tuple[str, ...]:
        """Photographs of one contributor are alike; the others stand for themselves."""
        return tuple(
            (row["contributor"] and f"{row['source']}/{row['contributor']}") or digest
            for row, digest in zip(self.rows, self.pictures.digests, strict=True)
        )

    def divide(self, setting: str, seed: int, *, development: bool = False) -> Division:
        """Return the parts of one seed."""
        if setting == "same-pool":
            return pool_division(self.pictures, self._clusters, seed, development=development)
        provider, own = self._sides(seed)
        sixth, half = len(provider) // 6, len(own) // 2
        digests = self.pictures.digests
        test = [one for one in own[half:] if counts(digests[one], development=development)]
        return Division(
            (self.pictures.select(provider[sixth:]), self.pictures.select(provider[:sixth])),
            self.pictures.select(own[:half]),
            None,
            self.pictures.select(test),
            tuple(self._clusters[one] for one in test),
        )

    def _sides(self, seed: int) -> tuple[list[int], list[int]]:
        """Return what the provider has, at most a third, and what the application has.

        Clothing is divided by contributor, waste by content; of the shops, the application has
        the published test photographs, and the provider some of the others.
        """
        provider: list[int] = []
        own: list[int] = []
        for index, row in enumerate(self.rows):
            place = _place(seed, row["contributor"] or self.pictures.digests[index])
            if row["source"] != "grocery":
                (provider if place < 1 / 3 else own).append(index)
            elif row["split"] == "test":
                own.append(index)
            elif place < _GROCERY_SHARE:
                provider.append(index)
        generator = random.Random(seed)  # noqa: S311 - a split, not a secret
        generator.shuffle(provider)
        generator.shuffle(own)
        return provider[: len(self.rows) // 3], own


def _place(seed: int, key: str) -> float:
    digest = hashlib.sha256(f"{seed}/{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def load_photos(
    folder: Path, backbone: Backbone, cache: Path, progress: Progress
) -> PhotoCollection:
    """Read the index and compute the features, or take them from the cache.

    Raises:
        DataError: if the index is missing or damaged, or names a file that is not there or
            lies outside the folder.
    """
    rows = _read_index(folder)
    named = [labels_of(row["source"], row["labels"]) for row in rows]
    labels = tuple(sorted({label for some in named for label in some}))
    files = [_inside(folder, row["path"]) for row in rows]
    with progress.step(f"features of {len(rows)} photographs") as advance:
        found = FeatureCache(cache, backbone, read_square).compute(
            [one.read_bytes for one in files], advance=advance
        )
    column = {label: index for index, label in enumerate(labels)}
    present = torch.zeros(len(rows), len(labels), dtype=torch.bool)
    for index, some in enumerate(named):
        present[index, [column[label] for label in some]] = True
    paths = tuple(row["path"] for row in rows)
    every = FeatureSet(
        labels, paths, found.digests, found.features, present, torch.ones_like(present), paths
    )
    keep = _first_of_each(found.digests)
    return PhotoCollection(every.select(keep), tuple(rows[one] for one in keep))


def _first_of_each(digests: Sequence[str]) -> list[int]:
    """One content, one example: a copy must not stand on both sides of a split."""
    first: dict[str, int] = {}
    for index, digest in enumerate(digests):
        first.setdefault(digest, index)
    return list(first.values())


def _read_index(folder: Path) -> list[Mapping[str, str]]:
    path = folder / "index.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [one for one in _COLUMNS if one not in (reader.fieldnames or ())]
            rows = [] if missing else list(_complete(reader, path))
    except OSError as error:
        raise DataError(
            f"the index {path} cannot be read: {error.strerror}.",
            hint="Name the folder with index.csv and the photographs: --data.",
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is no CSV in UTF-8: {error}.", hint="Make it again.") from None
    if missing or not rows:
        what = f"has no column {', '.join(missing)}" if missing else "lists no photograph"
        raise DataError(f"{path} {what}.", hint=f"Its columns are {', '.join(_COLUMNS)}.")
    return rows


def _complete(reader: Iterable[dict[str, str | None]], path: Path) -> Iterable[Mapping[str, str]]:
    for number, row in enumerate(reader, 2):
        filled = {one: row[one] or "" for one in _COLUMNS}
        if not filled["path"] or not filled["labels"]:
            raise DataError(
                f"{path}, line {number}: a photograph needs a path and a label.",
                hint="Complete the line or take it out.",
            )
        yield filled


def _inside(folder: Path, path: str) -> Path:
    root = folder.resolve()
    found = (root / path).resolve()
    if not found.is_relative_to(root) or not found.is_file():
        raise DataError(
            f"{folder / 'index.csv'} names {path!r}, which is no file in the folder.",
            hint="Assemble the folder again.",
        )
    return found
