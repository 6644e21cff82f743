"""Texts that list what was found: each item of them comes or does not come."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from chameleonapi.analysis.exploration.record_lists import record_listing
from chameleonapi.analysis.exploration.runner import EffectKey
from chameleonapi.decision import Span

__all__ = ["Listing", "listings", "parts_of"]

_BETWEEN: Final = re.compile(r"[,;|\[\](){}\"']+|\\n|: | [&+/] | and ")
_START: Final = re.compile(r"\w*$")
_END: Final = re.compile(r"^\w*")
_FEWEST: Final = 3  # forms at a place, of which one is made of others
_MOST: Final = 256
Place = tuple[int, str, Span]


class Listing(Protocol):
    """How to read the texts of a place as lists of items."""

    def items(self, text: str) -> frozenset[str]:
        """Return the items of a text that not every one lists."""
        ...


@dataclass(frozen=True)
class _WordListing:
    """What all texts at a place have in common: how they begin and end, and some items."""

    before: str
    after: str
    common: frozenset[str] = frozenset()

    def items(self, text: str) -> frozenset[str]:
        """Return the items of a text that not every one lists."""
        inner = text.removeprefix(self.before).removesuffix(self.after)
        found = (one.strip() for one in _BETWEEN.split(inner))
        return frozenset(one for one in found if one) - self.common


def listings(forms: dict[Place, set[str]]) -> dict[Place, Listing]:
    """Return the places whose texts are lists of items.

    Args:
        forms: what was done at each place, in all forms.
    """
    found: dict[Place, Listing] = {}
    for place, texts in forms.items():
        if not _FEWEST <= len(texts) <= _MOST:
            continue
        records = record_listing(texts)
        if records is not None:
            found[place] = records
            continue
        # what is common to all ends between words
        before = _START.sub("", _common_start(texts))
        after = _END.sub("", _common_start(one[::-1] for one in texts)[::-1])
        if any(len(one) < len(before) + len(after) for one in texts):
            after = ""
        plain = _WordListing(before, after)
        sets = {plain.items(one) for one in texts}
        common = frozenset.intersection(*sets)
        rows = {one - common for one in sets}
        every = frozenset[str]().union(*rows)
        if len(rows) == len(texts) > len(every) and _has_unions(rows):
            found[place] = _WordListing(before, after, common)
    return found


def _common_start(texts: Iterable[str]) -> str:
    rows = list(texts)
    low, high = min(rows), max(rows)  # what these two share, all between them do
    length = next((i for i, one in enumerate(low) if one != high[i]), len(low))
    return low[:length]


def _has_unions(rows: Iterable[frozenset[str]]) -> bool:
    """Return whether a text lists what two others list, and nothing else."""
    known = set(rows)
    return any(a | b in known and not (a <= b or b <= a) for a in known for b in known)


def parts_of(one: EffectKey, listing: Listing) -> list[EffectKey]:
    """Return what is done at a place of lists as one effect for each item."""
    items = [repr(item) for item in sorted(listing.items(one[3]))]
    return [(*one[:3], item, item) for item in items] or [(*one[:3], "", "")]
