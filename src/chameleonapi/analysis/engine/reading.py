"""Which files of a project are parsed: all of a small one, else those that speak of an API."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from chameleonapi.analysis.deadline import Deadline
from chameleonapi.analysis.frontend.project import Project
from chameleonapi.decision import Gap, Span

__all__ = ["read_sources"]

_SMALL_PROJECT: Final = 400  # files; a larger one is read only where it speaks of an API
# What speaks of an API for certain beside its methods, and words that also mean something else.
_SIGNS: Final = ("rekognition", "comprehend", "googleapi", r"google\.cloud")
_HINTS: Final = ("vision", "language")
_READING_SECONDS: Final = 5.0  # of the processor, for files with hints only


def read_sources(project: Project, methods: Collection[str]) -> None:
    """Parse what may belong to the application; ``methods`` are the names of calls."""
    files = project.files
    if len(files) <= _SMALL_PROJECT:
        for file in files:
            project.source(file)
    else:
        _parse_some(project, files, re.compile("|".join([*_SIGNS, *map(re.escape, methods)])))
    if project.is_single:
        _parse_imported(project)


def _parse_some(project: Project, files: Sequence[str], signs: re.Pattern[str]) -> None:
    """Parse the files that speak of an API, then those that may, as long as there is time."""
    hinted: list[str] = []
    for file in files:
        text = project.text(file)
        if text is None:
            continue
        if signs.search(text):
            project.source(file)
        elif any(one in text for one in _HINTS):
            hinted.append(file)
    deadline = Deadline(_READING_SECONDS)
    for position, file in enumerate(hinted):
        if deadline.is_over:
            count = len(hinted) - position
            message = (
                f"{count} of {len(files)} files were not looked at for entries: they name no"
                " API, and the project is large."
            )
            project.gaps.append(Gap("budget", message, Span(file, 1)))
            break
        project.source(file)


def _parse_imported(project: Project) -> None:
    # what the one file imports belongs to the application too
    queue = list(project.files)
    seen = set(queue)
    while queue and len(seen) < _SMALL_PROJECT:
        source = project.source(queue.pop())
        if source is None:
            continue
        for file in _imported(project, source.file, source.tree):
            if file not in seen and not file.endswith("/"):
                seen.add(file)
                queue.append(file)


def _imported(project: Project, file: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        names: list[tuple[str, int]] = []
        if isinstance(node, ast.Import):
            names = [(one.name, 0) for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [(base, node.level)] if base or node.level else []
            dot = "." if base else ""
            names += [(f"{base}{dot}{one.name}", node.level) for one in node.names]
        for name, level in names:
            found = project.resolve(file, name, level)
            if found is not None:
                yield found
