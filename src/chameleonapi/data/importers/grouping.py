"""Rows that belong to one picture brought together, on disk rather than in memory."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Final, final

__all__ = ["Grouping"]

_BATCH: Final = 10_000


@final
class Grouping:
    """A temporary table of (key, row); the rows of a key come back in the order of adding.

    Example:
        >>> with Grouping() as rows:
        ...     rows.add("b", [1])
        ...     rows.add("a", [2])
        ...     list(rows.groups())
        [('a', [[2]]), ('b', [[1]])]
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chameleon-import-")
        self._database = sqlite3.connect(Path(self._folder.name) / "rows.sqlite")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE rows (key TEXT, value TEXT)")
        self._waiting: list[tuple[str, str]] = []

    def __enter__(self) -> Grouping:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()
        self._folder.cleanup()

    def add(self, key: str, row: Any) -> None:
        """Keep one row, which must have a JSON form."""
        self._waiting.append((json.dumps(key), json.dumps(row, separators=(",", ":"))))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield every key with its rows, sorted by the JSON form of the key."""
        self._flush()
        self._database.execute("CREATE INDEX by_key ON rows (key)")
        ordered = self._database.execute("SELECT key, value FROM rows ORDER BY key, rowid")
        for key, rows in groupby(ordered, key=lambda row: row[0]):
            yield json.loads(key), [json.loads(value) for _, value in rows]

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO rows VALUES (?, ?)", self._waiting)
        self._waiting.clear()
