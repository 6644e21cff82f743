"""The texts that a data file of an application holds: what its decisions may compare with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

__all__ = ["strings_in"]


def strings_in(text: str) -> Iterator[str]:
    """Yield the strings of a data file: of JSON, else cells and lines."""
    try:
        stack = [json.loads(text)]
    except (ValueError, RecursionError):
        for line in text.splitlines():
            yield line.strip()
            if "," in line or "\t" in line:
                try:
                    cells = next(csv.reader(io.StringIO(line.replace("\t", ","))), [])
                except csv.Error:
                    continue
                yield from (cell.strip() for cell in cells)
        return
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
