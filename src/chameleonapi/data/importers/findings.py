"""What did not fit, counted by kind and with the first examples of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["KINDS", "Finding", "Findings"]

# Kind -> (whether something of the source was left out, what the count counts).
KINDS: Final[dict[str, tuple[bool, str]]] = {
    "missing-picture": (True, "pictures that are named and are not there"),
    "outside-folder": (True, "files named outside the folder"),
    "unreadable-picture": (True, "pictures that cannot be read"),
    "duplicate": (True, "pictures with the same content as an earlier one"),
    "duplicate-across-splits": (True, "pictures that were already taken for another split"),
    "duplicate-other-labels": (True, "pictures seen before that now have other labels"),
    "duplicate-id": (True, "examples with the id of an earlier one"),
    "unlabelled-picture": (True, "pictures about which nothing is said"),
    "nothing-known": (True, "pictures of which no label is left"),
    "bad-row": (True, "rows and records that cannot be read"),
    "unknown-id": (True, "ids of labels or pictures that nothing explains"),
    "unmapped-label": (True, "uses of labels that match no label of the API"),
    "dropped-label": (False, "uses of labels that the table drops"),
    "absent-not-carried": (True, "absences of a narrower label, which say nothing of a wider one"),
    "contradiction": (True, "labels both present and absent; present is kept"),
    "machine-label": (True, "labels that a machine gave and nobody verified"),
    "box-outside": (False, "boxes beyond the picture's edge, cut off there"),
    "empty-box": (True, "boxes without area inside the picture; their label is kept"),
    "turned-picture": (True, "pictures turned by EXIF, whose boxes are left out"),
    "animated-picture": (False, "animations, of which the first frame counts"),
    "captions-ignored": (True, "captions, which are no labels"),
    "ignored-part": (True, "parts of the source that are not imported"),
    "unknown-split": (False, "names of splits that are not known; a split is drawn instead"),
    "one-example": (False, "labels with a single example"),
    "no-example": (False, "labels that are present nowhere"),
}
_SHOWN: Final = 5


@dataclass(slots=True)
class Finding:
    """One kind of what did not fit."""

    kind: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_loss(self) -> bool:
        """Whether something of the source was left out."""
        return KINDS[self.kind][0]

    @property
    def title(self) -> str:
        """What the count counts."""
        return KINDS[self.kind][1]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "count": self.count,
            "what": self.title,
            "left_out": self.is_loss,
            "examples": list(self.examples),
        }


class Findings:
    """Collects findings in constant memory."""

    def __init__(self) -> None:
        self._found: dict[str, Finding] = {}

    def add(self, kind: str, example: str, *, count: int = 1) -> None:
        """Count one more of a kind; the first few examples are kept."""
        if kind not in KINDS:
            raise KeyError(kind)
        one = self._found.setdefault(kind, Finding(kind))
        one.count += count
        if len(one.examples) < _SHOWN:
            shown = " ".join(example.split())[:300]
            # Halves of characters, which JSON can name, can be neither printed nor written.
            one.examples.append(shown.encode("utf-8", "backslashreplace").decode("utf-8"))

    def count(self, kind: str) -> int:
        """Return how many of a kind were found."""
        return self._found[kind].count if kind in self._found else 0

    @property
    def all(self) -> tuple[Finding, ...]:
        """What was found, in the order of ``KINDS``."""
        return tuple(self._found[kind] for kind in KINDS if kind in self._found)
