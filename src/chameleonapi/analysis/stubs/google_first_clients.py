"""Vision's first Python client: ``vision.Client().image(content=...).detect_labels()``.

Replaced in 2017, and still in many applications. It returns lists of annotations where the
later clients return messages, and its likelihoods are members of an enumeration with names.
"""

from __future__ import annotations

from typing import Any

from chameleonapi.analysis.engine.attributes import get_attribute
from chameleonapi.analysis.engine.machine import Machine
from chameleonapi.analysis.engine.objects import MISSING
from chameleonapi.analysis.engine.values import Native, Opaque, Unknown
from chameleonapi.analysis.stubs.answers import as_message
from chameleonapi.analysis.stubs.google_first_language import FirstLanguageClient
from chameleonapi.analysis.stubs.requests_shape import request_shape

__all__ = ["call"]

Arguments = tuple[Any, ...]
Named = dict[str, Any]

# Method of an image: the API, and the field of today's message that holds the same.
METHODS = {
    "detect_labels": ("google.vision.label_detection", "label_annotations"),
    "detect_logos": ("google.vision.logo_detection", "logo_annotations"),
    "detect_landmarks": ("google.vision.landmark_detection", "landmark_annotations"),
    "detect_text": ("google.vision.text_detection", "text_annotations"),
    "detect_full_text": ("google.vision.text_detection", "full_text_annotation"),
    "detect_faces": ("google.vision.face_detection", "face_annotations"),
    "detect_safe_search": ("google.vision.safe_search_detection", "safe_search_annotation"),
    "detect_web": ("google.vision.web_detection", "web_detection"),
}


class FirstClient(Opaque):
    """The client."""

    __slots__ = ()
    name = "Client"

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return the method that makes an image."""
        del machine
        if name == "image":
            return Native(name, lambda _m, a, n: FirstImage((a, n)))
        return Unknown(f"google.cloud.vision.Client().{name}")


class FirstImage(Opaque):
    """An image of that client, which asks the API itself."""

    __slots__ = ("source",)
    name = "Image"

    def __init__(self, source: Any) -> None:
        self.source = source

    def attribute(self, machine: Machine, name: str) -> Any:
        """Return a detection."""
        del machine
        if name in METHODS:
            return Native(name, lambda m, a, n: self._detect(m, name, a, n))
        return Unknown(f"google.cloud.vision.image.{name}")

    def _detect(self, machine: Machine, name: str, arguments: Arguments, named: Named) -> Any:
        api, part = METHODS[name]
        limit = named.get("limit", arguments[0] if arguments else None)
        shape = request_shape(results=limit)
        answer = machine.call_api((api,), shape, (id(self.source), name))
        return get_attribute(machine, as_message(api, answer), part)


def call(_machine: Machine, function: Unknown, _arguments: Arguments, _named: Named) -> Any:
    """Model the constructor."""
    if not function.path.startswith(("google", "gcloud")):
        return MISSING
    if function.path.endswith("vision.Client"):
        return FirstClient()
    if function.path.endswith("language.Client"):
        return FirstLanguageClient()
    return MISSING
