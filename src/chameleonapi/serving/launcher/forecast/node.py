"""What the scripts of a Node application say of its clients: imports and addresses, by pattern.

There is no parser of JavaScript here. A pattern may see an import in a comment; it never runs
anything, reads only what a relative import leads to inside the folder, and stops at its bounds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chameleonapi.serving.launcher.forecast.clients import Finding, Verdict
from chameleonapi.serving.launcher.forecast.command import Command
from chameleonapi.serving.launcher.forecast.sources import ADDRESS, Place

__all__ = ["node_findings"]

_HOOK: Final = "the hook in Node"
_MAX_FILES: Final = 1_000
_MAX_BYTES: Final = 2 * 1024 * 1024
_IMPORT: Final = re.compile(
    r"""\b(?:require|import)\s*\(\s*['"]([^'"\n]{1,200})['"]"""
    r"""|\b(?:from|import)\s*['"]([^'"\n]{1,200})['"]"""
)
_COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
# Settings that lead a client elsewhere, or make it trust other roots than those of its environment.
_SETTING: Final = re.compile(r"\b(apiEndpoint|endpoint|ca|socketPath|NODE_OPTIONS)\b['\"]?\s*[:=]")
_SUFFIXES: Final = ("", ".js", ".cjs", ".mjs", ".ts", ".json", "/index.js", "/index.cjs")
_OFFICIAL: Final = {
    "@google-cloud/vision": "apiEndpoint",
    "@google-cloud/language": "apiEndpoint",
    "@aws-sdk/client-rekognition": "endpoint",
    "@aws-sdk/client-comprehend": "endpoint",
    "aws-sdk": "endpoint",
}
_HTTP: Final[tuple[str, ...]] = (
    "axios",
    "got",
    "https",
    "http2",
    "ky",
    "needle",
    "node-fetch",
    "request",
    "superagent",
    "undici",
)
_FETCH: Final = re.compile(r"\bfetch\s*\(")


@dataclass(slots=True)
class _Scripts:
    imports: dict[str, Place] = field(default_factory=dict)
    settings: dict[str, Place] = field(default_factory=dict)
    address: Place | None = None
    fetch: Place | None = None
    files: int = 0
    notes: list[str] = field(default_factory=list)


def node_findings(
    command: Command,
) -> tuple[int, tuple[Finding, ...], tuple[str, ...]]:
    """Return how many scripts were read, what becomes of each client, and what is not known."""
    package = _package(command.folder / "package.json")
    scripts = _read(command, package)
    if not scripts.files:
        scripts.notes.append("No script was found: this is what package.json says.")
        for name in (*package.get("dependencies", {}), *package.get("devDependencies", {})):
            scripts.imports.setdefault(str(name), Place("package.json", 1))
    if dict(command.variables).get("NODE_OPTIONS") is not None or scripts.settings.get(
        "NODE_OPTIONS"
    ):
        scripts.notes.append("NODE_OPTIONS is set anew: our hook may be left out.")
    findings = [one for one in _judged(scripts, command.folder) if one is not None]
    if scripts.files and not any(one.verdict is not Verdict.UNUSED for one in findings):
        scripts.notes.append("No client of a served API was recognised in the scripts.")
    return scripts.files, tuple(findings), tuple(scripts.notes)


def _judged(scripts: _Scripts, folder: Path) -> Iterator[Finding]:
    for name, setting in _OFFICIAL.items():
        place = scripts.imports.get(name)
        if place is None:
            continue
        version = _package(folder / "node_modules" / name / "package.json").get("version", "")
        known = Finding(name, str(version), str(place), Verdict.YES, _HOOK)
        fixed = scripts.settings.get(setting)
        yield known if fixed is None else _elsewhere(known, fixed)
    used = {name: scripts.imports[name] for name in _HTTP if name in scripts.imports}
    if scripts.fetch is not None:
        used["fetch"] = scripts.fetch
    for name, place in used.items():
        if scripts.address is None and scripts.files:
            remark = "no address of a served API stands in the scripts."
            yield Finding(name, "", str(place), Verdict.UNUSED, remark=remark)
            continue
        verdict = Verdict.YES if scripts.files else Verdict.DEPENDS
        known = Finding(name, "", str(place), verdict, _HOOK)
        fixed = scripts.settings.get("ca") or scripts.settings.get("socketPath")
        yield known if fixed is None else _elsewhere(known, fixed)


def _elsewhere(known: Finding, fixed: Place) -> Finding:
    return Finding(
        known.client,
        known.version,
        known.place,
        Verdict.DEPENDS,
        known.means,
        f"{fixed} may give it an address or trusted roots of its own.",
        "Leave that setting out.",
    )


def _read(command: Command, package: Mapping[str, Any]) -> _Scripts:
    found = _Scripts()
    entry = _entry(command, package)
    root = command.folder.resolve()
    waiting, seen = ([entry] if entry is not None else []), set[Path]()
    while waiting:
        path = waiting.pop()
        real = path.resolve()
        if real in seen or not real.is_relative_to(root):
            continue
        seen.add(real)
        if found.files >= _MAX_FILES:
            found.notes.append(f"more than {_MAX_FILES} scripts: the others were not read")
            break
        try:
            if real.stat().st_size > _MAX_BYTES:
                found.notes.append(f"{path.name}: too large")
                continue
            text = real.read_text("utf-8", "replace")
        except OSError as error:
            found.notes.append(f"{path.name}: {error.strerror}")
            continue
        found.files += 1
        waiting += _read_text(text, real, root, found)
    return found


def _read_text(text: str, path: Path, root: Path, found: _Scripts) -> list[Path]:
    # Comments become as many lines of nothing: places stay true.
    text = _COMMENT.sub(lambda one: "\n" * one[0].count("\n"), text)
    name = path.relative_to(root).as_posix()

    def place(position: int) -> Place:
        return Place(name, text.count("\n", 0, position) + 1)

    own: list[Path] = []
    for match in _IMPORT.finditer(text):
        module = (match[1] or match[2]).removeprefix("node:")
        if module.startswith("."):
            near = (path.parent / f"{module}{suffix}" for suffix in _SUFFIXES)
            own += [one for one in near if one.is_file()][:1]
        else:
            parts = module.split("/")
            package = "/".join(parts[: 2 if module.startswith("@") else 1])
            # `aws-sdk/clients/rekognition` and `axios/dist/x` are parts of their package.
            found.imports.setdefault(package, place(match.start()))
    for match in _SETTING.finditer(text):
        found.settings.setdefault(match[1], place(match.start()))
    address, fetch = ADDRESS.search(text), _FETCH.search(text)
    if address is not None and found.address is None:
        found.address = place(address.start())
    if fetch is not None and found.fetch is None:
        found.fetch = place(fetch.start())
    return own


def _entry(command: Command, package: Mapping[str, Any]) -> Path | None:
    """Return the script that Node is given, by name or by ``npm start`` and ``npm run``."""
    words = list(command.arguments)
    if Path(command.program).name.startswith("npm"):
        name = "start" if words[:1] == ["start"] else words[1] if words[:1] == ["run"] else ""
        line = package.get("scripts", {}).get(name, "")
        words = str(line).split()
        if words[:1] != ["node"]:
            return None
        words = words[1:]
    elif Path(command.program).name.startswith("npx"):
        return None
    words = [one for one in words if one != "."]
    for position, word in enumerate(words):
        takes_value = position and words[position - 1] in {"-r", "--require", "--import"}
        if word.startswith("-") or takes_value:
            continue
        for suffix in _SUFFIXES:
            path = command.folder / f"{word}{suffix}"
            if path.is_file():
                return path
        return None
    main = package.get("main", "")
    return (
        command.folder / main if main and not words and (command.folder / main).is_file() else None
    )


def _package(file: Path) -> dict[str, Any]:
    """Return what a ``package.json`` says; nothing if it cannot be read."""
    try:
        with file.open("rb") as opened:
            content = json.loads(opened.read(_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    for name in ("dependencies", "devDependencies", "scripts"):
        if not isinstance(content.get(name, {}), dict):
            content.pop(name)
    if not isinstance(content.get("main", ""), str):
        content.pop("main")
    return content
