"""One folder for each label, perhaps below one for each split: ``train/banana``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["labelled_folders"]

_SPLIT_NAMES: Final = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}


def labelled_folders(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the folder of each label with its split, which is empty where there are none."""
    tops = _folders(root)
    if tops and all(top.name.lower() in _SPLIT_NAMES for top in tops):
        for top in tops:
            for below in _folders(top):
                yield _SPLIT_NAMES[top.name.lower()], below
    else:
        for top in tops:
            yield "", top


def _folders(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
