"""Notebooks: code cells become one module whose lines count from its first cell."""

from __future__ import annotations

import json

from chameleonapi.errors import SourceError

__all__ = ["notebook_source"]


def notebook_source(content: bytes, file: str) -> str:
    """Return the code of a notebook, with shell commands and magics as comments.

    Raises:
        SourceError: if the file is no notebook.
    """
    try:
        record = json.loads(content)
        cells = record.get("cells")
        if cells is None:
            cells = [cell for sheet in record["worksheets"] for cell in sheet["cells"]]
        lines: list[str] = []
        for cell in cells:
            if cell.get("cell_type") != "code":
                continue
            source = cell.get("source", cell.get("input", ""))
            text = source if isinstance(source, str) else "".join(source)
            lines.extend(_cell(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError("this is not a Jupyter notebook.", file=file) from None
    return "\n".join(lines) + "\n"


def _cell(text: str) -> list[str]:
    lines = text.split("\n")
    if lines and lines[0].startswith("%%") and not lines[0].startswith("%%time"):
        return [f"# {line}" for line in lines]
    return [f"# {line}" if line.lstrip()[:1] in {"%", "!", "?"} else line for line in lines]
