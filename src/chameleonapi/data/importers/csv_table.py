"""A table of pictures in CSV; see ``rows`` for its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import final

from chameleonapi.data.examples import Example
from chameleonapi.data.importers.look import Look, look_at
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.rows import canonical, example_of
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.errors import DataError

__all__ = ["CsvTable"]


@final
class CsvTable:
    """Labels are separated by ``|``; without a column ``absent`` all others are absent."""

    name = "csv"
    title = "CSV"

    def detect(self, look: Look) -> str | None:
        """Tell by the first line."""
        files = _files(look)
        return f"{files[0].name} has columns for files and labels" if files else None

    def read(self, source: Source) -> Reading:
        """Read every table of the folder.

        Raises:
            DataError: if no table has a column for files.
        """
        files = _files(look_at(source.path))
        if not files:
            raise DataError(
                f"{source.path} holds no CSV with a column 'file' and a column 'labels'.",
                hint="The first line names the columns: file,labels.",
            )
        return Reading(one for path in files for one in _examples(path, source))


def _files(look: Look) -> list[Path]:
    found = []
    for path in look.with_suffix(".csv"):
        if path.parent not in {look.path, look.path.parent} and not split_in(path.parent.name):
            continue
        ours = set(canonical(_columns(path)).values())
        if {"file", "labels"} <= ours:
            found.append(path)
    return found


def _columns(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return tuple(next(csv.reader([file.readline(100_000)]), ()))
    except (OSError, csv.Error):
        return ()


def _examples(path: Path, source: Source) -> Iterator[Example]:
    place = path.parent
    inside = place.relative_to(source.root).as_posix() if place != source.root else ""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            columns = tuple(table.fieldnames or ())
            ours = canonical(columns)
            for column in columns:
                if column not in ours:
                    source.findings.add("ignored-part", f"{path.name}: the column {column!r}")
            for row in table:
                where = f"{path.name}:{table.line_num}"
                if None in row or None in row.values():
                    source.findings.add("bad-row", f"{where}: another number of columns")
                    continue
                known = {ours[key]: value for key, value in row.items() if key in ours}
                if inside and "://" not in known["file"]:
                    known["file"] = f"{inside}/{known['file']}"
                known.setdefault("split", split_in(path.stem) or split_in(inside))
                one = example_of(known, where, source, closed="absent" not in ours.values())
                if one is not None:
                    yield one
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{path} cannot be read: {error}.", hint="Save it as CSV with commas, in UTF-8."
        ) from None
