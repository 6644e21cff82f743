"""The form in which this package keeps a dataset: ``labels.jsonl`` and ``dataset.json``.

``dataset.json`` may be missing: then the label space is what the lines use.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from chameleonapi.data._places import checked_file
from chameleonapi.data.entities import entity_records, read_entities
from chameleonapi.data.examples import TEXT, Box, Dataset, Example
from chameleonapi.data.likelihoods import read_levels, sides_of
from chameleonapi.data.names import check_labels
from chameleonapi.data.sentiments import CLASSES, class_of, read_score
from chameleonapi.data.texts import InlineText, same_medium, text_dataset
from chameleonapi.errors import DataError

__all__ = [
    "DATASET_FILE",
    "LINES_FILE",
    "SCHEMA",
    "example_record",
    "load_jsonl_folder",
    "read_header",
]

SCHEMA: Final = "chameleonapi.dataset/1"
DATASET_FILE: Final = "dataset.json"
LINES_FILE: Final = "labels.jsonl"

_MOST_LINE_BYTES: Final = 1024 * 1024
_MOST_HEADER_BYTES: Final = 64 * 1024 * 1024


def example_record(one: Example, file: str, parents: Mapping[str, tuple[str, ...]]) -> str:
    """Return the line of one example; labels that follow from others are left out.

    ``file`` names the file with its input; a text stands in the line itself.
    """
    implied = {above for label in one.present for above in parents.get(label, ())}
    record: dict[str, Any] = {
        "id": one.id,
        **({"text": one.content.text} if isinstance(one.content, InlineText) else {"file": file}),
        "present": [label for label in one.present if label not in implied],
        "absent": list(one.absent),
        "closed": one.closed,
        "split": one.split,
        "group": one.group,
    }
    if one.score is not None:
        record["score"] = one.score
    if one.entities is not None and isinstance(one.content, InlineText):
        record["entities"] = entity_records(one.entities, one.content.text)
    if one.levels:
        record["likelihoods"] = dict(one.levels)
    if one.boxes:
        record["boxes"] = [
            {"label": box.label, "box": [box.left, box.top, box.right, box.bottom]}
            for box in one.boxes
        ]
    return json.dumps(record, ensure_ascii=False)


def read_header(folder: Path) -> dict[str, Any] | None:
    """Return the content of ``dataset.json``, or None where there is none.

    Raises:
        DataError: if it is malformed.
    """
    path = folder / DATASET_FILE
    if not path.exists():
        return None
    hint = f"Restore {path.name} or remove it; without it the label space is what the lines use."
    try:
        if path.stat().st_size > _MOST_HEADER_BYTES:
            raise DataError(f"{path} is larger than {_MOST_HEADER_BYTES:,} bytes.", hint=hint)
        header = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path} cannot be read: {error}.", hint=hint) from None
    if not isinstance(header, dict) or header.get("schema") != SCHEMA:
        found = header.get("schema") if isinstance(header, dict) else type(header).__name__
        raise DataError(
            f"{path} has the schema {found!r}; this version reads {SCHEMA!r}.", hint=hint
        )
    parents = header.get("parents", {})
    if (
        not _is_texts(header.get("labels"))
        or not isinstance(parents, dict)
        or not all(_is_texts(above) for above in parents.values())
        or not isinstance(header.get("name", ""), str)
        or not isinstance(header.get("attribution", ""), str)
    ):
        raise DataError(
            f"{path}: 'labels' must be a list of names and 'parents' map names to lists of names.",
            hint=hint,
        )
    return header


def load_jsonl_folder(folder: Path) -> Dataset:
    """Read a folder with ``labels.jsonl``.

    Raises:
        DataError: with file and line of what is wrong.
    """
    header = read_header(folder)
    known = None if header is None else tuple(header["labels"])
    examples = tuple(_read_lines(folder / LINES_FILE, folder.resolve(), known))
    medium = same_medium(examples, folder / LINES_FILE)
    if medium == TEXT and header is None:
        is_sentiment = any(one.score is not None for one in examples)
        return text_dataset(examples, folder.name, labels=CLASSES if is_sentiment else ())
    if known is None:
        known = tuple(sorted({name for one in examples for name in _names(one)}))
    header = header or {}
    return Dataset(
        examples,
        known,
        {label: tuple(above) for label, above in header.get("parents", {}).items()},
        name=header.get("name") or folder.name,
        attribution=header.get("attribution", ""),
        medium=medium,
    )


def _read_lines(path: Path, root: Path, known: tuple[str, ...] | None) -> Iterator[Example]:
    space = None if known is None else set(known)
    try:
        with path.open("rb") as lines:
            number = 0
            while line := lines.readline(_MOST_LINE_BYTES + 1):
                number += 1
                where = f"{path}:{number}"
                if len(line) > _MOST_LINE_BYTES:
                    raise DataError(
                        f"{where}: the line is longer than {_MOST_LINE_BYTES:,} bytes.",
                        hint="Write one example on each line.",
                    )
                if not line.strip():
                    continue
                one = _read_example(line, root, where)
                if space is not None and known is not None and not space.issuperset(_names(one)):
                    check_labels(_names(one), known, where=where)
                yield one
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}.", hint="Restore the file.") from None


def _names(one: Example) -> list[str]:
    inside = [box.label for box in one.boxes] + [each.label for each in one.entities or ()]
    return [*one.present, *one.absent, *inside]


def _read_example(line: bytes, root: Path, where: str) -> Example:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{where}: this is no JSON: {error}.", hint="Write one JSON object on each line."
        ) from None
    if not isinstance(record, dict):
        raise DataError(
            f"{where}: a {type(record).__name__} came, but an example is a JSON object.",
            hint='Write {"file": ..., "present": [...]}.',
        )
    unknown = sorted(set(record) - set(_FIELDS))
    if unknown:
        raise DataError(
            f"{where}: the key {unknown[0]!r} is not known.", hint=f"Known: {', '.join(_FIELDS)}."
        )
    for key, (is_right, expected) in _FIELDS.items():
        if key in record and not is_right(record[key]):
            raise DataError(
                f"{where}: {key!r} must be {expected}, but {record[key]!r:.80} came.",
                hint="Correct the line.",
            )
    if ("file" in record) == ("text" in record):
        told = "both 'file' and 'text' came" if "file" in record else "the key 'file' is missing"
        raise DataError(
            f"{where}: {told}.", hint="Name the picture's file, or give the text itself as `text`."
        )
    content: Path | InlineText
    if "text" in record:
        content, name = InlineText(record["text"]), where.rpartition(":")[2]
    else:
        content, name = checked_file(root, record["file"], where=where), record["file"]
    present, score = tuple(record.get("present", ())), None
    if "score" in record:
        score = read_score(record["score"], where)
        present = present or (class_of(score),)
    entities = None
    if "entities" in record:
        if not isinstance(content, InlineText):
            raise DataError(f"{where}: a picture has no entities.", hint="Give the text as `text`.")
        entities = read_entities(record["entities"], content.text, where)
        present = tuple(dict.fromkeys([*present, *(one.label for one in entities)]))
    levels = read_levels(record.get("likelihoods", {}), where)
    if levels:
        present, absent = sides_of(levels)
        record = {"present": present, "absent": absent, **record}
    return Example(
        id=record.get("id") or name,
        content=content,
        present=tuple(present),
        absent=tuple(record.get("absent", ())),
        closed=record.get("closed", entities is not None),
        split=record.get("split", ""),
        group=record.get("group", ""),
        boxes=tuple(Box(one["label"], *map(float, one["box"])) for one in record.get("boxes", ())),
        score=score,
        entities=entities,
        levels=levels,
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boxes(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_box, value))


def _is_box(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"label", "box"}:
        return False
    box = value["box"]
    if not isinstance(value["label"], str) or not isinstance(box, list) or len(box) != 4:
        return False
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in box):
        return False
    left, top, right, bottom = map(float, box)
    return 0 <= left < right <= 1 and 0 <= top < bottom <= 1


_LABELS = (_is_texts, "a list of label names")
_FIELDS: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "id": (_is_text, "a text"),
    "file": (_is_text, "a text"),
    "text": (_is_text, "a text"),
    "present": _LABELS,
    "absent": _LABELS,
    "closed": (_is_flag, "true or false"),
    "score": (_is_number, "a number from -1 to 1"),
    "split": (_is_text, "a text"),
    "group": (_is_text, "a text"),
    "entities": (_is_list, "a list of mentions"),
    "likelihoods": (_is_object, 'an object such as {"adult": "UNLIKELY"}'),
    "boxes": (
        _is_boxes,
        'a list of {"label": name, "box": [left, top, right, bottom]} with fractions',
    ),
}
