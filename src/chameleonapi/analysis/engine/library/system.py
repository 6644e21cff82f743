"""``os``, ``os.path``, ``pathlib``, ``io`` and ``sys``: paths are text, the rest is unknown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, Final

from chameleonapi.analysis.engine.control import Raised
from chameleonapi.analysis.engine.library.files import (
    ROOT,
    TextFile,
    find_file,
    open_file,
    path_text,
)
from chameleonapi.analysis.engine.lifting import is_touched, protect
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.texts import concatenate
from chameleonapi.analysis.engine.values import Native, NativeModule, Opaque, Unknown
from chameleonapi.analysis.trace import OPTION, Assumption

__all__ = ["io_module", "os_module", "os_path_module", "pathlib_module", "sys_module"]

_NAME: Final = re.compile(r"[A-Za-z][\w-]{0,40}")  # of a service, not a path or a number

Arguments = tuple[Any, ...]
Named = dict[str, Any]


def _path_function(name: str, function: Any) -> Native:
    def run(machine: Machine, arguments: Arguments, _n: Named) -> Any:
        texts = [path_text(machine, one) for one in arguments]
        if any(one is None for one in texts):
            known = [one for one in arguments if not isinstance(one, (Opaque, list))]
            if name == "join":
                # a path that is known in part
                pieces: list[Any] = []
                for one in known:
                    pieces += ["/", one] if pieces else [one]
                return concatenate(machine, tuple(pieces))
            return Unknown(f"os.path.{name}()", is_tainted=is_touched(arguments))
        return protect(function, *texts)

    return Native(name, run)


def _absolute(path: str) -> str:
    return posixpath.normpath(posixpath.join(ROOT, path))


def _exists(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    text = path_text(machine, arguments[0])
    if text is not None and find_file(machine, text) is not None:
        return True
    return Unknown(f"exists({text or 'path'})", is_tainted=is_touched(arguments))


def os_path_module(_machine: Machine) -> NativeModule:
    """Return ``os.path``."""
    members: dict[str, Any] = {
        name: _path_function(name, getattr(posixpath, name))
        for name in [
            "join",
            "dirname",
            "basename",
            "split",
            "splitext",
            "normpath",
            "isabs",
            "relpath",
        ]
    }
    for name in ("abspath", "realpath"):
        members[name] = _path_function(name, _absolute)
    members["expanduser"] = Native("expanduser", lambda _m, a, _n: a[0])
    for name in ("exists", "isfile"):
        members[name] = Native(name, _exists)
    members["sep"] = "/"
    for name in ("commonprefix", "commonpath"):
        members[name] = Native(name, _common(name))
    return NativeModule("os.path", members)


def _common(name: str) -> Any:
    function = getattr(posixpath, name)

    def run(machine: Machine, arguments: Arguments, _n: Named) -> Any:
        texts = [path_text(machine, one) for one in machine.linker.items(machine, arguments[0])]
        if any(one is None for one in texts):
            return Unknown(f"os.path.{name}()", is_tainted=is_touched(arguments))
        return protect(function, texts)

    return run


class Environment(Opaque):
    """``os.environ``: what a ``.env`` file beside the code says, a given default, or unknown."""

    __slots__ = ()
    name = "environ"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``get`` and the like."""
        if name == "get":
            return Native(name, _getenv)
        if name in ("setdefault", "update", "pop", "copy", "items", "keys"):
            return Native(name, lambda _m, _a, _n: Unknown(f"os.environ.{name}()"))
        return super().attribute(machine, name)

    def item(self, machine: Machine, key: Any) -> Any:
        """Return a variable."""
        return _getenv(machine, (key,), {})

    def contains(self, _machine: Machine, key: Any) -> Any:
        """Tell whether a variable is set: unknown."""
        return Unknown(f"{key!r} in os.environ")

    def set_item(self, machine: Machine, key: Any, value: Any) -> None:
        """Accept a setting, which a program that is started later sees."""
        machine.linker.external(machine, "setenv", "os.environ", (key, value), {})

    def iterate(self, _machine: Machine) -> Iterator[Any]:
        """Yield one unknown name."""
        return iter([Unknown("os.environ[i]")])


def _is_set(machine: Machine, key: Any, default: Any) -> bool:
    """Tell whether a variable that names a choice is taken to be set, against its default.

    It is where a call is looked for to which the default does not lead.
    """
    if not (isinstance(key, str) and isinstance(default, str) and _NAME.fullmatch(default)):
        return False
    mark = f"{OPTION}{key}"
    is_set = machine.chosen.get(mark, False)
    machine.assumptions[mark] = Assumption(
        mark,
        is_set,
        f"{key!r} in os.environ",
        is_tainted=False,
        is_after_call=machine.has_called,
        span=machine.here,
    )
    return is_set


