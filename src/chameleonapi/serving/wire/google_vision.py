"""Google Cloud Vision: ``BatchAnnotateImages``, with each feature that has a spec.

The messages are those of Google's own client package, for gRPC and REST alike, and for
v1 and the betas, so that a field that Google adds needs nothing here.
Reference: https://cloud.google.com/vision/docs/reference/rpc/google.cloud.vision.v1
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

from chameleonapi.apis import ApiAnswer, LabelScores, Prediction, get_api, prediction_answer
from chameleonapi.errors import InputError
from chameleonapi.serving.wire import google_json
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError
from chameleonapi.serving.wire.messages import fill_message, message_values
from chameleonapi.serving.wire.stored import ReadObject

__all__ = [
    "MAX_IMAGES",
    "VERSIONS",
    "AnnotateCall",
    "ImageQuery",
    "VisionApi",
    "vision_api",
]

# https://cloud.google.com/vision/quotas
MAX_IMAGES: Final = 16
VERSIONS: Final = ("v1", "v1p1beta1", "v1p2beta1", "v1p3beta1", "v1p4beta1")

_LABELS = "google.vision.label_detection"
_TEXT = "google.vision.text_detection"
_MAX_IMAGE_BYTES = get_api(_LABELS).limits.max_input_bytes
# The features of a request by the API that answers them. CROP_HINTS and PRODUCT_SEARCH have none.
_APIS: Final = {
    "FACE_DETECTION": "google.vision.face_detection",
    "LANDMARK_DETECTION": "google.vision.landmark_detection",
    "LOGO_DETECTION": "google.vision.logo_detection",
    "LABEL_DETECTION": _LABELS,
    "TEXT_DETECTION": "google.vision.text_detection",
    "DOCUMENT_TEXT_DETECTION": "google.vision.text_detection",
    "SAFE_SEARCH_DETECTION": "google.vision.safe_search_detection",
    "IMAGE_PROPERTIES": "google.vision.image_properties",
    "WEB_DETECTION": "google.vision.web_detection",
    "OBJECT_LOCALIZATION": "google.vision.object_localization",
}
# Names of the models that the provider chooses by itself; its others are refused.
_MODELS = frozenset({"", "builtin/stable", "builtin/latest"})
_PARENT = re.compile(r"projects/[^/]+(/locations/[^/]+)?")
_CONTENT = (1, 1, 1)  # requests, image, content
_BAD_IMAGE = GoogleError(GoogleCode.INVALID_ARGUMENT, "Bad image data.")


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """One image, and what is wanted of it.

    Attributes:
        content: its bytes.
        wanted: each API that is asked, with the number of results; None leaves it open.
        text_hints: languages that text in the image may be in, separated by commas.
        is_document: whether text is to be read as that of a document.
    """

    content: bytes
    wanted: tuple[tuple[str, int | None], ...]
    text_hints: str = ""
    is_document: bool = False

    def ask(self, api: str, number: int | None) -> Ask:
        """Return the question to an API."""
        cut = str(number or "")
        if api != _TEXT:
            return Ask(api, self.content, cut=cut)
        variant = "document-text" if self.is_document else ""
        return Ask(api, self.content, self.text_hints, variant, cut)


@final
@dataclass(frozen=True)
class AnnotateCall:
    """One call: for each image, in order, what to find out or why that is refused.

    Attributes:
        images: in the order of the request.
        beyond: names of the features that are asked for and have no API here.
    """

    images: tuple[ImageQuery | GoogleError, ...]
    beyond: tuple[str, ...]
    response_class: Any = field(compare=False, repr=False)

    @functools.cached_property
    def asks(self) -> tuple[Ask, ...]:
        """What has to be found out, image by image."""
        return tuple(image.ask(api, number) for image, api, number in self._questions)

    @functools.cached_property
    def _questions(self) -> tuple[tuple[ImageQuery, str, int | None], ...]:
        return tuple(
            (image, api, number)
            for image in self.images
            if isinstance(image, ImageQuery)
            for api, number in image.wanted
        )

    def refusal(self, apis: Sequence[str]) -> GoogleError:
        """Return the error for features that nothing here answers.

        It fails the whole call: an answer without a feature could not be told from
        "there is nothing of that kind in the image".
        """
        names = [name for name, api in _APIS.items() if api in apis]
        names = [one for one in names if one != "DOCUMENT_TEXT_DETECTION"]
        shown = ", ".join((*names, *self.beyond))
        return GoogleError(GoogleCode.UNIMPLEMENTED, f"Feature {shown} is not served here.")

    def part(self, position: int, prediction: Prediction) -> dict[str, Any]:
        """Return the answer to one of ``asks``."""
        _, api, number = self._questions[position]
        if isinstance(prediction, ApiAnswer):
            one_image = self.response_class.DESCRIPTOR.fields_by_name["responses"].message_type
            google_json.check_shape(prediction.answer, one_image)
        answer = prediction_answer(get_api(api), prediction, max_results=number)
        if api == _LABELS and isinstance(prediction, LabelScores):
            for one in answer["labelAnnotations"]:
                one["topicality"] = one["score"]
        return answer

    def reply(self, parts: Sequence[dict[str, Any] | InputError]) -> Any:
        """Return the response message for the answers to ``asks``."""
        response = self.response_class()
        remaining = iter(parts)
        for image in self.images:
            target = response.responses.add()
            if isinstance(image, GoogleError):
                _write_error(target, image)
                continue
            for part in [next(remaining) for _ in image.wanted]:
                if isinstance(part, InputError):
                    target.Clear()  # an image that one model cannot read is no image
                    _write_error(target, _BAD_IMAGE)
                    break
                fill_message(part, target)
        return response

    def overlay(self, response: Any, parts: Mapping[int, dict[str, Any] | InputError]) -> None:
        """Put answers in the place of what another's response says to the same questions."""
        position = 0
        for image, target in zip(self.images, response.responses, strict=False):
            for api, _ in image.wanted if isinstance(image, ImageQuery) else ():
                part = parts.get(position)
                position += 1
                if part is None or target.HasField("error"):
                    continue
                if isinstance(part, InputError):
                    target.Clear()
                    _write_error(target, _BAD_IMAGE)
                else:
                    google_json.replace_fields(api, part, target)

    def parts(self, response: Any) -> list[dict[str, Any] | None]:
        """Take a response apart into answers to ``asks``; None where there is none."""
        found: list[dict[str, Any] | None] = []
        for image, one in zip(self.images, response.responses, strict=False):
            if not isinstance(image, ImageQuery):
                continue
            whole = message_values(one)
            found += [
                None if one.HasField("error") else google_json.own_fields(api, whole)
                for api, _ in image.wanted
            ]
        return found if len(found) == len(self.asks) else [None] * len(self.asks)


