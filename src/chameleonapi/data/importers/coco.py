"""COCO: one JSON file of images, categories and annotations; also LVIS, which verifies a part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from chameleonapi.data.examples import Box, Example
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.grouping import Grouping
from chameleonapi.data.importers.json_stream import top_keys, top_lists
from chameleonapi.data.importers.look import Look, look_at
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.errors import DataError

__all__ = ["Coco"]


@final
class Coco:
    """Every object of every category is marked, so that what is not marked is absent."""

    name = "coco"
    title = "COCO"

    def detect(self, look: Look) -> str | None:
        """Tell by a JSON file whose start speaks of images or annotations."""
        found = _files(look)
        return f"{found[0].name} lists images and annotations" if found else None

    def read(self, source: Source) -> Reading:
        """Read all annotation files of the folder."""
        files = _files(look_at(source.path))
        if not files:
            raise DataError(
                f"{source.path} holds no JSON file with images and annotations.",
                hint="Name the file itself.",
            )
        names: dict[str, None] = {}
        parents: dict[str, tuple[str, ...]] = {}
        # Categories come last in many files: they are read first, on a pass of their own.
        categories = [_categories(file, source) for file in files]
        for one in categories:
            names.update(dict.fromkeys(one.names.values()))
            for label, above in one.parents.items():
                if label != above:
                    names[above] = None
                    parents[label] = (above,)
        examples = (
            example
            for file, known in zip(files, categories, strict=True)
            for example in _examples(file, known, source, prefix=len(files) > 1)
        )
        return Reading(examples, labels=tuple(names), parents=parents)


@dataclass(slots=True)
class _Categories:
    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)


def _files(look: Look) -> list[Path]:
    """Return the files with annotations; a file of captions only if there is no other one."""
    found = []
    for path in look.with_suffix(".json"):
        keys = top_keys(path)
        if not {"images", "annotations", "categories"} & keys:
            continue
        if {"file_name", "image_id", "coco_url"} & keys:
            found.append(path)
    return found


def _categories(file: Path, source: Source) -> _Categories:
    found = _Categories()
    for key, one in top_lists(file):
        if key != "categories":
            continue
        number, name = (one.get("id"), one.get("name")) if isinstance(one, dict) else (None, None)
        if number is None or not isinstance(name, str) or not name.strip():
            source.findings.add("bad-row", f"{file.name}: category {one!r:.80}")
            continue
        found.names[str(number)] = name
        above = one.get("supercategory")
        if isinstance(above, str) and above.strip() and above != "none":
            found.parents[name] = above
    return found


def _examples(file: Path, known: _Categories, source: Source, *, prefix: bool) -> Iterator[Example]:
    findings = source.findings
    with Grouping() as rows:
        for key, one in top_lists(file):
            if key not in {"images", "annotations"}:
                continue
            image = _text(one.get("id" if key == "images" else "image_id")) if _is_map(one) else ""
            if not image:
                findings.add("bad-row", f"{file.name}: {key}: {one!r:.80}")
            elif key == "images":
                kept = ("file_name", "width", "height", "neg_category_ids", "split")
                rows.add(image, {name: one[name] for name in kept if name in one})
            elif "category_id" in one:
                rows.add(image, [_text(one["category_id"]), one.get("bbox")])
            elif "caption" in one:
                findings.add("captions-ignored", f"{file.name}: image {image}")
            else:
                findings.add("bad-row", f"{file.name}: annotation without category: {one!r:.80}")
        for image, group in rows.groups():
            heads = [one for one in group if _is_map(one)]
            marks = [one for one in group if not _is_map(one)]
            where = f"{file.name}: image {image}"
            if not heads:
                findings.add("unknown-id", f"{where} is annotated and not listed")
                continue
            if not known.names:
                findings.add("unlabelled-picture", f"{where}: the file has no categories")
                continue
            made = _example(file, image, heads[0], marks, known, source, prefix=prefix)
            if made is not None:
                yield made


def _example(
    file: Path,
    image: str,
    head: dict[str, Any],
    marks: Sequence[Any],
    known: _Categories,
    source: Source,
    *,
    prefix: bool,
) -> Example | None:
    where = f"{file.name}: image {image}"
    name = head.get("file_name")
    if not isinstance(name, str):
        source.findings.add("bad-row", f"{where} has no file_name")
        return None
    picture = source.picture(name, where, *_roots(file, source.root))
    if picture is None:
        return None
    size = (_number(head.get("width")), _number(head.get("height")))
    present: dict[str, None] = {}
    boxes: list[Box] = []
    for category, bbox in marks:
        label = known.names.get(category)
        if label is None:
            source.findings.add("unknown-id", f"{where}: category {category}")
            continue
        present[label] = None
        if bbox is None:
            continue
        if not isinstance(bbox, list) or len(bbox) != 4:
            source.findings.add("bad-row", f"{where}: bbox {bbox!r:.60}")
            continue
        left, top, width, height = map(_number, bbox)
        edges = (left, top, left + width, top + height)
        box = make_box(label, edges, size, where=where, findings=source.findings)
        if box is not None:
            boxes.append(box)
    # LVIS verifies absence of a few categories of each image and knows nothing of the others.
    negative = head.get("neg_category_ids")
    absent: tuple[str, ...] = ()
    if isinstance(negative, list):
        named = [known.names.get(_text(one)) for one in negative]
        absent = tuple(one for one in dict.fromkeys(named) if one is not None)
    return Example(
        f"{file.relative_to(source.root).as_posix()}:{image}" if prefix else image,
        picture,
        present=tuple(present),
        absent=absent,
        closed=not isinstance(negative, list),
        split=split_in(str(head.get("split", ""))) or _split(file),
        boxes=tuple(boxes),
    )


def _split(file: Path) -> str:
    return split_in(file.stem) or split_in(file.parent.name)


def _roots(file: Path, root: Path) -> tuple[Path, ...]:
    """Return where the pictures of an annotation file may lie: COCO's layout, Roboflow's, flat."""
    stem = file.stem.partition("_")[2]
    tops = [file.parent, root, file.parent.parent] if file.parent != root else [root]
    folders: dict[Path, None] = {}
    for top in tops:
        for below in ("", "images", "data", stem, f"images/{stem}", "train", "val", "test"):
            folder = top / below
            if folder.is_dir() and folder.resolve().is_relative_to(root):
                folders[folder] = None
    return tuple(folders)


def _is_map(one: object) -> bool:
    return isinstance(one, dict)


def _text(value: object) -> str:
    return str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""


def _number(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return float("nan")
    try:
        return float(value)
    except OverflowError:
        return float("inf")