def _getenv(machine: Machine, arguments: Arguments, named: Named) -> Any:
    key = arguments[0]
    default = arguments[1] if len(arguments) > 1 else named.get("default")
    if isinstance(key, str):
        asked = Unknown(f"os.environ[{key!r}]")
        given = machine.linker.given.settle(asked)
        if given is not asked:
            return given
        found = _dotenv(machine).get(key)
        if found is not None:
            return found
    if default is not None and default != "" and not _is_set(machine, key, default):
        return default
    return Unknown(f"os.environ[{key!r}]" if isinstance(key, str) else "os.environ[…]")


def _dotenv(machine: Machine) -> dict[str, str]:
    content = find_file(machine, ".env")
    found: dict[str, str] = {}
    for line in (content or b"").decode("utf-8", "replace").splitlines():
        name, sign, value = line.partition("=")
        name = name.strip().removeprefix("export ").strip()
        if sign and name and not name.startswith("#"):
            found[name] = value.strip().strip("'\"")
    return found


def dotenv_module(_machine: Machine) -> NativeModule:
    """Return ``dotenv``: what a ``.env`` file says is read where a variable is asked for."""
    return NativeModule(
        "dotenv",
        {
            "load_dotenv": Native("load_dotenv", lambda _m, _a, _n: True),
            "find_dotenv": Native("find_dotenv", lambda _m, _a, _n: ".env"),
            "dotenv_values": Native("dotenv_values", lambda m, _a, _n: dict(_dotenv(m))),
        },
    )


def _configured(machine: Machine, arguments: Arguments, named: Named) -> Any:
    found = _getenv(machine, arguments[:1], {"default": named.get("default")})
    cast = named.get("cast")
    if cast is None or isinstance(found, Unknown):
        return found
    return machine.linker.call(machine, cast, (found,), {})


def decouple_module(_machine: Machine) -> NativeModule:
    """Return ``decouple``."""
    return NativeModule("decouple", {"config": Native("config", _configured)})


def os_module(machine: Machine) -> NativeModule:
    """Return ``os``."""
    path = machine.modules.get("library:os.path") or os_path_module(machine)
    members: dict[str, Any] = {
        "path": path,
        "environ": Environment(),
        "getenv": Native("getenv", _getenv),
        "getcwd": Native("getcwd", lambda _m, _a, _n: ROOT),
        "_exit": Native("_exit", _exit),
        "abort": Native("abort", _exit),
        "sep": "/",
        "linesep": "\n",
        "name": "posix",
    }
    return NativeModule("os", members)