@final
class VisionApi:
    """One version of the API: reads calls of either transport."""

    def __init__(self, version: str) -> None:
        package = importlib.import_module(f"google.cloud.vision_{version}")
        self._request_class = package.BatchAnnotateImagesRequest.pb()
        self.response_class = package.BatchAnnotateImagesResponse.pb()
        self._has_parent = "parent" in self._request_class.DESCRIPTOR.fields_by_name
        described = package.Feature.pb().DESCRIPTOR.fields_by_name["type_"].enum_type
        self._features = {one.number: one.name for one in described.values}

    def parse_proto(self, payload: bytes, read: ReadObject | None = None) -> AnnotateCall:
        """Read a ``BatchAnnotateImagesRequest`` in protobuf's binary form.

        Args:
            payload: its bytes.
            read: returns objects of buckets; without it they are refused.

        Raises:
            GoogleError: if the call as a whole cannot be served.
        """
        message = google_json.parse_message(self._request_class, payload, large=_CONTENT)
        return self._read(message, read)

    def parse_json(
        self, body: bytes, *, parent: str = "", read: ReadObject | None = None
    ) -> AnnotateCall:
        """Read the body of ``POST /v1/images:annotate``; ``parent`` comes from the path.

        Raises:
            GoogleError: if the call as a whole cannot be served.
        """
        data = google_json.load_object(body)
        contents = _take_contents(data)
        request = self._request_class()
        google_json.merge(data, request)
        for index, content in contents.items():
            request.requests[index].image.content = content
        if parent:
            _check_parent(parent)
            if self._has_parent:
                request.parent = parent
        return self._read(request, read)

    def _read(self, request: Any, read: ReadObject | None) -> AnnotateCall:
        if self._has_parent and request.parent:
            _check_parent(request.parent)
        if not request.requests:
            msg = "Request must specify image and features."
            raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
        if len(request.requests) > MAX_IMAGES:
            msg = f"Too many images per request: {len(request.requests)}, at most {MAX_IMAGES}."
            raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
        beyond: dict[str, None] = {}
        images = tuple(self._read_image(one, beyond, read) for one in request.requests)
        return AnnotateCall(images, tuple(beyond), self.response_class)

    def _read_image(
        self, request: Any, beyond: dict[str, None], read: ReadObject | None
    ) -> ImageQuery | GoogleError:
        """Read the request for one image.

        Of ``image_context``, hints of languages are handed on. Regions, aspect ratios and
        geographic results are for features that are not served.
        """
        wanted = self._read_features(request.features, beyond)
        try:
            # Content takes precedence over a source, as the provider documents.
            content = bytes(request.image.content) or _from_source(request.image.source, read)
        except GoogleError as error:
            return error
        if len(content) > _MAX_IMAGE_BYTES:
            return GoogleError(GoogleCode.INVALID_ARGUMENT, "Image size exceeds the limit.")
        kinds = {self._features[one.type_] for one in request.features}
        hints = ",".join(request.image_context.language_hints)
        return ImageQuery(content, wanted, hints, "DOCUMENT_TEXT_DETECTION" in kinds)

    def _read_features(
        self, features: Any, beyond: dict[str, None]
    ) -> tuple[tuple[str, int | None], ...]:
        """Return each API that is asked, with the number of results; note what has none."""
        if not features:
            msg = "Request must specify image and features."
            raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
        wanted: dict[str, int] = {}
        for feature in features:
            name = self._features.get(feature.type_, str(feature.type_))
            if feature.type_ not in self._features or name == "TYPE_UNSPECIFIED":
                msg = f"Invalid feature type: {name}."
                raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
            if feature.model not in _MODELS:
                known = ", ".join(sorted(_MODELS - {""}))
                msg = f"Unknown model for {name}; expected one of: {known}."
                raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
            if feature.max_results < 0:
                msg = f"max_results must not be negative, but is {feature.max_results}."
                raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)
            if name not in _APIS:
                beyond[name] = None
                continue
            api = _APIS[name]
            wanted[api] = max(wanted.get(api, 0), feature.max_results)
        return tuple((api, number or None) for api, number in wanted.items())


@functools.cache
def vision_api(version: str = "v1") -> VisionApi:
    """Return a version of the API; its messages are loaded on the first call."""
    return VisionApi(version)


def _check_parent(parent: str) -> None:
    if not _PARENT.fullmatch(parent):
        msg = "Invalid parent: expected projects/{project} or projects/{project}/locations/{place}."
        raise GoogleError(GoogleCode.INVALID_ARGUMENT, msg)


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


def _from_source(source: Any, read: ReadObject | None) -> bytes:
    """Return an image that is named; no address is ever fetched.

    Raises:
        GoogleError: in the provider's words.
    """
    address = source.image_uri or source.gcs_image_uri
    if address.startswith("gs://") or source.gcs_image_uri:
        return google_json.read_stored(address, _MAX_IMAGE_BYTES, read, "image")
    if address:
        message = (
            "We're not allowed to access the URL on your behalf. "
            "Please download the content and pass it in."
        )
        raise GoogleError(GoogleCode.PERMISSION_DENIED, message)
    message = "image-annotator::Malformed request.: No image present."
    raise GoogleError(GoogleCode.INVALID_ARGUMENT, message)


def _write_error(target: Any, error: GoogleError) -> None:
    target.error.code = error.code.number
    target.error.message = error.message
