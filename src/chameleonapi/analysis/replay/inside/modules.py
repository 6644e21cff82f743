"""What an import means in a replay: the application's own modules, and stand-ins for the rest."""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import re
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chameleonapi.analysis.frontend.project import Project
from chameleonapi.analysis.replay.inside.clients import special_names
from chameleonapi.analysis.replay.inside.foreign import Ghost

__all__ = ["Modules"]

# Parts of the standard library that reach out, or need a screen: inert as well.
FOREIGN_STANDARD: Final = frozenset(
    (
        *("_ctypes", "_posixsubprocess", "_socket", "asyncore", "cffi", "cgi"),
        *("ctypes", "curses", "dbm", "ftplib", "http", "imaplib"),
        *("mmap", "multiprocessing", "nntplib", "poplib", "pty", "readline"),
        *("smtpd", "smtplib", "socket", "socketserver", "sqlite3", "ssl"),
        *("subprocess", "telnetlib", "tkinter", "turtle", "webbrowser", "winsound"),
        *("xmlrpc"),
    )
)
_CLIENTS: Final = re.compile(
    r"google\.cloud\.(vision|language)(_v\w+)?|urllib\.request|googleapiclient\.discovery"
    r"|google\.protobuf\.json_format"
)
_PREFIX: Final = "replayed_root"


class Modules(importlib.abc.MetaPathFinder):
    """Finds the application's modules in its project, and makes up the foreign ones."""

    def __init__(self, project: Project, entry_file: str) -> None:
        self._project = project
        self._entry = entry_file
        self._codes: dict[str, types.CodeType] = {}
        self._root = os.path.realpath(project.root)
        self._before: dict[str, types.ModuleType] = {}
        self._loaded: dict[str, types.ModuleType] = {}
        self._loose: tuple[str, ...] | None = None
        self._half = types.ModuleType(_PREFIX)

    def loading(self, file: str, module: types.ModuleType) -> None:
        """Remember a module that begins to run."""
        self._loaded[file] = module

    def install(self) -> None:
        """Begin to find; what is foreign is forgotten if it is loaded already."""
        sys.meta_path.insert(0, self)
        tops = FOREIGN_STANDARD | {"google", "boto3", "requests", "yaml", "numpy", "attr"}
        for name in list(sys.modules):
            if name.split(".", 1)[0] in tops or name == "urllib.request":
                del sys.modules[name]
        self._before = dict(sys.modules)

    def forget(self) -> None:
        """Forget what a run has imported: the next one begins from nothing."""
        for name in [one for one in sys.modules if one not in self._before]:
            top = name.split(".", 1)[0]
            if (
                top not in sys.stdlib_module_names
                or top in FOREIGN_STANDARD
                or name == "urllib.request"
            ):
                del sys.modules[name]

    def main(self) -> None:
        """Run the entry's file as a script."""
        loader = _OwnLoader(self, self._entry)
        spec = importlib.machinery.ModuleSpec("__main__", loader, origin=self.path_of(self._entry))
        module = importlib.util.module_from_spec(spec)
        module.__file__ = self.path_of(self._entry)
        kept = sys.modules.get("__main__")
        sys.modules["__main__"] = module
        try:
            loader.exec_module(module)
        finally:
            if kept is not None:
                sys.modules["__main__"] = kept

    def entry_module(self) -> types.ModuleType:
        """Import the module of the entry."""
        stem = re.sub(r"\.(py|ipynb)$", "", self._entry).replace("/", ".")
        name = f"{_PREFIX}.{stem}"
        try:
            return importlib.import_module(name)
        finally:
            self._half = self._loaded.get(self._entry, types.ModuleType(name))

    def entered(self) -> types.ModuleType:
        """Return the module of the entry as far as it got: its end may be a loop without one."""
        return self._half

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where a module comes from; None for the standard library."""
        del path, target
        file = self._own_file(fullname)
        if file is not None:
            is_package = file.endswith(("/", "__init__.py"))
            spec = importlib.machinery.ModuleSpec(
                fullname, _OwnLoader(self, file), origin=self.path_of(file), is_package=is_package
            )
            spec.has_location = not file.endswith("/")
            return spec
        top = fullname.split(".", 1)[0]
        if (
            top in sys.stdlib_module_names
            and top not in FOREIGN_STANDARD
            and fullname != "urllib.request"
        ):
            return None
        if top == "chameleonapi":
            return None
        loader = _ForeignLoader(self._loose_names())
        return importlib.machinery.ModuleSpec(fullname, loader, is_package=True)

    def _loose_names(self) -> tuple[str, ...]:
        """Return the names that no source binds: what an import with a star must bring."""
        if self._loose is None:
            used: set[str] = set()
            bound = set(dir(builtins))
            for source in self._project.parsed().values():
                for node in ast.walk(source.tree):
                    if isinstance(node, ast.Name):
                        (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
                    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                        bound.add(node.name)
                    elif isinstance(node, ast.arg):
                        bound.add(node.arg)
                    elif isinstance(node, ast.alias):
                        bound.add((node.asname or node.name).split(".", 1)[0])
                    elif isinstance(node, ast.ExceptHandler) and node.name:
                        bound.add(node.name)
            self._loose = tuple(sorted(used - bound))
        return self._loose

    def _own_file(self, fullname: str) -> str | None:
        if fullname == _PREFIX:
            init = self._project.resolve(self._entry, "__init__", 0)
            return "__init__.py" if init == "__init__.py" else "/"
        if fullname.startswith(f"{_PREFIX}."):
            inner = fullname[len(_PREFIX) + 1 :]
            plain = inner.replace(".", "/")
            if self._entry in (f"{plain}.ipynb", f"{plain}.py"):
                return self._entry
            return self._project.resolve("replay.py", inner, 0)
        found = self._project.resolve(self._entry, fullname, 0)
        parts = fullname.split(".")
        is_standard = parts[0] in sys.stdlib_module_names
        if found is None and parts[0] == os.path.basename(self._root) and not is_standard:
            return self._own_file(".".join([_PREFIX, *parts[1:]]))
        return found

    def path_of(self, file: str) -> str:
        """Return the path under which the code of a file runs."""
        return os.path.join(self._root, file)

    def code(self, file: str) -> types.CodeType | None:
        """Return the code of a file as the analysis reads it: repaired, or a notebook's."""
        if file.endswith("/"):
            return None
        if file not in self._codes:
            source = self._project.source(file)
            if source is None:
                raise ImportError(f"{file} cannot be read or parsed")
            self._codes[file] = compile(source.tree, self.path_of(file), "exec", dont_inherit=True)
        return self._codes[file]


