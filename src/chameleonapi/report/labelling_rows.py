"""Recommendations to a person who labels, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chameleonapi.pipeline.labelling.record import LabelCheck, LabelWish

__all__ = ["CHECK_COLUMNS", "WISH_COLUMNS", "check_rows", "wish_rows"]

CHECK_COLUMNS: Final = (
    "rank", "file", "id", "score", "label", "says", "doubt", "right", "otherwise",
)  # fmt: skip
WISH_COLUMNS: Final = ("rank", "file", "score", "decided", "instead", "margin", "ask_about")


def check_rows(check: LabelCheck) -> Iterator[dict[str, str | int | float]]:
    """Yield one row for each label to check."""
    for rank, one in enumerate(check.suspects, 1):
        for label in one.labels:
            yield {
                "rank": rank,
                "file": one.file,
                "id": one.id,
                "score": one.score,
                "label": label.label,
                "says": label.says,
                "doubt": label.doubt,
                "right": " or ".join(one.right),
                "otherwise": " or ".join(one.otherwise),
            }


def wish_rows(wish: LabelWish) -> Iterator[dict[str, str | int | float]]:
    """Yield one row for each picture to label."""
    for rank, one in enumerate(wish.wishes, 1):
        yield {
            "rank": rank,
            "file": one.file,
            "score": one.score,
            "decided": one.decided,
            "instead": one.instead,
            "margin": one.margin,
            "ask_about": "|".join(one.labels),
        }
