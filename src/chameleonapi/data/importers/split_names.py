"""Names of splits, as the formats write them."""

from __future__ import annotations

from typing import Final

from chameleonapi.data.importers.findings import Findings

__all__ = ["split_in", "split_named"]

_NAMES: Final = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "eval"), "validation"),
    **dict.fromkeys(("test", "testing", "tst"), "test"),
}
_NO_SPLIT: Final = frozenset({"", "unassigned", "none", "all", "default"})


def split_named(name: str, findings: Findings | None = None, where: str = "") -> str:
    """Return our name of a split, or the empty string where it is none or not known."""
    folded = name.strip().lower()
    found = _NAMES.get(folded, "")
    if not found and findings is not None and folded not in _NO_SPLIT:
        findings.add("unknown-split", f"{where}: {name}")
    return found


def split_in(text: str) -> str:
    """Return the split that a file or folder name such as ``instances_val2017`` speaks of."""
    word = "".join(one if one.isalpha() else " " for one in text.lower())
    for one in word.split():
        if one in _NAMES:
            return _NAMES[one]
    return ""
