"""Whether a folder holds texts in one of our own forms, told before anything foreign is tried."""

from __future__ import annotations

import csv
from pathlib import Path

from chameleonapi.data.split_folders import labelled_folders

__all__ = ["holds_texts"]


def holds_texts(folder: Path) -> bool:
    """Tell whether a folder holds one table with a column ``text``, or texts by label.

    Texts beside pictures are none: several formats of pictures keep their labels so.
    """
    tables = sorted(folder.glob("*.csv"))
    if len(tables) > 1:
        tables = [one for one in tables if one.name == "labels.csv"]
    if tables:
        return len(tables) == 1 and "text" in _columns(tables[0])
    found = False
    for _, below in labelled_folders(folder):
        for path in below.iterdir():
            if path.name.startswith("."):
                continue
            if path.suffix.lower() != ".txt":
                return False
            found = True
    return found


def _columns(table: Path) -> list[str]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            return next(csv.reader(lines), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
