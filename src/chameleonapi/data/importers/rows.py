"""One row of a table, whatever its columns are called, as an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chameleonapi.data.examples import Box, Example
from chameleonapi.data.importers.boxes import make_box
from chameleonapi.data.importers.reader import Source
from chameleonapi.data.importers.split_names import split_named

__all__ = ["COLUMNS", "canonical", "example_of"]

# Column -> other names that it may have.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "file": ("path", "image", "filename", "file_name", "filepath", "image_path", "img"),
    "labels": ("label", "present", "tags", "tag", "class", "classes", "category"),
    "absent": ("not", "negative"),
    "split": ("subset", "set", "partition"),
    "group": ("contributor", "source_id", "author", "user"),
    "id": ("image_id",),
    "closed": (),
    "boxes": (),
}
_FAR: Final = 1e9  # of fractions; also false for what is no number
_TRUE: Final = frozenset({"1", "true", "yes"})


def canonical(columns: tuple[str, ...]) -> dict[str, str]:
    """Return our name of each column that is understood: its own name first, then the others."""
    folded = {one.strip().lower(): one for one in reversed(columns)}
    found: dict[str, str] = {}
    for ours, others in COLUMNS.items():
        given = next((folded[one] for one in (ours, *others) if one in folded), None)
        if given is not None:
            found[given] = ours
    return found


def example_of(
    row: Mapping[str, Any], where: str, source: Source, *, closed: bool
) -> Example | None:
    """Return the example of a row whose columns have our names, or None after a finding."""
    name, present = row.get("file"), _names(row.get("labels"))
    absent, is_closed = _names(row.get("absent")), _flag(row.get("closed"), closed)
    if not isinstance(name, str) or not name.strip() or present is None or absent is None:
        source.findings.add("bad-row", f"{where}: {dict(row)!r:.120}")
        return None
    boxes = _boxes(row.get("boxes"), where, source)
    picture = source.picture(name.strip(), where)
    if picture is None:
        return None
    return Example(
        str(row.get("id") or "").strip() or name.strip(),
        picture,
        present=tuple(dict.fromkeys((*present, *(box.label for box in boxes)))),
        absent=absent,
        closed=is_closed,
        split=split_named(str(row.get("split") or ""), source.findings, where),
        group=str(row.get("group") or "").strip(),
        boxes=boxes,
    )


def _names(value: object) -> tuple[str, ...] | None:
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.split("|")
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(dict.fromkeys(one.strip() for one in value if one.strip()))


def _flag(value: object, default: bool) -> bool:
    if value is None or value == "":
        return default
    return value if isinstance(value, bool) else str(value).strip().lower() in _TRUE


def _boxes(value: object, where: str, source: Source) -> tuple[Box, ...]:
    found: list[Box] = []
    for one in value if isinstance(value, list) else ():
        label, edges = (one.get("label"), one.get("box")) if isinstance(one, dict) else (None, None)
        if (
            not isinstance(label, str)
            or not isinstance(edges, list)
            or len(edges) != 4
            or not all(isinstance(edge, (int, float)) and abs(edge) < _FAR for edge in edges)
        ):
            source.findings.add("bad-row", f"{where}: box {one!r:.80}")
            continue
        left, top, right, bottom = map(float, edges)
        box = make_box(
            label, (left, top, right, bottom), (1, 1), where=where, findings=source.findings
        )
        if box is not None:
            found.append(box)
    return tuple(found)
