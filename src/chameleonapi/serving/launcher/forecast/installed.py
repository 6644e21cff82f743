"""Which packages a Python interpreter would find, from the names of files alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

__all__ = ["installed_packages"]

_METADATA: Final = re.compile(
    r"(?P<name>[A-Za-z0-9_.]+?)-(?P<version>\d[^-]*)(-.*)?\.(dist|egg)-info"
)
_MAX_ENTRIES: Final = 20_000


def installed_packages(program: str, env: Mapping[str, str]) -> Mapping[str, str]:
    """Return versions by name, in lower case with dashes; empty if nothing could be read.

    Args:
        program: the interpreter, or a script beside it.
        env: whose ``VIRTUAL_ENV`` and ``PYTHONPATH`` count too.
    """
    found: dict[str, str] = {}
    for folder in _folders(program, env):
        try:
            entries = [
                one.name for one, _ in zip(folder.iterdir(), range(_MAX_ENTRIES), strict=False)
            ]
        except OSError:
            continue
        for entry in entries:
            match = _METADATA.fullmatch(entry)
            if match:
                name = re.sub(r"[-_.]+", "-", match["name"]).lower()
                found.setdefault(name, match["version"])
    return found


def _folders(program: str, env: Mapping[str, str]) -> Iterator[Path]:
    for part in env.get("PYTHONPATH", "").split(":"):
        if part:
            yield Path(part)
    path = Path(program)
    roots = [path.absolute().parent.parent]  # the environment, if the program is its own
    if path.is_file() and not (roots[0] / "pyvenv.cfg").is_file():
        roots.append(path.resolve().parent.parent)
    for root in roots:
        if root == Path("/"):
            continue
        yield from sorted(root.glob("lib/python3*/site-packages"))
        yield from sorted(root.glob("lib/python3*/dist-packages"))
        yield from sorted(root.glob("local/lib/python3*/dist-packages"))
