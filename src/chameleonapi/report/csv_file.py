"""Rows of records as CSV: for spreadsheets, so nothing in it may act as a formula."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from chameleonapi.errors import UsageError

__all__ = ["csv_text", "write_csv"]

Cell = str | int | float | bool | None
_ACTS = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}")


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """Return the text; what a row does not have stays empty.

    Text that a spreadsheet would take for a formula begins with an apostrophe, as OWASP advises
    on CSV injection. Numbers have as many digits as they need to be read back.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(one)) for one in columns])
    return stream.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_ACTS) else value
    return repr(round(value, 6)) if isinstance(value, float) else str(value)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write a CSV file in UTF-8; it is complete or not there.

    Raises:
        UsageError: if it cannot be written.
    """
    content = csv_text(columns, rows)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_text(content, "utf-8", newline="\n")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot write {str(path)!r}: {error.strerror}.",
            hint="Choose another file, or free space.",
        ) from None
