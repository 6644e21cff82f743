"""Parts of elements that an API documents and that are not followed: they are not known here.

An answer in the form of a dictionary lacks them; asking for one is no mistake of the application.
"""

from __future__ import annotations

from typing import Final

from chameleonapi.analysis.stubs.shapes import to_camel
from chameleonapi.analysis.trace import Place

__all__ = ["is_not_followed"]

_POLY: Final = frozenset({"boundingPoly"})
_KEYS: Final = {
    "faceAnnotations": frozenset({"landmarks", "fdBoundingPoly"}),
    "landmarkAnnotations": frozenset({"locations", "boundingPoly"}),
    "logoAnnotations": _POLY,
    "textAnnotations": _POLY,
    "localizedObjectAnnotations": frozenset({"languageCode"}),
    "webDetection.pagesWithMatchingImages": frozenset(
        {"pageTitle", "fullMatchingImages", "partialMatchingImages"}
    ),
    "webDetection.bestGuessLabels": frozenset({"languageCode"}),
}


def is_not_followed(place: Place, key: str) -> bool:
    """Return whether the API documents this key of an object, and it is not followed."""
    return not place.prefix and to_camel(key) in _KEYS.get(place.collection, ())
