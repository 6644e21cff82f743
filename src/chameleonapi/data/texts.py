"""Texts as inputs: read in UTF-8, sorted into folders by label, labelled with paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chameleonapi.data._places import checked_file
from chameleonapi.data.examples import PICTURE, TEXT, Dataset, Example
from chameleonapi.data.hierarchy import Parents
from chameleonapi.data.split_folders import labelled_folders
from chameleonapi.errors import DataError, InputError

__all__ = [
    "MAX_TEXT_BYTES",
    "InlineText",
    "load_text_folder",
    "path_parents",
    "probe_text",
    "same_medium",
    "text_dataset",
]

MAX_TEXT_BYTES: Final = 1_000_000
"""As much as Cloud Natural Language takes."""
_SUFFIX: Final = ".txt"


@dataclass(frozen=True, slots=True)
class InlineText:
    """A text that stands in the table itself."""

    text: str

    def __call__(self) -> bytes:
        """Return it in UTF-8."""
        return self.text.encode("utf-8", "replace")


def probe_text(content: bytes) -> str:
    """Return a text, checked.

    Raises:
        InputError: if it is not UTF-8, empty or too long.
    """
    if len(content) > MAX_TEXT_BYTES:
        raise InputError(f"it has {len(content):,} bytes; at most {MAX_TEXT_BYTES:,} are read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"it is not UTF-8: {error.reason} at byte {error.start}.") from None
    if not text.strip():
        raise InputError("it is empty.")
    return text


def path_parents(labels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the direct parent of each label that is a path, and of those above it.

    Example:
        >>> path_parents(["/Sports/Team Sports"])
        {'/Sports/Team Sports': ('/Sports',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for label in labels:
        below = label
        while below.startswith("/") and (above := below.rpartition("/")[0]):
            found.setdefault(below, (above,))
            below = above
    return found


def text_dataset(
    examples: Iterable[Example],
    name: str,
    *,
    labels: Iterable[str] = (),
    parents: Parents | None = None,
    attribution: str = "",
) -> Dataset:
    """Return a dataset of texts; labels that are paths have those above them as parents."""
    made = tuple(examples)
    named = {*labels, *(label for one in made for label in (*one.present, *one.absent))}
    above = path_parents(sorted(named)) if parents is None else dict(parents)
    space = {*named, *above, *(one for some in above.values() for one in some)}
    return Dataset(made, tuple(sorted(space)), above, name, attribution, medium=TEXT)


def load_text_folder(folder: Path, *, closed: bool = True) -> Dataset | None:
    """Read texts whose folder is their label, ``sports/1.txt``, or return None if there are none.

    As with pictures, there may be folders for the splits above those of the labels.
    """
    root = folder.resolve()
    examples = list(_read(root, closed=closed))
    return text_dataset(examples, folder.name) if examples else None


def _read(root: Path, *, closed: bool) -> Iterator[Example]:
    for split, label_folder in labelled_folders(root):
        for path in sorted(label_folder.iterdir()):
            if path.suffix.lower() == _SUFFIX and not path.name.startswith("."):
                name = path.relative_to(root).as_posix()
                checked_file(root, name, where=str(root))
                yield Example(name, path, (label_folder.name,), closed=closed, split=split)


def same_medium(examples: Iterable[Example], where: Path) -> str:
    """Return what the examples of a table are, by how they are given.

    Raises:
        DataError: if some are texts in the table and some are files.
    """
    kinds = {isinstance(one.content, InlineText) for one in examples}
    if len(kinds) > 1:
        raise DataError(
            f"{where} holds texts and files in one table.",
            hint="Give each line a `text`, or each a `file`.",
        )
    return TEXT if kinds == {True} else PICTURE