def _exit(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    raise Raised(SystemExit(*arguments[:1]))


def sys_module(_machine: Machine) -> NativeModule:
    """Return ``sys``."""
    return NativeModule(
        "sys",
        {
            "exit": Native("exit", _exit),
            "argv": Unknown("sys.argv"),
            "version_info": (3, 11, 0, "final", 0),
            "version": "3.11.0",
            "platform": "linux",
            "maxsize": 9223372036854775807,
            "maxunicode": 1114111,
            "setdefaultencoding": Native("setdefaultencoding", lambda _m, _a, _n: None),
            "path": Unknown("sys.path"),
            "stdin": Unknown("sys.stdin"),
            "stdout": Unknown("sys.stdout"),
            "stderr": Unknown("sys.stderr"),
        },
    )


class FilePath(Opaque):
    """A ``pathlib`` path."""

    __slots__ = ("path_text",)
    name = "PosixPath"

    def __init__(self, path_text: str) -> None:
        self.path_text = path_text

    @property
    def rendering(self) -> str:
        """How it appears in effects."""
        return f"Path({self.path_text!r})"

    def text(self, _machine: Machine) -> str:
        """Return the path as text."""
        return self.path_text

    def operate(self, machine: Machine, name: str, other: Any, mirrored: bool) -> Any:
        """Return ``path / other``."""
        text = path_text(machine, other)
        if name != "/" or text is None:
            return Unknown(f"{self.path_text}/…", is_tainted=is_touched(other))
        parts = (text, self.path_text) if mirrored else (self.path_text, text)
        return FilePath(posixpath.join(*parts))

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a part of the path, or a method."""
        del machine
        path = self.path_text
        stem, suffix = posixpath.splitext(posixpath.basename(path))
        simple = {
            "parent": FilePath(posixpath.dirname(path) or "."),
            "name": posixpath.basename(path),
            "stem": stem,
            "suffix": suffix,
            "parts": tuple(one for one in path.split("/") if one),
        }
        if name in simple:
            return simple[name]
        if name == "suffixes":
            pieces = posixpath.basename(path).lstrip(".").split(".")[1:]
            return [f".{one}" for one in pieces]
        if name == "is_absolute":
            return Native(name, lambda _m, _a, _n: path.startswith("/"))
        if name == "parents":
            return _Parents(path)
        if name in ("resolve", "absolute", "expanduser"):
            return Native(name, lambda _m, _a, _n: FilePath(_absolute(path)))
        if name == "joinpath":
            return Native(name, lambda m, a, _n: _join_all(m, self, a))
        if name in ("with_suffix", "with_name"):
            return Native(name, lambda _m, a, _n: _renamed(path, name, a[0]))
        if name in ("exists", "is_file"):
            return Native(name, lambda m, _a, _n: _exists(m, (self,), {}))
        if name == "as_posix":
            return Native(name, lambda _m, _a, _n: path)
        if name == "open":
            return Native(name, lambda m, a, n: open_file(m, (self, *a), n))
        if name in ("read_text", "read_bytes"):
            mode = "rb" if name == "read_bytes" else "r"
            return Native(name, lambda m, _a, _n: _read(m, self, mode))
        return Unknown(f"{self.rendering}.{name}")


class _Parents(Opaque):
    __slots__ = ("path",)
    name = "parents"

    def __init__(self, path: str) -> None:
        self.path = path

    def item(self, _machine: Machine, key: Any) -> Any:
        """Return an ancestor."""
        if not isinstance(key, int):
            return Unknown("parents")
        path = self.path
        for _ in range(min(key + 1, 64)):
            path = posixpath.dirname(path) or "."
        return FilePath(path)

    def iterate(self, _machine: Machine) -> Iterator[Any]:
        """Yield the ancestors."""
        path = self.path
        found: list[FilePath] = []
        while len(found) < 64:
            outer = posixpath.dirname(path) or ("." if not path.startswith("/") else "/")
            if outer == path:
                break
            found.append(FilePath(outer))
            path = outer
        return iter(found)


def _join_all(machine: Machine, path: FilePath, arguments: Arguments) -> Any:
    made: Any = path
    for one in arguments:
        made = made.operate(machine, "/", one, False) if isinstance(made, FilePath) else made
    return made


def _renamed(path: str, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return Unknown(f"{path}.{name}()")
    if name == "with_suffix":
        return FilePath(posixpath.splitext(path)[0] + value)
    return FilePath(posixpath.join(posixpath.dirname(path), value))


def _read(machine: Machine, path: FilePath, mode: str) -> Any:
    file = open_file(machine, (path, mode), {})
    return file.content if isinstance(file, TextFile) else file


def _path(machine: Machine, arguments: Arguments, _n: Named) -> Any:
    texts = [path_text(machine, one) for one in arguments]
    if any(one is None for one in texts):
        return Unknown("Path()", is_tainted=is_touched(arguments))
    return FilePath(posixpath.normpath(posixpath.join(*[t for t in texts if t]) if texts else "."))


def pathlib_module(_machine: Machine) -> NativeModule:
    """Return ``pathlib``."""
    names = ("Path", "PurePath", "PosixPath", "PurePosixPath")
    members: dict[str, Any] = {name: _PathType() for name in names}
    return NativeModule("pathlib", members)


class _PathType(Opaque):
    """``Path`` itself."""

    __slots__ = ()
    name = "Path"

    def call(self, machine: Machine, arguments: Arguments, named: Named) -> Any:
        """Make a path."""
        return _path(machine, arguments, named)

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return ``cwd`` and ``home``."""
        if name == "cwd":
            return Native(name, lambda _m, _a, _n: FilePath(ROOT))
        if name == "home":
            return Native(name, lambda _m, _a, _n: Unknown("Path.home()"))
        return super().attribute(machine, name)

    def has_instance(self, _machine: Machine, value: Any) -> bool:
        """Tell whether a value is a path."""
        return isinstance(value, FilePath)


def _string_io(_m: Machine, arguments: Arguments, _n: Named) -> Any:
    content = arguments[0] if arguments else ""
    if isinstance(content, (str, bytes)):
        return TextFile("<memory>", content)
    return Unknown("io.StringIO()", is_tainted=is_touched(arguments))


def io_module(_machine: Machine) -> NativeModule:
    """Return ``io`` (and ``codecs``, of which only ``open`` matters)."""
    return NativeModule(
        "io",
        {
            "open": Native("open", open_file),
            "StringIO": Native("StringIO", _string_io),
            "BytesIO": Native(
                "BytesIO",
                lambda m, a, n: _string_io(m, a, n) if a else Unknown("io.BytesIO()"),
            ),
        },
    )
