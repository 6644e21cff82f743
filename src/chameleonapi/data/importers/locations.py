"""Where a named picture lies: in the source's folder, or where the user copied a bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chameleonapi.data._places import Refusal, locate
from chameleonapi.data.importers.findings import Findings
from chameleonapi.errors import UsageError

__all__ = ["Locations", "parse_location"]

_ADDRESS: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://[^/]*/?")


def parse_location(text: str) -> tuple[str, Path]:
    """Read ``PREFIX=FOLDER``, as in ``s3://bucket/photos=./photos``.

    Raises:
        UsageError: if it has another form or the folder is not there.
    """
    prefix, equals, folder = text.rpartition("=")
    if not equals or not prefix or not folder:
        raise UsageError(
            f"{text!r} is no location.", hint="Write PREFIX=FOLDER, as in s3://bucket=./bucket."
        )
    path = Path(folder)
    if not path.is_dir():
        raise UsageError(f"the folder {folder!r} of {text!r} is not there.")
    return prefix, path.resolve()


@dataclass(frozen=True, slots=True)
class Locations:
    """Prefixes of names, each with the folder that holds what they name."""

    pairs: tuple[tuple[str, Path], ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """All folders that the user named."""
        return tuple(folder for _, folder in self.pairs)

    def find(
        self, name: str, where: str, roots: Sequence[Path], top: Path, findings: Findings
    ) -> Path | None:
        """Return the file, or None after a finding.

        A name with the longest matching prefix is looked up in its folder and nowhere else. An
        address without one is looked up by what follows its bucket.
        """
        fitting = [pair for pair in self.pairs if _has_prefix(name, pair[0])]
        if fitting:
            prefix, folder = max(fitting, key=lambda pair: len(pair[0]))
            return _first(name, name[len(prefix) :].lstrip("/"), (folder,), where, findings)
        relative = _ADDRESS.sub("", name)
        inside = [one for one in roots if one == top or one.resolve().is_relative_to(top)]
        return _first(name, relative, [one.resolve() for one in inside], where, findings)


def _has_prefix(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and (
        prefix.endswith("/") or len(name) == len(prefix) or name[len(prefix)] == "/"
    )


def _first(
    name: str, relative: str, roots: Iterable[Path], where: str, findings: Findings
) -> Path | None:
    refusal = Refusal.MISSING
    for root in roots:
        found = locate(root, relative)
        if isinstance(found, Path):
            return found
        if found is Refusal.OUTSIDE:
            refusal = found
    kind = "outside-folder" if refusal is Refusal.OUTSIDE else "missing-picture"
    findings.add(kind, f"{where}: {name}")
    return None
