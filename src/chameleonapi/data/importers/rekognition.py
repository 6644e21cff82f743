"""Amazon Rekognition Custom Labels: a manifest in the form of SageMaker Ground Truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, final

from chameleonapi.data.examples import Box, Example
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.json_lines import first_record, json_records
from chameleonapi.data.importers.look import Look, look_at
from chameleonapi.data.importers.reader import Reading, Source
from chameleonapi.data.importers.split_names import split_in
from chameleonapi.errors import DataError

__all__ = ["Rekognition"]

_REFERENCE = "source-ref"
_META = "-metadata"


@final
class Rekognition:
    """A manifest says all there is to say of a picture: what it does not name is absent."""

    name = "rekognition"
    title = "Rekognition Custom Labels"

    def detect(self, look: Look) -> str | None:
        """Tell by the key ``source-ref`` of the first line."""
        files = _files(look)
        return f"{files[0].name} has the key {_REFERENCE!r}" if files else None

    def read(self, source: Source) -> Reading:
        """Read every manifest of the folder.

        Raises:
            DataError: if there is none.
        """
        files = _files(look_at(source.path))
        if not files:
            raise DataError(
                f"{source.path} holds no manifest whose lines have {_REFERENCE!r}.",
                hint="Name the manifest itself.",
            )
        return Reading(one for path in files for one in _examples(path, source))


def _files(look: Look) -> list[Path]:
    found = look.with_suffix(".manifest", ".jsonl", ".json")
    return [path for path in found if _REFERENCE in first_record(path)]


def _examples(path: Path, source: Source) -> Iterator[Example]:
    split = split_in(path.stem) or split_in(path.parent.name)
    for where, record in json_records(path, source):
        address = record.get(_REFERENCE)
        if not isinstance(address, str) or not address:
            source.findings.add("bad-row", f"{where}: no {_REFERENCE!r}")
            continue
        present: dict[str, None] = {}
        boxes: list[Box] = []
        for key, meta in record.items():
            if key.endswith(_META) and isinstance(meta, dict):
                value = record.get(key.removesuffix(_META))
                _read_one(value, meta, present, boxes, where, source)
        picture = source.picture(address, where, *dict.fromkeys((path.parent, source.root)))
        if picture is not None:
            yield Example(
                address, picture, tuple(present), closed=True, split=split, boxes=tuple(boxes)
            )


def _read_one(
    value: object,
    meta: Mapping[str, Any],
    present: dict[str, None],
    boxes: list[Box],
    where: str,
    source: Source,
) -> None:
    """Read what one labelling job says: a class, several classes, or boxes."""
    classes = meta.get("class-map")
    names = {str(key): one for key, one in classes.items()} if isinstance(classes, dict) else {}
    if meta.get("human-annotated") == "no":
        source.findings.add("machine-label", f"{where}: {meta.get('job-name', '')}")
        return
    if isinstance(value, dict) and isinstance(value.get("annotations"), list):
        _read_boxes(value, names, present, boxes, where, source)
    elif isinstance(value, list):
        for one in value:
            _add(names.get(str(one)), f"class {one}", present, where, source)
    elif isinstance(meta.get("class-name"), str):
        present[meta["class-name"]] = None
    else:
        source.findings.add("ignored-part", f"{where}: {meta.get('type', 'a job of unknown type')}")


def _add(
    name: object, what: str, present: dict[str, None], where: str, source: Source
) -> str | None:
    if not isinstance(name, str):
        source.findings.add("unknown-id", f"{where}: {what}")
        return None
    present[name] = None
    return name


def _read_boxes(
    value: Mapping[str, Any],
    names: Mapping[str, object],
    present: dict[str, None],
    boxes: list[Box],
    where: str,
    source: Source,
) -> None:
    try:
        size = (float(value["image_size"][0]["width"]), float(value["image_size"][0]["height"]))
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        size = (float("nan"), float("nan"))
    for one in value["annotations"]:
        try:
            label = names.get(str(one["class_id"]))
            left, top = float(one["left"]), float(one["top"])
            edges = (left, top, left + float(one["width"]), top + float(one["height"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            source.findings.add("bad-row", f"{where}: box {one!r:.80}")
            continue
        name = _add(label, f"class {one['class_id']}", present, where, source)
        if name is not None:
            box = make_box(name, edges, size, where=where, findings=source.findings)
            if box is not None:
                boxes.append(box)
