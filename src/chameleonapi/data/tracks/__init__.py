"""Texts with known labels, put together from packages for a benchmark or a first try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from chameleonapi.data.examples import Dataset
from chameleonapi.data.tracks import entities, sentiment, topics
from chameleonapi.data.tracks.packages import Package

__all__ = ["TRACKS", "Package", "packages_of", "read_track"]

_READERS: Final[Mapping[str, tuple[Callable[[Path], Dataset], tuple[Package, ...]]]] = {
    "topics": (topics.read_topics, topics.PACKAGES),
    "sentiment": (sentiment.read_sentiment, sentiment.PACKAGES),
    "entities": (entities.read_entity_track, entities.PACKAGES),
}
TRACKS: Final = tuple(_READERS)


def packages_of(track: str) -> tuple[Package, ...]:
    """Return the packages that a track is made from."""
    return _READERS[track][1]


def read_track(track: str, packages: Path) -> Dataset:
    """Read a track out of packages in a folder.

    Raises:
        DataError: if one is missing or damaged, with the command that fetches it.
    """
    return _READERS[track][0](packages)
