"""The user's own word on labels: a table of names, and a table of parents."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from chameleonapi.data.hierarchy import Parents
from chameleonapi.errors import DataError

__all__ = ["hierarchy_from_tree", "read_hierarchy", "read_label_table"]

_MOST_BYTES: Final = 64 * 1024 * 1024
_DEEPEST: Final = 100


def read_label_table(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a CSV file with the columns ``from`` and ``to``; an empty ``to`` drops the label.

    A ``from`` on several lines stands for all of their ``to``.

    Raises:
        DataError: with file and line of what is wrong.
    """
    found: dict[str, tuple[str, ...]] = {}
    dropped: set[str] = set()
    for line, name, target in _pairs(path, "from", "to"):
        if not name:
            raise DataError(
                f"{path}:{line}: the column 'from' is empty.",
                hint="Name the label of the data, or remove the line.",
            )
        if (name in found and not target) or (name in dropped and target):
            raise DataError(
                f"{path}:{line}: {name!r} is both mapped and dropped.",
                hint="Keep one of the lines.",
            )
        if not target:
            dropped.add(name)
        elif target not in found.get(name, ()):
            found[name] = (*found.get(name, ()), target)
    return {**found, **dict.fromkeys(dropped, ())}


def read_hierarchy(path: Path) -> Parents:
    """Read parents of labels: CSV with ``label,parent``, or a tree in Open Images' JSON form.

    Raises:
        DataError: with file and, for CSV, line of what is wrong.
    """
    if path.suffix.lower() != ".json":
        found: dict[str, tuple[str, ...]] = {}
        for line, label, parent in _pairs(path, "label", "parent"):
            if not label or not parent:
                raise DataError(
                    f"{path}:{line}: a label and its parent are needed.", hint="Complete the line."
                )
            if parent not in found.get(label, ()):
                found[label] = (*found.get(label, ()), parent)
        return found
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path} is larger than {_MOST_BYTES:,} bytes.", hint="Shorten it.")
        tree = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path} cannot be read: {error}.", hint="Check the file.") from None
    return hierarchy_from_tree(tree, where=str(path))


def hierarchy_from_tree(tree: object, *, where: str) -> dict[str, tuple[str, ...]]:
    """Read the nested form ``{"LabelName": ..., "Subcategory": [...]}``.

    Lists of ``Part`` are left out: a wheel is part of a car and is no car.

    Raises:
        DataError: if it has another form.
    """
    found: dict[str, tuple[str, ...]] = {}
    stack: list[tuple[Any, str, int]] = [(tree, "", 0)]
    while stack:
        node, parent, depth = stack.pop()
        label = node.get("LabelName") if isinstance(node, Mapping) else None
        below = node.get("Subcategory", []) if isinstance(node, Mapping) else None
        if not isinstance(label, str) or not isinstance(below, list) or depth > _DEEPEST:
            raise DataError(
                f"{where}: a node with 'LabelName' and a list 'Subcategory' was expected, "
                f"but {node!r:.60} came.",
                hint="Use the form of bbox_labels_600_hierarchy.json.",
            )
        if parent and parent not in found.get(label, ()):
            found[label] = (*found.get(label, ()), parent)
        stack.extend((one, label, depth + 1) for one in reversed(below))
    return found


def _pairs(path: Path, first: str, second: str) -> Iterator[tuple[int, str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            missing = {first, second} - set(rows.fieldnames or ())
            if missing:
                raise DataError(
                    f"{path}:1: the column {min(missing)!r} is missing; found "
                    f"{', '.join(rows.fieldnames or ()) or 'nothing'}.",
                    hint=f"The first line is: {first},{second}",
                )
            for row in rows:
                if row[first] is None or row[second] is None:
                    raise DataError(
                        f"{path}:{rows.line_num}: the line has too few columns.",
                        hint=f"Write {first},{second} on every line.",
                    )
                yield rows.line_num, row[first].strip(), row[second].strip()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{path} cannot be read: {error}.", hint="Save it as CSV with commas, in UTF-8."
        ) from None
