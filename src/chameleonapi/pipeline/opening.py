"""Labelled pictures and texts in our own forms; those of other tools are pointed to the importers.

A folder in a foreign format often looks like one folder for each label: the pictures of COCO
would be learnt as the labels ``train2017`` and ``val2017``. So the format is looked at first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chameleonapi.data import Dataset, load_dataset
from chameleonapi.data.importers import detect
from chameleonapi.data.text_tables import holds_texts
from chameleonapi.errors import DataError

__all__ = ["open_dataset"]

_OWN: Final = frozenset({"csv", "image-folder", "jsonl"})


def open_dataset(folder: str | Path) -> Dataset:
    """Read the dataset in a folder; see ``load_dataset``.

    Raises:
        DataError: if it cannot be read, or is in a format that has to be imported first.
    """
    path = Path(folder)
    if path.is_dir() and ((path / "labels.jsonl").exists() or holds_texts(path)):
        return load_dataset(path)
    try:
        found = detect(path)
    except DataError:
        return load_dataset(path)  # which says what it expected
    name = found.reader.name
    if name not in _OWN or not path.is_dir():
        raise DataError(
            f"{path} is in the format {name} ({found.evidence}), which has to be imported first.",
            hint=f"Run: chameleon data import {path} OUT, and then use --data OUT.",
        )
    try:
        return load_dataset(path)
    except DataError as error:
        if name == "image-folder":
            raise
        raise DataError(
            f"{error.message} It looks like the format {name} ({found.evidence}).",
            hint=f"{error.hint} Or: chameleon data import {path} OUT, and then use --data OUT.",
        ) from None
