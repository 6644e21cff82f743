"""Open Images: labels verified present and absent, boxes, class descriptions and a hierarchy.

Files are told by what their first line says, so that any version and any renaming will do.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.data.examples import Box, Example
from chameleonapi.data.hierarchy import Parents
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.grouping import Grouping
from chameleonapi.data.importers.json_stream import top_keys
from chameleonapi.data.importers.look import Look, look_at, walk_pictures
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.data.mapping import read_hierarchy
from chameleonapi.errors import DataError

__all__ = ["OpenImages"]

_LABELS: Final = frozenset({"ImageID", "LabelName", "Confidence"})
_BOXES: Final = _LABELS - {"Confidence"} | {"XMin", "XMax", "YMin", "YMax"}
_MACHINE_ID: Final = re.compile(r"^/[a-z]+/[0-9a-z_]+$")
_ENTITY: Final = "/m/0bl9f"  # the root of the hierarchy, which is no label


@final
class OpenImages:
    """What a person verified counts; what a machine guessed is left out, and so is unknown."""

    name = "open-images"
    title = "Open Images"

    def detect(self, look: Look) -> str | None:
        """Tell by the columns of a CSV file."""
        files = _files(look)
        if files.tables:
            return f"{files.tables[0].name} has the columns of Open Images"
        return None

    def read(self, source: Source) -> Reading:
        """Read every table below the folder.

        Raises:
            DataError: if there are no labels, or the hierarchy has another form.
        """
        files = _files(look_at(source.path))
        if not files.tables:
            raise DataError(
                f"{source.path} holds no table with the columns ImageID, LabelName, Confidence.",
                hint="Add for example validation-annotations-human-imagelabels.csv.",
            )
        names: dict[str, str] = {}
        for path in files.descriptions:
            names.update(_descriptions(path))
        parents: dict[str, tuple[str, ...]] = {}
        for path in files.hierarchies:
            parents.update(_named(read_hierarchy(path), names))
        return Reading(
            _examples(files, names, source),
            parents=parents,
            attribution="Open Images, annotations CC BY 4.0 by Google LLC; each picture has the "
            "licence and author that Open Images lists for it.",
        )


@dataclass(slots=True)
class _Files:
    tables: list[Path] = field(default_factory=list)
    descriptions: list[Path] = field(default_factory=list)
    hierarchies: list[Path] = field(default_factory=list)


def _files(look: Look) -> _Files:
    found = _Files()
    for path in look.with_suffix(".csv"):
        first = _first_rows(path)
        columns = set(first[0]) if first else set()
        if columns >= _LABELS or columns >= _BOXES:
            found.tables.append(path)
        elif len(columns) == 2 and any(_MACHINE_ID.match(row[0]) for row in first if row):
            found.descriptions.append(path)
    for path in look.with_suffix(".json"):
        if {"LabelName", "Subcategory"} <= top_keys(path):
            found.hierarchies.append(path)
    return found


def _first_rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            lines = [file.readline(10_000) for _ in range(2)]
        return [row for row in csv.reader(lines) if row]
    except (OSError, csv.Error):
        return []


def _descriptions(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.reader(file):
            if len(row) == 2 and _MACHINE_ID.match(row[0]) and row[1].strip():
                yield row[0], row[1].strip()


def _named(parents: Parents, names: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for label, above in parents.items():
        kept = tuple(names.get(one, one) for one in above if one != _ENTITY)
        if kept:
            found[names.get(label, label)] = kept
    return found


def _examples(files: _Files, names: dict[str, str], source: Source) -> Iterator[Example]:
    pictures: dict[str, list[Path]] = {}
    for folder in (source.root, *source.locations.folders):
        for path in walk_pictures(folder):
            pictures.setdefault(path.stem, []).append(path)
    with Grouping() as rows:
        for path in files.tables:
            _read_table(path, names, rows, source)
        for image, group in rows.groups():
            found = pictures.pop(image, None)
            if found is None:
                source.findings.add("missing-picture", f"{image}.jpg")
                continue
            yield _example(image, found[0], group, source)
    for image, paths in sorted(pictures.items()):
        source.findings.add("unlabelled-picture", f"{paths[0].name}: no table names {image}")


def _read_table(path: Path, names: dict[str, str], rows: Grouping, source: Source) -> None:
    place = path.relative_to(source.root).as_posix()
    split = split_in(path.stem) or split_in(place)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in (table := csv.DictReader(file)):
                _keep_row(row, f"{path.name}:{table.line_num}", split, names, rows, source)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Fetch it again.") from None


def _keep_row(
    row: dict[str, Any],
    where: str,
    split: str,
    names: dict[str, str],
    rows: Grouping,
    source: Source,
) -> None:
    image, label = row.get("ImageID"), row.get("LabelName")
    try:
        confidence = float(row.get("Confidence") or 1)
        edges = (
            [float(row[one]) for one in ("XMin", "YMin", "XMax", "YMax")]
            if row.get("XMin")
            else None
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        source.findings.add("bad-row", f"{where}: {json.dumps(row, default=str):.120}")
        return
    if not image or not label or not 0 <= confidence <= 1:
        source.findings.add("bad-row", f"{where}: {json.dumps(row, default=str):.120}")
        return
    name = names.get(label)
    if name is None and _MACHINE_ID.match(label):
        source.findings.add("unknown-id", f"{where}: {label} is in no class description")
        return
    # Sources: verification and crowdsource-verification are people, xclick and activemil boxes
    # drawn or confirmed by people, machine a classifier.
    if (row.get("Source") or "").strip() == "machine" or confidence not in {0.0, 1.0}:
        source.findings.add("machine-label", f"{where}: {name or label} {confidence:g}")
        return
    rows.add(image, [name or label, confidence == 1, split, where, edges])


def _example(image: str, picture: Path, group: list[Any], source: Source) -> Example:
    present: dict[str, None] = {}
    absent: dict[str, None] = {}
    boxes: list[Box] = []
    for label, is_present, _, where, edges in group:
        (present if is_present else absent)[label] = None
        if edges is not None:
            box = make_box(label, tuple(edges), (1, 1), where=where, findings=source.findings)
            if box is not None:
                boxes.append(box)
    split = next((row[2] for row in group if row[2]), "")
    return Example(image, picture, tuple(present), tuple(absent), split=split, boxes=tuple(boxes))
