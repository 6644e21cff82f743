"""Files: those of the application are read, all others are unknown; nothing is ever written."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from chameleonapi.analysis.engine.lifting import is_touched, protect, shown
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.texts import concatenate, to_text
from chameleonapi.analysis.engine.values import Native, Opaque, Tainted, Unknown

__all__ = ["ROOT", "TextFile", "find_file", "open_file", "path_text"]

ROOT = "/app"


class TextFile(Opaque):
    """An open file whose contents are known."""

    __slots__ = ("content", "is_binary", "path", "position")
    name = "TextIOWrapper"
    escapes = True

    def __init__(self, path: str, content: Any) -> None:
        self.path = path
        self.content = content
        self.is_binary = isinstance(content, bytes)
        self.position = 0

    def _rest(self) -> Any:
        if not isinstance(self.content, (str, bytes)):
            return self.content
        rest = self.content[self.position :]
        self.position = len(self.content)
        return rest

    def _lines(self) -> list[Any]:
        return list(self._rest().splitlines(keepends=True))

    def _line(self) -> Any:
        end = b"\n" if self.is_binary else "\n"
        place = self.content.find(end, self.position)
        stop = len(self.content) if place < 0 else place + 1
        line = self.content[self.position : stop]
        self.position = stop
        return line

    def iterate(self, _machine: Machine) -> Iterator[Any]:
        """Yield the lines."""
        return iter(self._lines())

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a method of the file."""
        simple: dict[str, Callable[[], Any]] = {
            "read": self._rest,
            "readlines": self._lines,
            "readline": self._line,
            "getvalue": lambda: self.content,
        }
        if name == "write":
            return Native(name, self.write)
        if not isinstance(self.content, (str, bytes)) and name in ("readlines", "readline"):
            return Native(name, lambda _m, _a, _n: Unknown("io.StringIO()", is_tainted=True))
        if name in simple:
            function = simple[name]
            return Native(name, lambda _m, _a, _n: function())
        if name in ("close", "flush", "seek", "__enter__", "__exit__"):
            return Native(name, lambda _m, _a, _n: self._rewind(name))
        if name == "name":
            return self.path
        return Unknown(f"{self.path}.{name}") if name else super().attribute(machine, name)

    def write(self, machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        """Append to a file in memory what is written, or what ``print`` makes of its arguments."""
        pieces: list[Any] = [self.content]
        if "file" in named:
            for position, one in enumerate(arguments):
                pieces += [named.get("sep", " ")] if position else []
                pieces.append(to_text(machine, one))
            pieces.append(named.get("end", "\n"))
        else:
            pieces.append(arguments[0])
        if self.is_binary or any(one is None for one in pieces):
            self.content = Unknown("io.BytesIO()", is_tainted=is_touched(pieces))
            return
        self.content = concatenate(machine, tuple(pieces))

    def escape(self, *, is_tainted: bool) -> None:
        """Forget what a file in memory holds: something that is not modelled writes to it."""
        if self.path == "<memory>":
            self.content = Unknown("io.StringIO()", is_tainted=is_tainted)

    def _rewind(self, name: str) -> Any:
        if name == "seek":
            self.position = 0
        return self if name == "__enter__" else None


def path_text(machine: Machine, value: Any) -> str | None:
    """Return a path as text, or None if it is not known."""
    if isinstance(value, Opaque) and hasattr(value, "path_text"):
        return str(value.path_text)
    if type(value) is str:
        return value
    del machine
    return None


def find_file(machine: Machine, path: str) -> bytes | None:
    """Return the contents of a file of the application, or None.

    Relative paths are looked for beside the running file and at the root.
    """
    if path.startswith(ROOT + "/"):
        return machine.linker.project.data(posixpath.normpath(path[len(ROOT) + 1 :]))
    if path.startswith(("/", "~")) or "\0" in path:
        return None
    here = posixpath.dirname(machine.span.file)
    for folder in dict.fromkeys((here, "")):
        found = machine.linker.project.data(posixpath.normpath(posixpath.join(folder, path)))
        if found is not None:
            return found
    return None


def open_file(machine: Machine, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Return what ``open(...)`` returns."""
    path = arguments[0] if arguments else named.get("file", MISSING)
    mode = arguments[1] if len(arguments) > 1 else named.get("mode", "r")
    text = path_text(machine, path)
    if text is None or not isinstance(mode, str) or any(one in mode for one in "wax+"):
        tainted = type(path) is Tainted
        label = shown(path) if text is None else repr(text)
        return Unknown(f"open({label})", is_tainted=tainted)
    label = f"open({text!r})"
    is_touched_file = label in machine.touched
    content = None if is_touched_file else find_file(machine, text)
    if content is None:
        return Unknown(label, is_tainted=is_touched_file)
    machine.charge(len(content))
    if "b" in mode:
        return TextFile(text, content)
    encoding = named.get("encoding")
    decoded = protect(content.decode, encoding if isinstance(encoding, str) else "utf-8", "replace")
    return TextFile(text, decoded.lstrip("\ufeff").replace("\r\n", "\n"))
