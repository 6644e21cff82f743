"""What of the inputs is shown in a report: files of pictures, beginnings of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chameleonapi.data import TEXT, Dataset

__all__ = ["picture_files", "text_beginnings"]

_SHOWN: Final = 280  # characters of a text


def picture_files(dataset: Dataset) -> dict[str, Path]:
    """Return the files of examples that are pictures, by id."""
    if dataset.medium == TEXT:
        return {}
    return {one.id: one.content for one in dataset if isinstance(one.content, Path)}


def text_beginnings(dataset: Dataset) -> dict[str, str]:
    """Return the beginnings of examples that are texts, by id."""
    if dataset.medium != TEXT:
        return {}
    return {one.id: _beginning(one.read().decode("utf-8", "replace")) for one in dataset}


def _beginning(text: str) -> str:
    words = " ".join(text[: 4 * _SHOWN].split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN].rpartition(' ')[0]} ..."
