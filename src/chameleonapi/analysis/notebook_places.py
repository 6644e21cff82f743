"""Places in notebooks as their readers count: by cell, and by line within it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from chameleonapi.analysis.frontend.notebooks import NotebookCell, cell_at

__all__ = ["with_cells"]

# what an API answers is no place, whatever its fields are called
_ANSWERS: Final = frozenset({"witnesses", "answer"})


def with_cells(record: dict[str, Any], cells: Collection[NotebookCell]) -> dict[str, Any]:
    """Return a report in JSON, with ``cell`` and ``cell_line`` beside each line of a notebook."""
    if not cells:
        return record
    made: dict[str, Any] = _added(record, cells)
    return made


def _added(value: Any, cells: Collection[NotebookCell]) -> Any:
    if isinstance(value, list):
        return [_added(one, cells) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: inner if key in _ANSWERS else _added(inner, cells) for key, inner in value.items()}
    if isinstance(made.get("file"), str) and isinstance(made.get("line"), int):
        cell = cell_at(cells, made["file"], made["line"])
        if cell is not None:
            made["cell"] = cell.number
            made["cell_line"] = made["line"] - cell.line + 1
    return made
