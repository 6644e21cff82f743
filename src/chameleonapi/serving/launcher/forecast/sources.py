"""What the sources of a Python application say: imports, calls and addresses."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chameleonapi.serving.launcher.forecast.command import Command

__all__ = ["ADDRESS", "Place", "Sources", "read_sources"]

_MAX_FILES: Final = 1_000
_MAX_BYTES: Final = 2 * 1024 * 1024
_SKIPPED: Final = frozenset(
    {".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages"}
)
ADDRESS: Final = re.compile(
    r"(?:(?:us-|eu-)?vision|language)\.googleapis\.com"
    r"|(?:rekognition|comprehend)[\w.{}%-]*\.amazonaws\.com"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; the line is one-based."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class Sources:
    """What was read.

    Attributes:
        imports: dotted names that are imported, with where first.
        settings: keyword arguments and their values as text, with the name that is called.
        services: names of AWS services for which a client is made.
        addresses: of served APIs.
        unread: files that could not be read, and why.
        files: how many were read.
    """

    imports: dict[str, Place] = field(default_factory=dict)
    settings: list[tuple[str, str, str, Place]] = field(default_factory=list)
    services: dict[str, Place] = field(default_factory=dict)
    addresses: dict[str, Place] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    files: int = 0

    def imported(self, *names: str) -> Place | None:
        """Return where one of these modules, or a part of one, is imported first."""
        for name in names:
            for one, place in self.imports.items():
                if one == name or one.startswith(name + "."):
                    return place
        return None

    def setting(self, name: str, *values: str) -> Place | None:
        """Return where a keyword argument is given one of these values, or any if none."""
        for _, key, value, place in self.settings:
            if key == name and (not values or value in values):
                return place
        return None


def read_sources(command: Command) -> Sources:
    """Read what a command runs, and what that imports from its own folder."""
    found = Sources()
    if command.code:
        _read_text(command.code, "-c", found)
        waiting = list(_own_modules(command.code, None, command.folder))
    elif command.entry is not None:
        waiting = [command.entry]
    else:
        waiting = sorted(_all_files(command.folder))
    root, seen = command.folder.resolve(), set[Path]()
    while waiting:
        path = waiting.pop(0)
        try:
            real = path.resolve()
            if real in seen or not (real.is_relative_to(root) or path == command.entry):
                continue
            seen.add(real)
            if found.files >= _MAX_FILES:
                found.unread.append(f"more than {_MAX_FILES} files: the others were not read")
                break
            if not real.is_file() or real.stat().st_size > _MAX_BYTES:
                found.unread.append(f"{path.name}: no file, or too large")
                continue
            text = real.read_text("utf-8", "replace")
        except OSError as error:
            found.unread.append(f"{path.name}: {error.strerror}")
            continue
        found.files += 1
        name = real.relative_to(root).as_posix() if real.is_relative_to(root) else real.name
        if _read_text(text, name, found):
            waiting += _own_modules(text, real, command.folder)
    return found


def _all_files(folder: Path) -> Iterator[Path]:
    waiting, number = [folder], 0
    while waiting:
        for one in sorted(waiting.pop().iterdir()):
            if one.is_symlink() or one.name in _SKIPPED:
                continue
            if one.is_dir():
                waiting.append(one)
            elif one.suffix == ".py":
                number += 1
                yield one
            if number > _MAX_FILES:
                return


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the application's own syntax
            return ast.parse(text, filename="/dev/null/source")  # an error is looked up there
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _read_text(text: str, name: str, found: Sources) -> bool:
    tree = _parsed(text)
    if tree is None:
        found.unread.append(f"{name}: no Python 3")
        return False
    for node in ast.walk(tree):
        place = Place(name, getattr(node, "lineno", 1))
        if isinstance(node, ast.Import):
            for alias in node.names:
                found.imports.setdefault(alias.name, place)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                found.imports.setdefault(f"{node.module}.{alias.name}", place)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for match in ADDRESS.finditer(node.value):
                found.addresses.setdefault(match[0], place)
        elif isinstance(node, ast.Call):
            _read_call(node, place, found)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:  # session.trust_env = False
                if isinstance(target, ast.Attribute):
                    value = repr(node.value.value)
                    found.settings.append(("", target.attr, value, place))
    return True


def _read_call(node: ast.Call, place: Place, found: Sources) -> None:
    called = _name(node.func)
    for keyword in node.keywords:
        if keyword.arg:
            value = keyword.value
            text = repr(value.value) if isinstance(value, ast.Constant) else _name(value) or "?"
            found.settings.append((called, keyword.arg, text, place))
    first = (
        node.args[0]
        if node.args
        else next((one.value for one in node.keywords if one.arg == "service_name"), None)
    )
    if called.rpartition(".")[2] in {"client", "resource", "create_client"} and isinstance(
        first, ast.Constant
    ):
        found.services.setdefault(str(first.value), place)
    if called.rpartition(".")[2] == "build" and isinstance(first, ast.Constant):
        found.services.setdefault(f"discovery:{first.value!s}", place)


def _name(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Call):
        return ".".join([_name(node.func), *reversed(parts)])
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def _own_modules(text: str, path: Path | None, folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that a source imports."""
    tree = _parsed(text)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(folder, alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = folder
            if node.level and path is not None:
                base = path.parents[min(node.level, len(path.parents)) - 1]
            module = node.module.split(".") if node.module else []
            yield from _files(base, module)
            for alias in node.names:
                yield from _files(base, [*module, alias.name])


def _files(base: Path, parts: Sequence[str]) -> Iterator[Path]:
    for length in range(1, len(parts) + 1):
        place = base.joinpath(*parts[:length])
        for one in (place.with_suffix(".py"), place / "__init__.py"):
            if one.is_file():
                yield one
