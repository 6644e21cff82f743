"""Google Cloud Vision v1: ``BatchAnnotateImages`` with label detection.

The messages are those of Google's own client package, for gRPC and REST alike.
Reference: https://cloud.google.com/vision/docs/reference/rpc/google.cloud.vision.v1
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.cloud import vision_v1
from google.protobuf import json_format
from google.protobuf.message import DecodeError

from chameleonapi.apis import LabelScores, get_api, label_answer
from chameleonapi.errors import InputError
from chameleonapi.serving.wire import google_json
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

__all__ = [
    "MAX_IMAGES",
    "SERVICE",
    "AnnotateCall",
    "LabelQuery",
    "parse_json",
    "parse_proto",
]

SERVICE: Final = "google.cloud.vision.v1.ImageAnnotator"
# https://cloud.google.com/vision/quotas
MAX_IMAGES: Final = 16

_SPEC = get_api("google.vision.label_detection")
_Request = vision_v1.BatchAnnotateImagesRequest.pb()
_Response = vision_v1.BatchAnnotateImagesResponse.pb()
_LABEL_DETECTION = int(vision_v1.Feature.Type.LABEL_DETECTION)
_FEATURES = {
    one.number: one.name
    for one in vision_v1.Feature.pb().DESCRIPTOR.fields_by_name["type_"].enum_type.values
}
# Names of the one model that is served; the provider's others are refused.
_MODELS = frozenset({"", "builtin/stable", "builtin/latest"})
_PARENT = re.compile(r"projects/[^/]+(/locations/[^/]+)?")


@dataclass(frozen=True, slots=True)
class LabelQuery:
    """One image to be labelled; ``max_results`` is None where the request leaves it open."""

    content: bytes
    max_results: int | None


@dataclass(frozen=True, slots=True)
class AnnotateCall:
    """One call: for each image, in order, what to find out or why that is refused."""

    images: tuple[LabelQuery | GoogleError, ...]

    @property
    def inputs(self) -> tuple[bytes, ...]:
        """The images that need a prediction, in order."""
        return tuple(one.content for one in self.images if isinstance(one, LabelQuery))

    def answer(self, results: Sequence[LabelScores | InputError]) -> Any:
        """Return the response message for the results of ``inputs``."""
        response = _Response()
        remaining = iter(results)
        for image in self.images:
            target = response.responses.add()
            if isinstance(image, GoogleError):
                _write_error(target, image)
                continue
            result = next(remaining)
            if isinstance(result, InputError):
                _write_error(target, GoogleError(GoogleCode.INVALID_ARGUMENT, "Bad image data."))
                continue
            json_format.ParseDict(
                label_answer(_SPEC, result, max_results=image.max_results), target
            )
            for annotation in target.label_annotations:
                annotation.topicality = annotation.score
        return response


def parse_proto(payload: bytes) -> AnnotateCall:
    """Read a ``BatchAnnotateImagesRequest`` in protobuf's binary form.

    Raises:
        GoogleError: if the call as a whole cannot be served.
    """
    request = _Request()
    try:
        request.ParseFromString(payload)
    except DecodeError:
        msg = "Request contains an invalid argument: not a BatchAnnotateImagesRequest."
        raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg) from None
    return _read(request)


def parse_json(body: bytes, *, parent: str = "") -> AnnotateCall:
    """Read the body of ``POST /v1/images:annotate``; ``parent`` comes from the path.

    Raises:
        GoogleError: if the call as a whole cannot be served.
    """
    data = google_json.load_object(body)
    contents = _take_contents(data)
    request = _Request()
    google_json.merge(data, request)
    for index, content in contents.items():
        request.requests[index].image.content = content
    if parent:
        request.parent = parent
    return _read(request)


def _take_contents(data: dict[str, Any]) -> dict[int, bytes]:
    """Take the image bytes out of a JSON request, by the index of their image."""
    contents: dict[int, bytes] = {}
    requests = data.get("requests")
    for index, one in enumerate(requests if isinstance(requests, list) else ()):
        image = one.get("image") if isinstance(one, dict) else None
        if isinstance(image, dict) and image.get("content") is not None:
            field = f"requests[{index}].image.content"
            contents[index] = google_json.decode_base64(image.pop("content"), field=field)
    return contents


def _read(request: Any) -> AnnotateCall:
    if request.parent and not _PARENT.fullmatch(request.parent):
        msg = "Invalid parent: expected projects/{project} or projects/{project}/locations/{place}."
        raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
    if not request.requests:
        msg = "Request must specify image and features."
        raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
    if len(request.requests) > MAX_IMAGES:
        msg = f"Too many images per request: {len(request.requests)}, at most {MAX_IMAGES}."
        raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
    return AnnotateCall(tuple(_read_image(one) for one in request.requests))


def _read_image(request: Any) -> LabelQuery | GoogleError:
    """Read the request for one image.

    ``image_context`` needs no reading: all of it belongs to other features, or is
    documented as "not used", so the provider's labels do not depend on it either.
    """
    max_results = _read_features(request.features)
    image = request.image
    if image.content:  # takes precedence over a source, as the provider documents
        if len(image.content) > _SPEC.limits.max_input_bytes:
            return GoogleError(GoogleCode.INVALID_ARGUMENT, "Image size exceeds the limit.")
        return LabelQuery(bytes(image.content), max_results)
    address = image.source.image_uri or image.source.gcs_image_uri
    if address.startswith("gs://") or image.source.gcs_image_uri:
        message = "Error opening file: Cloud Storage is not read here. Pass the image's content."
        return GoogleError(GoogleCode.PERMISSION_DENIED, message)
    if address:
        message = (
            "We're not allowed to access the URL on your behalf. "
            "Please download the content and pass it in."
        )
        return GoogleError(GoogleCode.PERMISSION_DENIED, message)
    message = "image-annotator::Malformed request.: No image present."
    return GoogleError(GoogleCode.INVALID_ARGUMENT, message)


def _read_features(features: Any) -> int | None:
    """Return how many labels are asked for.

    A feature that is not served fails the whole call: an answer without it could
    not be told from "there is nothing of that kind in the image".
    """
    if not features:
        msg = "Request must specify image and features."
        raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
    wanted = 0
    for feature in features:
        if feature.type_ != _LABEL_DETECTION:
            name = _FEATURES.get(feature.type_, str(feature.type_))
            if name == "TYPE_UNSPECIFIED" or feature.type_ not in _FEATURES:
                msg = f"Invalid feature type: {name}."
                raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
            msg = f"Feature {name} is not served here; LABEL_DETECTION is."
            raise GoogleError(GoogleCode.UNIMPLEMENTED, msg)
        if feature.model not in _MODELS:
            known = ", ".join(sorted(_MODELS - {""}))
            msg = f"Unknown model for LABEL_DETECTION; expected one of: {known}."
            raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
        if feature.max_results < 0:
            msg = f"max_results must not be negative, but is {feature.max_results}."
            raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
        wanted = max(wanted, feature.max_results)
    return wanted or None


def _write_error(target: Any, error: GoogleError) -> None:
    target.error.code = error.code.number
    target.error.message = error.message
