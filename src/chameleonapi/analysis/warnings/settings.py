"""What an application wants of its warnings: ``[tool.chameleon]`` in its ``pyproject.toml``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chameleonapi.analysis.frontend.files import MAX_DATA_BYTES, FileRefusedError, read_bytes
from chameleonapi.analysis.warnings.catalogue import RULES
from chameleonapi.errors import UnknownNameError, UsageError

__all__ = ["FAIL_ON", "SETTINGS_FILE", "Settings", "read_settings", "settings_at"]

SETTINGS_FILE: Final = "pyproject.toml"
FAIL_ON: Final = ("never", "warning", "note", "gap")
_EVERY: Final = "*"


@dataclass(frozen=True)
class Settings:
    """Settings of one application.

    Attributes:
        ignore: codes of warnings that are not wanted.
        fail_on: what a command is to fail on, where it is not told.
        per_file: codes by a pattern of files in which they are not wanted; ``*`` for all.
    """

    ignore: tuple[str, ...] = ()
    fail_on: tuple[str, ...] = ()
    per_file: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def settings_at(path: str | Path) -> Settings:
    """Return the settings of an application, a file or a folder."""
    place = Path(path)
    root = (place if place.is_dir() else place.parent).resolve()
    try:
        return read_settings(read_bytes(root, SETTINGS_FILE, MAX_DATA_BYTES))
    except FileRefusedError:
        return Settings()


def read_settings(content: bytes | None) -> Settings:
    """Return the settings in a ``pyproject.toml``; a file that is no TOML has none.

    Raises:
        UsageError: if a key is unknown, or has a value of another form.
        UnknownNameError: if there is no warning of a name.
    """
    table = _table(content)
    unknown = sorted(set(table) - {"ignore", "fail-on", "per-file-ignores"})
    if unknown:
        raise UsageError(
            f"{SETTINGS_FILE}: [tool.chameleon] has no key {unknown[0]!r}.",
            hint="The keys are ignore, fail-on and per-file-ignores.",
        )
    fail_on = _texts("fail-on", table.get("fail-on", ()))
    for one in fail_on:
        if one not in FAIL_ON:
            raise UsageError(
                f"{SETTINGS_FILE}: [tool.chameleon] fail-on: there is no {one!r}.",
                hint=f"Give some of {', '.join(FAIL_ON)}.",
            )
    per_file = table.get("per-file-ignores", {})
    if not isinstance(per_file, dict):
        raise _wrong("per-file-ignores", per_file, "a table of lists, by patterns of files")
    return Settings(
        _codes("ignore", table.get("ignore", ())),
        fail_on,
        {
            pattern: _codes(f"per-file-ignores.{pattern}", codes, may_be_all=True)
            for pattern, codes in per_file.items()
        },
    )


def _table(content: bytes | None) -> dict[str, Any]:
    if content is None or sys.version_info < (3, 11):
        return {}
    import tomllib

    try:
        found: Any = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return {}
    for key in ("tool", "chameleon"):
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise _wrong(key, value, "a list of texts")
    return tuple(value)


def _codes(key: str, value: Any, *, may_be_all: bool = False) -> tuple[str, ...]:
    found = _texts(key, value)
    for one in found:
        if one not in RULES and not (may_be_all and one == _EVERY):
            raise UnknownNameError("warning", one, tuple(RULES))
    return found


def _wrong(key: str, value: Any, expected: str) -> UsageError:
    return UsageError(
        f"{SETTINGS_FILE}: [tool.chameleon] {key} is {value!r}.", hint=f"Expected {expected}."
    )
