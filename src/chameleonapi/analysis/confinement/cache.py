"""Reports of applications that have not changed since they were analysed.

An entry is one JSON file, named after the content of the application's sources, the
vocabularies, the budget and the code of the analysis. It lists the other files that the
analysis read; it counts only while those are as they were. Whatever is not understood in
the folder is no entry.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.analysis.confinement.fingerprint import digest_of
from chameleonapi.errors import RecordError

__all__ = ["CACHE_VARIABLE", "ReportCache", "user_cache"]

CACHE_VARIABLE: Final = "CHAMELEON_CACHE"  # a folder, or "off"
_SCHEMA: Final = "chameleonapi.analysis-cache/1"
_MIB: Final = 1024 * 1024
_NAME: Final = re.compile(r"[0-9a-f]{64}\.json$")
_OFF: Final = frozenset({"off", "0", "no", "none"})


def user_cache() -> ReportCache | None:
    """Return the user's cache, None if it is switched off.

    ``CHAMELEON_CACHE`` names another folder, or is ``off``.
    """
    asked = os.environ.get(CACHE_VARIABLE, "")
    if asked.lower() in _OFF:
        return None
    if asked:
        return ReportCache(Path(asked))
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(base).expanduser()
    except RuntimeError:  # this user has no home
        return None
    return ReportCache(folder / "chameleonapi" / "analysis") if folder.is_absolute() else None


@final
@dataclass(frozen=True, slots=True)
class ReportCache:
    """Reports in a folder; a folder that cannot be used is an empty cache, never an error.

    Attributes:
        folder: holds the entries, and nothing of anybody else.
        most_bytes: the oldest entries go when they need more.
        most_entry_bytes: a larger report is not kept.
    """

    folder: Path
    most_bytes: int = 256 * _MIB
    most_entry_bytes: int = 16 * _MIB

    def get(self, key: str, reads_of: Callable[[list[str]], dict[str, Any]]) -> Any:
        """Return the JSON of a report, None if there is none for what is there now.

        Args:
            key: from the content that is known before an analysis.
            reads_of: the digests of files, by name, as they are now.
        """
        path = self._path(key)
        try:
            if path.stat().st_size > self.most_entry_bytes:
                return None
            entry = json.loads(path.read_text("utf-8"))
            body = {name: entry[name] for name in ("schema", "key", "reads", "report")}
            is_whole = entry["digest"] == digest_of(body)
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None
        reads = body["reads"]
        if not is_whole or body["schema"] != _SCHEMA or body["key"] != key:
            return None
        if not isinstance(reads, dict) or reads_of(list(reads)) != reads:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # entries in use are the last to go
        return body["report"]

    def put(self, key: str, reads: dict[str, Any], report: Any) -> None:
        """Keep a report."""
        body = {"schema": _SCHEMA, "key": key, "reads": reads, "report": report}
        try:
            text = json.dumps({**body, "digest": digest_of(body)})
        except (ValueError, RecursionError, RecordError):
            return
        if len(text) > self.most_entry_bytes:
            return
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        except OSError:
            return
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            return
        self._shrink()

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def _shrink(self) -> None:
        """Remove the entries that were not used for longest, and what a crash has left."""
        entries = []
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                if _NAME.match(path.name) or path.suffix == ".part":
                    entries.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries, key=lambda one: one[0]):
            if total <= self.most_bytes:
                break
            total -= size
            with contextlib.suppress(OSError):
                path.unlink()
