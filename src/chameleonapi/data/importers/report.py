"""What an import found and did, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from chameleonapi.data.importers.findings import Finding
from chameleonapi.data.mapping import Match

__all__ = ["SCHEMA", "ImportReport", "LabelCount"]

SCHEMA: Final = "chameleonapi.import/1"
_SHOWN: Final = 3


@dataclass(slots=True)
class LabelCount:
    """How often a label is present and verified absent, with the first pictures that show it."""

    present: int = 0
    absent: int = 0
    examples: list[str] = field(default_factory=list)

    def seen(self, example: str) -> None:
        """Count one more picture that shows it."""
        self.present += 1
        if len(self.examples) < _SHOWN:
            self.examples.append(example)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome of an import, or of its rehearsal.

    Attributes:
        format: name of the format.
        evidence: what showed it.
        also: other formats that it could be.
        examples: how many were taken.
        splits: how many of them are in each split; the empty string stands for none.
        boxes: how many boxes were taken.
        labels: counts of every label of the result.
        matches: what became of each label of the source.
        findings: what did not fit.
        output: the new folder; empty if nothing was written.
        digest: of the dataset that was written, else empty.
    """

    format: str
    evidence: str
    also: tuple[str, ...]
    examples: int
    splits: dict[str, int]
    boxes: int
    labels: dict[str, LabelCount]
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
    output: str = ""
    digest: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": SCHEMA,
            "format": self.format,
            "evidence": self.evidence,
            "also": list(self.also),
            "examples": self.examples,
            "splits": self.splits,
            "boxes": self.boxes,
            "labels": {
                name: {"present": one.present, "absent": one.absent, "examples": one.examples}
                for name, one in self.labels.items()
            },
            "matches": [one.to_json() for one in self.matches],
            "findings": [one.to_json() for one in self.findings],
            "output": self.output,
            "digest": self.digest,
        }
