"""Pictures sorted into one folder for each label: ``banana/1.jpg``, or ``train/banana/1.jpg``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chameleonapi.data._places import checked_file, is_picture_name
from chameleonapi.data.examples import Dataset, Example

__all__ = ["load_image_folder"]

_SPLIT_NAMES: Final = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}


def load_image_folder(folder: Path, *, closed: bool = True) -> Dataset | None:
    """Read pictures whose folder is their label, or return None if there are none.

    Args:
        folder: holds one folder for each label, or one for each split with those in it.
        closed: whether a picture shows none of the other labels.
    """
    root = folder.resolve()
    tops = _folders(root)
    has_splits = bool(tops) and all(top.name.lower() in _SPLIT_NAMES for top in tops)
    examples: list[Example] = []
    for top in tops:
        if has_splits:
            for below in _folders(top):
                split = _SPLIT_NAMES[top.name.lower()]
                examples.extend(_read_label(root, below, split=split, closed=closed))
        else:
            examples.extend(_read_label(root, top, split="", closed=closed))
    if not examples:
        return None
    labels = tuple(sorted({label for one in examples for label in one.present}))
    return Dataset(tuple(examples), labels, name=folder.name)


def _folders(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))


def _read_label(root: Path, folder: Path, *, split: str, closed: bool) -> Iterator[Example]:
    for path in sorted(folder.iterdir()):
        if is_picture_name(path):
            name = path.relative_to(root).as_posix()
            checked_file(root, name, where=str(root))
            yield Example(id=name, picture=path, present=(folder.name,), closed=closed, split=split)
