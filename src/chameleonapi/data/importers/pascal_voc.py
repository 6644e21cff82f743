"""Pascal VOC: an XML file for each picture, and lists of pictures for each split."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import final
from xml.etree.ElementTree import Element

from chameleonapi.data.examples import Box, Example
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.look import Look, look_at, walk_pictures
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_named
from chameleonapi.data.safe_xml import read_xml
from chameleonapi.errors import DataError

__all__ = ["PascalVoc"]


@final
class PascalVoc:
    """Every object is marked; a difficult one counts as present."""

    name = "pascal-voc"
    title = "Pascal VOC"

    def detect(self, look: Look) -> str | None:
        """Tell by XML files with the root ``annotation``."""
        for path in look.with_suffix(".xml")[:3]:
            try:
                is_ours = read_xml(path).tag == "annotation"
            except DataError:
                continue
            if is_ours:
                return f"{path.relative_to(look.path).as_posix()} describes a picture"
        return None

    def read(self, source: Source) -> Reading:
        """Read every file of annotations below the folder."""
        return Reading(_all(source))


def _all(source: Source) -> Iterator[Example]:
    look = look_at(source.path)
    folders = dict.fromkeys(path.parent for path in look.with_suffix(".xml"))
    for folder in folders:
        top = folder.parent if folder.name.lower() == "annotations" else folder
        if not top.is_relative_to(source.root):
            top = source.root
        splits = _splits(top)
        described = set()
        for path in sorted(folder.glob("*.xml")):
            described.add(path.stem)
            one = _example(path, top, splits, source)
            if one is not None:
                yield one
        for stem in sorted(set(splits) - described):
            source.findings.add("unlabelled-picture", f"{stem} is in ImageSets without annotation")
        for path in walk_pictures(top / "JPEGImages"):
            if path.stem not in described and path.stem not in splits:
                source.findings.add("unlabelled-picture", f"{path.name} has no annotation")


def _splits(top: Path) -> dict[str, str]:
    """Return the split of each picture, from the lists that name it without its class."""
    found: dict[str, str] = {}
    for folder in (top / "ImageSets" / "Main", top / "ImageSets"):
        for path in sorted(folder.glob("*.txt")) if folder.is_dir() else ():
            split = split_named(path.stem)
            if split:
                for line in path.read_text("utf-8", errors="replace").splitlines():
                    if line.strip():
                        found.setdefault(line.split()[0], split)
    return found


def _example(path: Path, top: Path, splits: dict[str, str], source: Source) -> Example | None:
    where = path.relative_to(source.root).as_posix()
    try:
        tree = read_xml(path)
    except DataError as error:
        source.findings.add("bad-row", error.message)
        return None
    if tree.tag != "annotation":
        source.findings.add("ignored-part", f"{where} is no annotation but <{tree.tag}>")
        return None
    name = (tree.findtext("filename") or "").strip().replace("\\", "/").rpartition("/")[2]
    if not Path(name).suffix:
        name = f"{name or path.stem}.jpg"
    roots = [one for one in (top / "JPEGImages", top / "images", path.parent, top) if one.is_dir()]
    picture = source.picture(name, where, *roots)
    if picture is None:
        return None
    present: dict[str, None] = {}
    boxes: list[Box] = []
    size = (_number(tree, "size/width"), _number(tree, "size/height"))
    for thing in tree.iterfind("object"):
        label = (thing.findtext("name") or "").strip()
        if not label:
            source.findings.add("bad-row", f"{where}: an object without a name")
            continue
        present[label] = None
        if thing.find("bndbox") is not None:
            edges = tuple(
                _number(thing, f"bndbox/{one}") for one in ("xmin", "ymin", "xmax", "ymax")
            )
            # Pixels are counted from 1, and the last one belongs to the box.
            outer = (edges[0] - 1, edges[1] - 1, edges[2], edges[3])
            box = make_box(label, outer, size, where=where, findings=source.findings)
            if box is not None:
                boxes.append(box)
    split = splits.get(path.stem, "") or split_named(path.parent.name) or split_named(top.name)
    id_ = picture.relative_to(source.root).as_posix() if not source.locations.pairs else where
    return Example(id_, picture, tuple(present), closed=True, split=split, boxes=tuple(boxes))


def _number(tree: Element, path: str) -> float:
    try:
        return float(tree.findtext(path) or "nan")
    except ValueError:
        return float("nan")
