"""Vertex AI (AutoML): import files in CSV without a header, and in JSON lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, final

from chameleonapi.data.examples import Box, Example
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.grouping import Grouping
from chameleonapi.data.importers.json_lines import first_record, json_records
from chameleonapi.data.importers.look import Look, look_at
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_named
from chameleonapi.errors import DataError

__all__ = ["Vertex"]

_ADDRESS = "gs://"
_URI = "imageGcsUri"
_USE = "aiplatform.googleapis.com/ml_use"


@final
class Vertex:
    """What an import file does not say of a picture is absent."""

    name = "vertex"
    title = "Vertex AI AutoML"

    def detect(self, look: Look) -> str | None:
        """Tell by addresses of Cloud Storage in the first line."""
        files = _files(look)
        return f"{files[0].name} names pictures in Cloud Storage" if files else None

    def read(self, source: Source) -> Reading:
        """Read every import file of the folder.

        Raises:
            DataError: if there is none.
        """
        files = _files(look_at(source.path))
        if not files:
            raise DataError(
                f"{source.path} holds no import file with addresses in Cloud Storage.",
                hint="Name the file itself.",
            )
        return Reading(_examples(files, source))


def _files(look: Look) -> list[Path]:
    found = []
    for path in look.with_suffix(".csv", ".jsonl", ".ndjson"):
        if path.suffix.lower() == ".csv":
            if any(cell.strip().startswith(_ADDRESS) for cell in _first_row(path)[:2]):
                found.append(path)
        elif _URI in first_record(path):
            found.append(path)
    return found


def _first_row(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return next(csv.reader([file.readline(100_000)]), [])
    except (OSError, csv.Error):
        return []


def _examples(files: list[Path], source: Source) -> Iterator[Example]:
    with Grouping() as rows:
        for path in files:
            if path.suffix.lower() == ".csv":
                _read_csv(path, rows, source)
            else:
                _read_lines(path, rows, source)
        for address, group in rows.groups():
            where, split = group[0][0], next((one[1] for one in group if one[1]), "")
            picture = source.picture(address, where, *dict.fromkeys(one.parent for one in files))
            if picture is None:
                continue
            present: dict[str, None] = {}
            boxes: list[Box] = []
            for place, _, label, edges in group:
                if label:
                    present[label] = None
                if edges is not None:
                    box = make_box(
                        label, tuple(edges), (1, 1), where=place, findings=source.findings
                    )
                    if box is not None:
                        boxes.append(box)
            yield Example(
                address, picture, tuple(present), closed=True, split=split, boxes=tuple(boxes)
            )


def _read_csv(path: Path, rows: Grouping, source: Source) -> None:
    """Read ``[use,]address[,label...]`` and ``[use,]address,label,x,y,,,x,y,,``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in (table := csv.reader(file)):
                where = f"{path.name}:{table.line_num}"
                row = [one.strip() for one in cells]
                if not any(row):
                    continue
                if row[0].startswith(_ADDRESS):
                    row.insert(0, "")
                if len(row) < 2 or not row[1].startswith(_ADDRESS):
                    source.findings.add("bad-row", f"{where}: {','.join(row):.100}")
                    continue
                split = split_named(row[0], source.findings, where)
                rest = row[2:]
                corners = _corners(rest[1:])
                if corners is not None:
                    rows.add(row[1], [where, split, rest[0], corners])
                else:
                    for label in [one for one in rest if one] or [""]:
                        rows.add(row[1], [where, split, label, None])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Save it as UTF-8.") from None


def _corners(cells: list[str]) -> list[float] | None:
    """Return left, top, right, bottom of two or four corners, or None if these are labels."""
    if len(cells) not in {6, 7, 8}:
        return None
    try:
        values = [float(one) for one in cells if one]
    except ValueError:
        return None
    if len(values) not in {4, 8}:
        return None
    return [min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2])]


def _read_lines(path: Path, rows: Grouping, source: Source) -> None:
    for where, record in json_records(path, source):
        address = record.get(_URI)
        if not isinstance(address, str) or not address:
            source.findings.add("bad-row", f"{where}: no {_URI!r}")
            continue
        resource = record.get("dataItemResourceLabels")
        use = resource.get(_USE, "") if isinstance(resource, dict) else ""
        split = split_named(str(use), source.findings, where)
        rows.add(address, [where, split, "", None])
        for one in _annotations(record):
            label = one.get("displayName") if isinstance(one, dict) else None
            if not isinstance(label, str) or not label:
                source.findings.add("bad-row", f"{where}: {one!r:.80}")
                continue
            rows.add(address, [where, split, label, _edges(one, where, source)])


def _annotations(record: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for key in ("classificationAnnotation", "classificationAnnotations", "boundingBoxAnnotations"):
        value = record.get(key)
        if value is not None:
            found += value if isinstance(value, list) else [value]
    return found


def _edges(one: dict[str, Any], where: str, source: Source) -> list[float] | None:
    if "xMin" not in one and "xMax" not in one:
        return None
    try:  # a zero may be left out
        return [float(one.get(key, 0)) for key in ("xMin", "yMin", "xMax", "yMax")]
    except (TypeError, ValueError, OverflowError):
        source.findings.add("bad-row", f"{where}: {one!r:.80}")
        return None
