"""What a program meets around it: output, files, input, time, threads, variables."""

from __future__ import annotations

import asyncio
import base64
import builtins
import concurrent.futures
import functools
import glob
import importlib
import io
import json
import os
import pathlib
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from chameleonapi.analysis.replay.inside.foreign import Ghost
from chameleonapi.analysis.replay.inside.stage import STAGE

__all__ = ["PICTURE", "Surroundings"]

PICTURE: Final = "PICTURE.jpg"
_TEXT: Final = "text"


class Surroundings:
    """Replaces what reaches outside by what is watched, for the rest of the process."""

    def __init__(self, root: str, entry_file: str) -> None:
        self._folders = (os.path.dirname(os.path.join(root, entry_file)), root)
        self._open = builtins.open

    def install(self) -> None:
        """Replace it all. What the standard library has bound already keeps the original."""
        # typed as anything: these are replaced by what is like them, not by their equals
        names: Any = builtins
        files: Any = pathlib.Path
        system: Any = os
        paths: Any = os.path
        names.print = _print
        names.input = lambda *_a: _TEXT
        names.open = vars(io)["open"] = self._opened
        files.open = lambda path, mode="r", *a, **k: self._opened(path, mode, *a, **k)
        files.read_text = lambda path, *_a, **_k: self._read(path, "r")
        files.read_bytes = lambda path: self._read(path, "rb")
        files.write_text = _effect("write_text")
        files.write_bytes = _effect("write_bytes")
        paths.exists = paths.isfile = self._exists
        paths.getsize = lambda _path: 1
        listed = os.listdir
        system.listdir = lambda name=".": self._listed(listed, name)
        vars(glob)["glob"] = lambda *_a, **_k: [PICTURE]
        vars(glob)["iglob"] = lambda *_a, **_k: iter([PICTURE])
        system.walk = lambda top=".", *_a, **_k: iter([(str(top), [], [PICTURE])])
        names.raw_input = names.input
        names.unicode = names.basestring = str
        names.xrange, names.long, names.unichr = range, int, chr
        names.reduce, names.reload = functools.reduce, lambda module: module
        names.cmp = lambda one, other: (one > other) - (one < other)
        vars(sys)["setdefaultencoding"] = lambda _name: None
        for name in ("system", "popen", "startfile", "remove", "unlink", "mkdir", "makedirs"):
            if hasattr(os, name):
                setattr(os, name, _effect(f"os.{name}"))
        for name in ("rename", "replace", "rmdir", "chmod", "chdir", "putenv"):
            setattr(os, name, _effect(f"os.{name}"))
        system.environ = _Variables({"PATH": "/usr/bin", "HOME": "/nonexistent"})
        system.getenv = system.environ.get
        system._exit = sys.exit
        vars(time)["sleep"] = lambda _seconds: None
        self._install_codecs()
        _install_threads()
        sys.stdout, sys.stderr, sys.stdin = _Printer(), io.StringIO(), io.StringIO(_TEXT)
        sys.dont_write_bytecode = True

    def _install_codecs(self) -> None:
        # what is decoded came from outside, and is not there
        for module, names in ((base64, ("b64decode", "b64encode")), (json, ("loads", "load"))):
            for name in names:
                setattr(module, name, _through(getattr(module, name)))
        dumps = json.dumps
        vars(json)["dumps"] = lambda value, **named: dumps(
            value, **{"default": lambda one: str(type(one).__name__), **named}
        )

    def _found(self, name: Any) -> str | None:
        path = os.fsdecode(name)
        candidates = (
            [path] if os.path.isabs(path) else [os.path.join(one, path) for one in self._folders]
        )
        return next((one for one in candidates if os.path.lexists(one)), None)

    def _listed(self, listed: Callable[[str], list[str]], name: Any) -> list[str]:
        if isinstance(name, (str, bytes, os.PathLike)) and not isinstance(name, Ghost):
            found = self._found(name)
            if found is not None and os.path.isdir(found):
                return listed(found)
        return [PICTURE]

    def _exists(self, name: Any) -> bool:
        if isinstance(name, Ghost) or str(name) in (PICTURE, _TEXT):
            return True
        return isinstance(name, (str, bytes, os.PathLike)) and self._found(name) is not None

    def _opened(self, name: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if set(mode) & set("wax+"):
            return _Written(str(name))
        if isinstance(name, (str, bytes, os.PathLike)) and not isinstance(name, Ghost):
            found = self._found(name)
            if found is not None:
                return self._open(found, mode, *rest, **named)
            if "b" not in mode and str(name) not in (PICTURE, _TEXT):
                if not os.fsdecode(name).endswith(".txt"):
                    raise FileNotFoundError(2, "No such file in the project", str(name))
                STAGE.missing.add(str(name))
        return io.BytesIO(b"picture") if "b" in mode else io.StringIO(_TEXT)

    def _read(self, name: Any, mode: str) -> Any:
        with self._opened(name, mode) as file:
            return file.read()


def _print(*arguments: Any, **_named: Any) -> None:
    STAGE.note("print", arguments)


def _effect(name: str) -> Ghost:
    return Ghost(name)


def _through(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that lets foreign objects pass."""

    def passed(value: Any, *rest: Any, **named: Any) -> Any:
        return value if isinstance(value, Ghost) else function(value, *rest, **named)

    return passed


class _Printer(io.StringIO):
    """Standard output: what is written is seen, and goes nowhere."""

    def write(self, text: str) -> int:
        if text.strip():
            STAGE.note("print", (text.rstrip("\n"),))
        return len(text)


class _Written(io.StringIO):
    """A file that is being written."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def write(self, text: Any) -> int:
        STAGE.note("write", (self._name, text))
        return len(text)


class _Variables(dict[str, str]):
    """Variables of the environment: each that is asked for by name is set."""

    def __missing__(self, name: str) -> str:
        return "value"

    def copy(self) -> _Variables:
        return _Variables(self)


def _install_threads() -> None:
    """Let what would run beside run at once: a replay has one order."""

    def start(thread: Any) -> None:
        thread.run()

    thread_class: Any = threading.Thread
    thread_class.start = start
    thread_class.join = lambda *_a, **_k: None
    thread_class.is_alive = lambda *_a: False

    def submitted(_pool: Any, function: Any, /, *arguments: Any, **named: Any) -> Any:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:  # noqa: BLE001 - it is handed on to whoever asks for the result
            future.set_exception(error)
        return future

    pools = (
        importlib.import_module("concurrent.futures.thread").ThreadPoolExecutor,
        importlib.import_module("concurrent.futures.process").ProcessPoolExecutor,
    )
    for pool in pools:
        pool.submit = submitted
        pool.map = lambda _pool, function, *rows, **_named: iter(list(map(function, *rows)))
        pool.shutdown = lambda *_a, **_k: None
        pool.__init__ = lambda *_a, **_k: None
    loop: Any = asyncio.new_event_loop()

    def run(awaitable: Any, **_named: Any) -> Any:
        return loop.run_until_complete(awaitable)

    async def threaded(function: Any, /, *arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named)

    async def slept(*_arguments: Any, **_named: Any) -> None:
        return None

    names = {"run": run, "to_thread": threaded, "sleep": slept}
    vars(asyncio).update(names, new_event_loop=lambda: loop, get_event_loop=lambda: loop)
    asyncio.set_event_loop(loop)
    loop.close = lambda: None
    loop.run_in_executor = lambda _pool, function, *arguments: asyncio.ensure_future(
        threaded(function, *arguments), loop=loop
    )
