"""Of which API a call seems to be that no run has reached, by what the source says."""

from __future__ import annotations

from typing import Final

from chameleonapi.analysis.stubs import amazon, google_clients

__all__ = ["apis_of"]

_ANNOTATING: Final = frozenset({"annotate_image", "batch_annotate_images"})


def apis_of(method: str, text: str) -> tuple[str, ...]:
    """Return the APIs that a method may ask; of those with features, what the source names.

    Args:
        method: the name of the method.
        text: the source around it.
    """
    if "vision" in text:
        if method in google_clients.VISION_METHODS:
            return (google_clients.VISION_METHODS[method],)
        if method in _ANNOTATING:
            asked = (one.upper() for one in google_clients.VISION_METHODS)
            return tuple(google_clients.VISION_METHODS[one.lower()] for one in asked if one in text)
    if "language" in text:
        if method in google_clients.LANGUAGE_METHODS:
            return (google_clients.LANGUAGE_METHODS[method],)
        if method == "annotate_text":
            features = google_clients.TEXT_FEATURES.items()
            named = (name for feature, name in features if feature in text)
            return tuple(google_clients.LANGUAGE_METHODS[one] for one in named)
    for service, methods in amazon.METHODS.items():
        if method in methods and service in text and "boto" in text:
            return (methods[method],)
    return ()
