"""The application's folder: its sources, its data files, and what its imports mean."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from pathlib import Path, PurePosixPath

from chameleonapi.analysis.frontend.files import (
    MAX_DATA_BYTES,
    MAX_SOURCE_BYTES,
    FileRefusedError,
    list_sources,
    read_bytes,
)
from chameleonapi.analysis.frontend.notebooks import Notebook, NotebookCell, read_notebook
from chameleonapi.analysis.frontend.parsing import Source, decode, parse
from chameleonapi.decision import Gap, Span
from chameleonapi.errors import NothingFoundError, SourceError, UsageError

__all__ = ["Project"]

_DATA_FILES = 200


class Project:
    """A folder, or one file in a folder.

    Attributes:
        root: the folder; nothing outside it is read.
        files: the sources to analyse, relative to the root.
        gaps: what could not be read or parsed.
        cells: where the cells of the notebooks are that were read.
    """

    def __init__(self, path: str | Path) -> None:
        given = Path(path)
        try:
            exists = given.exists()
        except (OSError, ValueError):
            exists = False
        if not exists:
            raise UsageError(
                f"there is no file or folder {str(path)!r}.",
                hint="Give the path of an application.",
            )
        real = Path(os.path.realpath(given))
        if not real.is_file() and not real.is_dir():
            raise SourceError(
                "this is neither a regular file nor a folder.",
                file=str(path),
                hint="Give a Python file, or the folder that holds the application's source.",
            )
        self.is_single = real.is_file()
        self.root = real.parent if self.is_single else real
        self.gaps: list[Gap] = []
        self.cells: list[NotebookCell] = []
        self._sources: dict[str, Source | None] = {}
        self._data: dict[str, bytes | None] = {}
        self._resolved: dict[tuple[str, str, int], str | None] = {}
        if self.is_single:
            self.files: tuple[str, ...] = (real.name,)
            if self.source(real.name) is None:
                gap = self.gaps[-1]
                raise SourceError(
                    gap.message,
                    file=real.name,
                    line=gap.span.line,
                    hint="Correct the file, or name another one, and analyse again.",
                )
        else:
            self.files = tuple(list_sources(self.root))
            if not self.files:
                raise NothingFoundError(
                    f"there is no Python file in {str(path)!r}.",
                    hint="Give the folder that holds the application's source.",
                )

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.files if not self.is_single else list_sources(self.root))

    def text(self, file: str) -> str | None:
        """Return the text of a source, or None with a gap."""
        source = self._sources.get(file)
        if source is not None:
            return source.text
        try:
            return self._text(file)[0]
        except (SourceError, FileRefusedError):
            return None

    def _text(self, file: str) -> tuple[str, Notebook | None]:
        content = read_bytes(self.root, file, MAX_SOURCE_BYTES)
        if file.endswith(".ipynb"):
            notebook = read_notebook(content, file)
            return notebook.text, notebook
        return decode(content, file), None

    def source(self, file: str) -> Source | None:
        """Return a parsed source, or None with a gap."""
        if file not in self._sources:
            try:
                text, notebook = self._text(file)
                if notebook is not None:
                    self.cells += notebook.cells
                    self.gaps += [
                        Gap("syntax-error", message, Span(file, line))
                        for line, message in notebook.left_out
                    ]
                made = parse(text, file)
                if made.repaired:
                    message = f"Python 2 source was repaired before it was read: {made.repaired}."
                    self.gaps.append(Gap("repaired-source", message, Span(file, 1)))
                self._sources[file] = made
            except SourceError as error:
                self.gaps.append(Gap("syntax-error", error.problem, Span(file, max(1, error.line))))
                self._sources[file] = None
            except FileRefusedError as error:
                message = f"{file} was left out: {error}."
                self.gaps.append(Gap("unreadable-source", message, Span(file, 1)))
                self._sources[file] = None
        return self._sources[file]

    def parsed(self) -> dict[str, Source]:
        """Return the sources that have been parsed so far."""
        return {file: one for file, one in self._sources.items() if one is not None}

    def data(self, relative: str) -> bytes | None:
        """Return a data file of the application, or None."""
        relative = PurePosixPath(os.path.normpath(relative)).as_posix()
        if relative not in self._data:
            if len(self._data) >= _DATA_FILES:
                return None
            try:
                self._data[relative] = read_bytes(self.root, relative, MAX_DATA_BYTES)
            except FileRefusedError:
                self._data[relative] = None
        return self._data[relative]

    def contents(self) -> dict[str, bytes | None]:
        """Return what was read so far: the content of each file, None where there was none."""
        made: dict[str, bytes | None] = {}
        for file in self._sources:
            try:
                made[file] = read_bytes(self.root, file, MAX_SOURCE_BYTES)
            except FileRefusedError:  # noqa: PERF203 - one try per file
                made[file] = None
        return made | self._data

    @property
    def data_texts(self) -> tuple[str, ...]:
        """The text of every data file that a run has read."""
        return tuple(
            content.decode("utf-8", "replace")
            for name, content in self._data.items()
            if content and name != "pyproject.toml"  # read for our settings
        )

    def resolve(self, importer: str, name: str, level: int) -> str | None:
        """Return the file of a module (or ``folder/`` of a bare package), or None.

        Absolute names are looked for beside the importing file, in the folders above it up to
        the root, and in ``src``: this is how scripts, packages and src layouts are started.
        """
        key = (importer, name, level)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(importer, name, level)
        return self._resolved[key]

    def _resolve(self, importer: str, name: str, level: int) -> str | None:
        here = PurePosixPath(importer).parent
        inner = name.replace(".", "/")
        if level:
            for _ in range(level - 1):
                here = here.parent
            return self._module_at(here / inner if inner else here)
        if not name:
            return None
        folders = [here, *here.parents]
        for folder in [*folders, PurePosixPath("src")]:
            found = self._module_at(folder / inner)
            if found is not None and found != importer:
                return found
        return self._on_changed_path(inner, importer)

    def _on_changed_path(self, inner: str, importer: str) -> str | None:
        """Return a module of a folder that a source adds to ``sys.path``, wherever it is."""
        if inner.split("/", 1)[0] in sys.stdlib_module_names or not self._changes_path:
            return None
        ends = (f"/{inner}.py", f"/{inner}/__init__.py")
        found = [one for one in self._known if one.endswith(ends) and one != importer]
        return min(found, key=lambda one: (one.count("/"), one), default=None)

    @cached_property
    def _changes_path(self) -> bool:
        return any(
            one is not None and "sys.path" in one.text for one in list(self._sources.values())
        )

    def _module_at(self, path: PurePosixPath) -> str | None:
        base = path.as_posix()
        base = "" if base == "." else base
        for candidate in ([f"{base}.py"] if base else []) + [f"{base}/__init__.py".lstrip("/")]:
            if candidate in self._known:
                return candidate
        folder = f"{base}/" if base else ""
        if folder and any(file.startswith(folder) for file in self._known):
            return folder
        return None
