"""What a format offers: whether a source is of it, and its examples one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from chameleonapi.data.examples import Example
from chameleonapi.data.hierarchy import Parents
from chameleonapi.data.importers.findings import Findings
from chameleonapi.data.importers.locations import Locations
from chameleonapi.data.importers.look import Look

__all__ = ["Reader", "Reading", "Source"]


@dataclass(frozen=True)
class Source:
    """What is read.

    Attributes:
        path: a file or a folder, resolved.
        findings: receives what does not fit.
        locations: where the pictures of addresses such as ``s3://`` lie.
    """

    path: Path
    findings: Findings = field(default_factory=Findings)
    locations: Locations = field(default_factory=Locations)

    @property
    def root(self) -> Path:
        """The folder that names are relative to; nothing outside it is read."""
        return self.path if self.path.is_dir() else self.path.parent

    def picture(self, name: str, where: str, *roots: Path) -> Path | None:
        """Return a picture's file, or None after a finding.

        Args:
            name: relative to a folder, or an address.
            where: who names it.
            *roots: folders below ``root`` to look in, in this order; ``root`` if none is given.
        """
        return self.locations.find(name, where, roots or (self.root,), self.root, self.findings)


@dataclass(frozen=True)
class Reading:
    """A source being read, once.

    Attributes:
        examples: with the labels of the source.
        labels: what the source speaks about even where it is present nowhere.
        parents: direct parents of labels.
        attribution: what must be said where the pictures are shown.
    """

    examples: Iterator[Example]
    labels: tuple[str, ...] = ()
    parents: Parents = field(default_factory=dict)
    attribution: str = ""


class Reader(Protocol):
    """One format."""

    @property
    def name(self) -> str:
        """As the user writes it."""
        ...

    @property
    def title(self) -> str:
        """As people call it."""
        ...

    def detect(self, look: Look) -> str | None:
        """Return what shows that this source is of the format, or None; reads little."""
        ...

    def read(self, source: Source) -> Reading:
        """Begin to read.

        Raises:
            DataError: if the source as a whole cannot be read; what is wrong with single
                examples becomes a finding.
        """
        ...
