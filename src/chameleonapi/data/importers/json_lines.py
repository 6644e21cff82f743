"""A picture on each line in JSON; our own form, and that of Hugging Face's ``metadata.jsonl``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.data._jsonl_folder import LINES_FILE, read_header
from chameleonapi.data.examples import Example
from chameleonapi.data.importers.look import Look, look_at
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.rows import canonical, example_of
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.errors import DataError

__all__ = ["JsonLines", "first_record", "json_records"]

_MOST_LINE_BYTES: Final = 16 * 1024 * 1024


def json_records(path: Path, source: Source) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, object) for each line that is one; others become findings.

    Raises:
        DataError: if the file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            number = 0
            while line := lines.readline(_MOST_LINE_BYTES):
                number += 1
                where = f"{path.name}:{number}"
                if not line.strip():
                    continue
                try:
                    record = json.loads(line.decode("utf-8-sig"))
                except (ValueError, RecursionError) as error:
                    source.findings.add("bad-row", f"{where}: no JSON: {error}")
                    continue
                if isinstance(record, dict):
                    yield where, record
                else:
                    source.findings.add("bad-row", f"{where}: no object: {record!r:.60}")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Check the file.") from None


def first_record(path: Path) -> dict[str, Any]:
    """Return the first line's object, or an empty one."""
    try:
        with path.open("rb") as lines:
            record = json.loads(lines.readline(_MOST_LINE_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


@final
class JsonLines:
    """Unless a line says ``closed``, labels that it does not name are unknown."""

    name = "jsonl"
    title = "JSON lines"

    def detect(self, look: Look) -> str | None:
        """Tell by the keys of the first line."""
        files = _files(look)
        return f"{files[0].name} has keys for files and labels" if files else None

    def read(self, source: Source) -> Reading:
        """Read every such file of the folder.

        Raises:
            DataError: if there is none, or ``dataset.json`` is malformed.
        """
        files = _files(look_at(source.path))
        if not files:
            raise DataError(
                f"{source.path} holds no JSON lines with the keys 'file' and 'labels'.",
                hint='Write {"file": ..., "labels": [...]} on each line.',
            )
        header = read_header(source.root) if (source.root / LINES_FILE) in files else None
        header = header or {}
        return Reading(
            (one for path in files for one in _examples(path, source)),
            labels=tuple(header.get("labels", ())),
            parents={label: tuple(above) for label, above in header.get("parents", {}).items()},
            attribution=header.get("attribution", ""),
        )


def _files(look: Look) -> list[Path]:
    found = []
    for path in look.with_suffix(".jsonl", ".ndjson"):
        ours = set(canonical(tuple(first_record(path))).values())
        if {"file", "labels"} <= ours or {"file", "absent"} <= ours:
            found.append(path)
    return found


def _examples(path: Path, source: Source) -> Iterator[Example]:
    place = path.parent
    inside = place.relative_to(source.root).as_posix() if place != source.root else ""
    ignored: set[str] = set()
    for where, record in json_records(path, source):
        ours = canonical(tuple(record))
        for key in record:
            if key not in ours and key not in ignored and len(ignored) < 100:
                ignored.add(key)
                source.findings.add("ignored-part", f"{where}: the key {key!r}")
        known = {ours[key]: value for key, value in record.items() if key in ours}
        if inside and isinstance(known.get("file"), str) and "://" not in known["file"]:
            known["file"] = f"{inside}/{known['file']}"
        known.setdefault("split", split_in(path.stem) or split_in(inside))
        one = example_of(known, where, source, closed=False)
        if one is not None:
            yield one
