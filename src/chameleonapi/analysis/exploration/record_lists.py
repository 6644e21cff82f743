"""Lists of records, one for each element that was found: which records there are tells outcomes.

``[{"label": <answer>, "type": "dent"}, {"label": <answer>, "type": "crack"}]`` says that there is a
dent and that there is a crack. The order is that of the answer, and how often each comes is data of
the answer as well, as is a number that counts them beside the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["RecordListing", "record_listing"]

_RECORD: Final = r"[\w.]*[({][^(){}\[\]]*<answer>[^(){}\[\]]*[)}]"
_RECORDS: Final = re.compile(_RECORD)
_LIST: Final = re.compile(rf"\[(?:{_RECORD}(?:, {_RECORD})*|<answer>\u2063?)?\]")
_MANY: Final = "#"  # any number of those that were taken for one
_NUMBER: Final = re.compile(rf"(?<![\w.])(?:\d+|{_MANY})(?![\w.])")
_COUNTS: Final = 4  # numbers beside a list, from which on they count what is in it
_FEWEST: Final = 2  # records that differ


@dataclass(frozen=True)
class RecordListing:
    """What all texts at a place are: the same, but for the records in their lists."""

    def items(self, text: str) -> frozenset[str]:
        """Return the records of a text, those of a second list told from those of the first."""
        lists = [match.group() for match in _LIST.finditer(text)]
        return frozenset(
            f"{number or ''}{record}"
            for number, one in enumerate(lists)
            for record in _RECORDS.findall(one)
        )


def record_listing(texts: Iterable[str]) -> RecordListing | None:
    """Return how to read the texts of a place, None if they are no lists of records."""
    rows = list(texts)
    bare = [_LIST.sub("[]", one) for one in rows]
    if len(set(bare)) > 1 and not _are_counted(rows, bare):
        return None
    found = RecordListing()
    every = frozenset[str]().union(*map(found.items, rows))
    return found if len(every) >= _FEWEST else None


def _are_counted(rows: list[str], bare: list[str]) -> bool:
    """Return whether texts differ in numbers only, which count what is in their lists."""
    if len({_NUMBER.sub(_MANY, one) for one in bare}) > 1:
        return False
    for numbers in zip(*map(_NUMBER.findall, bare), strict=True):
        if len(set(numbers)) == 1:
            continue
        empty = [not RecordListing().items(one) for one in rows]
        is_none = [one == "0" for one in numbers]
        is_count = _MANY in numbers or len(set(numbers)) >= _COUNTS
        if not is_count or empty != is_none:
            return False
    return True
