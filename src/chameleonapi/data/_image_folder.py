"""Pictures sorted into one folder for each label: ``banana/1.jpg``, or ``train/banana/1.jpg``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chameleonapi.data._places import checked_file, is_picture_name
from chameleonapi.data.examples import Dataset, Example
from chameleonapi.data.split_folders import labelled_folders

__all__ = ["load_image_folder"]


def load_image_folder(folder: Path, *, closed: bool = True) -> Dataset | None:
    """Read pictures whose folder is their label, or return None if there are none.

    Args:
        folder: holds one folder for each label, or one for each split with those in it.
        closed: whether a picture shows none of the other labels.
    """
    root = folder.resolve()
    examples = [
        one
        for split, below in labelled_folders(root)
        for one in _read_label(root, below, split=split, closed=closed)
    ]
    if not examples:
        return None
    labels = tuple(sorted({label for one in examples for label in one.present}))
    return Dataset(tuple(examples), labels, name=folder.name)


def _read_label(root: Path, folder: Path, *, split: str, closed: bool) -> Iterator[Example]:
    for path in sorted(folder.iterdir()):
        if is_picture_name(path):
            name = path.relative_to(root).as_posix()
            checked_file(root, name, where=str(root))
            yield Example(id=name, content=path, present=(folder.name,), closed=closed, split=split)
