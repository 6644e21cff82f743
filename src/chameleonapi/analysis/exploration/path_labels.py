"""Labels that are paths, of which a source names a part: ``name.split("/")[1] == "Finance"``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from chameleonapi.analysis.vocabularies import builtin_vocabulary
from chameleonapi.apis import ApiSpec, get_api

__all__ = ["with_paths"]

_SHORTEST: Final = 3  # letters of a word that is looked for within the parts
_MOST: Final = 40


def with_paths(spec: ApiSpec, texts: Iterable[str]) -> list[str]:
    """Return texts of a source as labels of an API: as paths, if its labels are paths.

    First come labels that hold one of the texts.
    """
    texts = list(texts)
    paths = _paths(spec.id)
    if not paths:
        return texts
    found: dict[str, None] = {}
    for text in texts:
        word = text.strip("/").casefold()
        if len(word) >= _SHORTEST and len(found) < _MOST:
            label = next((label for label, folded in paths if word in folded), None)
            if label is not None:
                found[label] = None
    # what takes a path apart fails on a text without a part
    return [*found, *(one if one.startswith("/") else f"/{one}" for one in texts)]


@cache
def _paths(api: str) -> tuple[tuple[str, str], ...]:
    labels = builtin_vocabulary(get_api(api)).labels
    return tuple((one, one.casefold()) for one in labels if one.startswith("/"))