class _OwnLoader(importlib.abc.InspectLoader):
    def __init__(self, modules: Modules, file: str) -> None:
        self._modules = modules
        self._file = file

    def get_source(self, fullname: str) -> str | None:
        del fullname
        return None

    def is_package(self, fullname: str) -> bool:
        del fullname
        return self._file.endswith(("/", "__init__.py"))

    def get_code(self, fullname: str) -> types.CodeType | None:
        del fullname
        return self._modules.code(self._file)

    def exec_module(self, module: types.ModuleType) -> None:
        self._modules.loading(self._file, module)
        if not self._file.endswith("/"):  # a folder without __init__.py holds no code
            super().exec_module(module)


class _ForeignLoader(importlib.abc.Loader):
    def __init__(self, loose: tuple[str, ...]) -> None:
        self._loose = loose

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _ForeignModule(spec.name, self._loose)

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing: there is no code."""


class _ForeignModule(types.ModuleType):
    """A module that has every name."""

    def __init__(self, name: str, loose: tuple[str, ...]) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self._ghost = Ghost(name)
        self._special: Mapping[str, Any] = special_names(name)
        self.__all__ = sorted({*self._special, *loose})

    def __getattr__(self, name: str) -> Any:
        special = self.__dict__.get("_special", {})
        if name in special:
            return special[name]
        if name.startswith("__"):
            raise AttributeError(name)
        if _CLIENTS.fullmatch(f"{self.__name__}.{name}"):
            return importlib.import_module(f"{self.__name__}.{name}")
        return getattr(self.__dict__["_ghost"], name)
