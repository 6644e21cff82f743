"""What people said that texts feel like: four kinds of texts, each judged by twenty readers.

Reference: Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of
Social Media Text", ICWSM 2014; the judgements are part of the source distribution.
"""

from __future__ import annotations

import hashlib
import html
from collections import Counter
from pathlib import Path
from typing import Final

from chameleonapi.data.examples import Dataset, Example
from chameleonapi.data.sentiments import CLASSES, class_of
from chameleonapi.data.texts import InlineText, text_dataset
from chameleonapi.data.tracks.packages import Package, need_package, nested_members
from chameleonapi.errors import DataError

__all__ = ["PACKAGES", "read_sentiment"]

_VADER: Final = Package(
    "vaderSentiment",
    "3.3.2",
    is_source=True,
    licence="Texts and judgements of C.J. Hutto and E. Gilbert (ICWSM 2014), MIT licence.",
)
PACKAGES: Final = (_VADER,)
_ARCHIVE: Final = "hutto_ICWSM_2014.tar.gz"
_TABLES: Final = "_GroundTruth.txt"
_SOURCES: Final = {
    "amazonReviewSnippets": "reviews",
    "movieReviewSnippets": "movies",
    "nytEditorialSnippets": "editorials",
    "tweets": "tweets",
}
_SCALE: Final = 4.0  # of the judgements, from -4 to 4
_MOST: Final = 3_500  # of one source, so that no source outweighs the others


def read_sentiment(packages: Path) -> Dataset:
    """Read texts with the mean of what their readers said, scaled to -1 to 1.

    Sentences of one review or editorial are one group.

    Raises:
        DataError: if the package is missing or damaged.
    """
    examples: list[Example] = []
    taken: Counter[str] = Counter()
    seen: set[bytes] = set()
    for file, content in nested_members(need_package(packages, _VADER), _ARCHIVE, _TABLES):
        source = _SOURCES.get(file.rpartition("/")[2].removesuffix(_TABLES))
        if source is None:
            continue
        for line in content.decode("utf-8", "replace").splitlines():
            number, judged, text = _parts(line)
            key = hashlib.sha256(text.encode()).digest()
            if not text or key in seen or taken[source] >= _MOST:
                continue
            seen.add(key)
            taken[source] += 1
            score = max(-1.0, min(1.0, judged / _SCALE))
            piece, underscore, _ = number.partition("_")
            examples.append(
                Example(
                    f"{source}/{number}",
                    InlineText(text),
                    (class_of(score),),
                    closed=True,
                    group=f"{source}/{piece}" if underscore else "",
                    score=round(score, 6),
                )
            )
    if not examples:
        raise DataError(f"the package in {packages} holds no judged texts.", hint="Fetch it again.")
    return text_dataset(examples, "sentiment", labels=CLASSES, attribution=_VADER.licence)


def _parts(line: str) -> tuple[str, float, str]:
    """Return number, judgement and text of a line; no text where it is no such line."""
    number, _, rest = line.partition("\t")
    judged, _, text = rest.partition("\t")
    try:
        return number, float(judged), html.unescape(text).strip()
    except ValueError:
        return "", 0.0, ""
