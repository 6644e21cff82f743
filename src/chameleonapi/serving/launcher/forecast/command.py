"""What a command line runs: read, never run."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Command", "read_command"]

_PYTHON: Final = re.compile(r"(python|pypy)[\d.]*(\.exe)?")
_WITH_VALUE: Final = frozenset({"-W", "-X", "--check-hash-based-pycs"})
# Programs that start another one, with how many words of their own come first.
_STARTERS: Final = {("uv", "run"), ("poetry", "run"), ("pipenv", "run"), ("hatch", "run")}
_PREFIXES: Final = frozenset({"nohup", "time", "exec"})
# Python programs that are given an application as MODULE:NAME.
_SERVERS: Final = frozenset({"gunicorn", "uvicorn", "hypercorn", "waitress-serve", "daphne"})
_FRAMEWORKS: Final = frozenset({"flask", "celery", "streamlit", "django-admin", "fastapi", "rq"})
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_MODULE: Final = re.compile(r"[A-Za-z_][\w.]*(?=:[A-Za-z_]|$)")


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, as far as it tells what runs.

    Attributes:
        kind: ``python``, ``node``, ``curl``, ``aws`` or ``other``.
        program: the program that it starts, where it was found.
        arguments: of that program.
        folder: in which modules are looked for.
        entry: the file of a script or module; None where the whole folder is read.
        code: of ``python -c``.
        loads_no_hook: the option with which Python leaves our hook out; empty without one.
        variables: that the command line sets itself.
    """

    kind: str
    program: str
    arguments: tuple[str, ...]
    folder: Path
    entry: Path | None = None
    code: str = ""
    loads_no_hook: str = ""
    variables: tuple[tuple[str, str], ...] = ()


def read_command(words: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Command:
    """Tell what a command line runs."""
    left, variables = _without_starters(list(words))
    name = Path(left[0]).name if left else ""
    program = shutil.which(left[0], path=env.get("PATH")) if left else None
    found = program or (left[0] if left else "")
    arguments = tuple(left[1:])
    if _PYTHON.fullmatch(name):
        return _python(found, arguments, cwd, variables)
    if name in _SERVERS:
        modules = [_MODULE.match(one) for one in arguments if not one.startswith("-")]
        named = next((_module_file(cwd, one[0]) for one in modules if one), None)
        return Command("python", found, arguments, cwd, named, variables=variables)
    if name in _FRAMEWORKS:
        file = next((cwd / one for one in arguments if one.endswith(".py")), None)
        entry = file if file is not None and file.is_file() else None
        return Command("python", found, arguments, cwd, entry, variables=variables)
    for kind, names in (("node", ("node", "npm", "npx")), ("curl", ("curl",)), ("aws", ("aws",))):
        if name in names:
            return Command(kind, found, arguments, cwd, variables=variables)
    script = Path(found) if found else cwd
    interpreter = _shebang(script)
    if interpreter:
        return Command("python", interpreter, arguments, script.parent, script, variables=variables)
    return Command("other", found, arguments, cwd, variables=variables)


def _without_starters(words: list[str]) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    variables: list[tuple[str, str]] = []
    while words:
        name = Path(words[0]).name
        if (name, *words[1:2]) in _STARTERS:
            words = words[2:]
        elif name in _PREFIXES:
            words = words[1:]
        elif name == "env":
            words = words[1:]
            while words and _ASSIGNMENT.fullmatch(words[0]):
                key, _, value = words.pop(0).partition("=")
                variables.append((key, value))
        else:
            break
    return words, tuple(variables)


def _python(
    program: str, arguments: tuple[str, ...], cwd: Path, variables: tuple[tuple[str, str], ...]
) -> Command:
    loads_no_hook, place = "", 0
    while place < len(arguments):
        word = arguments[place]
        if not word.startswith("-") or word == "-":
            break
        if word in _WITH_VALUE:
            place += 2
            continue
        if word.startswith("--") or word[:2] in _WITH_VALUE:
            place += 1
            continue
        for number, letter in enumerate(word[1:], start=2):
            if letter in "IES":
                loads_no_hook = f"-{letter}"
            if letter in "cm":
                value = word[number:] or "".join(arguments[place + 1 : place + 2])
                entry = _module_file(cwd, value) if letter == "m" else None
                if letter == "m" and entry is None and value.split(".")[0] in _SERVERS:
                    inner = read_command([value, *arguments[place + 2 :]], cwd, {"PATH": ""})
                    entry = inner.entry
                code = value if letter == "c" else ""
                return Command(
                    "python", program, arguments, cwd, entry, code, loads_no_hook, variables
                )
        place += 1
    script = cwd / arguments[place] if place < len(arguments) and arguments[place] != "-" else None
    if script is not None and script.is_dir():
        script = script / "__main__.py"
    folder = script.parent if script is not None else cwd
    return Command("python", program, arguments, folder, script, "", loads_no_hook, variables)


def _module_file(folder: Path, module: str) -> Path | None:
    """Return the file of a module in a folder, None if there is none."""
    base = folder.joinpath(*module.split("."))
    for one in (base.with_suffix(".py"), base / "__main__.py", base / "__init__.py"):
        if one.is_file():
            return one
    return None


def _shebang(script: Path) -> str:
    """Return the interpreter of a Python script, empty for any other file."""
    try:
        if not script.is_file():
            return ""
        with script.open("rb") as file:
            line = file.readline(256)
    except OSError:
        return ""
    words = line[2:].decode("utf-8", "replace").split() if line.startswith(b"#!") else []
    words = [one for one in words if os.path.basename(one) != "env" and not one.startswith("-")]  # noqa: PTH119 -- a word, no path of ours
    if words and _PYTHON.fullmatch(Path(words[0]).name):
        return shutil.which(words[0]) or words[0]
    return ""
