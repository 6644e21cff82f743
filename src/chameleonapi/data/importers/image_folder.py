"""One folder for each label: ``banana/1.jpg``, ``train/banana/1.jpg``, ``banana/train/1.jpg``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import final

from chameleonapi.data._places import is_picture_name
from chameleonapi.data.examples import Example
from chameleonapi.data.importers.look import Look, walk_pictures
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_named

__all__ = ["ImageFolder"]


@final
class ImageFolder:
    """Pictures sorted into folders; the folder next to the picture is its label."""

    name = "image-folder"
    title = "ImageFolder"

    def detect(self, look: Look) -> str | None:
        """Tell by pictures inside of a folder."""
        for folder in look.folders:
            if split_named(folder.name) and folder.parent == look.path:
                continue
            if any(is_picture_name(one) for one in _some(folder)):
                return f"pictures in the folder {folder.relative_to(look.path).as_posix()}"
        return None

    def read(self, source: Source) -> Reading:
        """Read every folder."""
        return Reading(_examples(source))


def _some(folder: Path) -> Iterator[Path]:
    try:
        yield from (one for one, _ in zip(folder.iterdir(), range(1000), strict=False))
    except PermissionError:
        return


def _examples(source: Source) -> Iterator[Example]:
    for path in walk_pictures(source.root):
        name = path.relative_to(source.root).as_posix()
        folders = name.split("/")[:-1]
        splits = [split_named(one) for one in folders]
        labels = [one for one, split in zip(folders, splits, strict=True) if not split]
        if not labels:
            source.findings.add("unlabelled-picture", f"{name} lies in no label's folder")
            continue
        picture = source.picture(name, name)
        if picture is not None:
            split = next(filter(None, splits), "")
            yield Example(name, picture, present=(labels[-1],), closed=True, split=split)
