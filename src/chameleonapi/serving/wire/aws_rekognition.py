"""Amazon Rekognition on inline images: labels, moderation labels, faces, text.

Reference: https://docs.aws.amazon.com/rekognition/latest/APIReference/
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

from chameleonapi.apis import LabelScores, Prediction, get_api, prediction_answer
from chameleonapi.errors import InputError
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.aws_call import Parents, describe
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.aws_labels import cut_labels, refuse_settings
from chameleonapi.serving.wire.aws_protocol import AwsProtocol, Violation
from chameleonapi.serving.wire.aws_regions import share_within
from chameleonapi.serving.wire.stored import (
    MissingObjectError,
    ReadObject,
    TooLargeObjectError,
    UnknownBucketError,
)

__all__ = ["OPERATIONS", "ImageCall", "parse"]

OPERATIONS: Final = {
    "DetectLabels": "aws.rekognition.detect_labels",
    "DetectModerationLabels": "aws.rekognition.detect_moderation_labels",
    "DetectFaces": "aws.rekognition.detect_faces",
    "DetectText": "aws.rekognition.detect_text",
}
_PERCENT = 100.0
_MAX_STORED_BYTES: Final = (
    15 * 1024 * 1024
)  # https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
_MODERATION_MODEL_VERSION = "7.0"
_TEXT_MODEL_VERSION = "3.0"
_DEFAULT_ATTRIBUTES = frozenset({"BoundingBox", "Confidence", "Pose", "Quality", "Landmarks"})


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


@final
@dataclass(frozen=True)
class ImageCall:
    """One call about one image.

    Attributes:
        operation: its name.
        content: the image.
        parameters: the others, checked.
        parents: for answers that name the ancestors of a label.
    """

    operation: str
    content: bytes
    parameters: Mapping[str, Any]
    parents: Parents = field(default_factory=dict, compare=False, repr=False)

    @functools.cached_property
    def asks(self) -> tuple[Ask, ...]:
        """The one thing to be found out."""
        return (
            Ask(
                OPERATIONS[self.operation],
                self.content,
                cut=json.dumps(self.parameters, sort_keys=True),
            ),
        )

    def part(self, position: int, prediction: Prediction) -> dict[str, Any]:  # noqa: ARG002 -- there is one
        """Return the answer.

        Raises:
            AwsError: if the request wants what is not in the prediction.
        """
        return _CUTS[self.operation](prediction, self.parameters, self.parents)

    def reply(self, parts: Sequence[dict[str, Any] | InputError]) -> dict[str, Any]:
        """Return the answer to the call.

        Raises:
            AwsError: ``InvalidImageFormatException`` if the image cannot be read.
        """
        (part,) = parts
        if isinstance(part, InputError):
            raise AwsError("InvalidImageFormatException", "Request has invalid image format")
        return part

    def parts(self, answer: Mapping[str, Any]) -> list[dict[str, Any] | None]:
        """Return the answer as that to the one question."""
        return [dict(answer)]


def parse(
    protocol: AwsProtocol,
    operation: str,
    parameters: dict[str, Any],
    parents: Parents | None = None,
    read: ReadObject | None = None,
) -> ImageCall:
    """Check the parameters of a request, and read the object of a bucket that it names.

    Raises:
        AwsError: with the code that the provider gives to what is wrong.
    """
    for violation in protocol.request_violations(operation, parameters):
        raise _refusal(violation)
    if operation == "DetectLabels":
        refuse_settings(parameters)
    if "HumanLoopConfig" in parameters:
        raise _invalid("HumanLoopConfig is not served here: no reviewer is asked.")
    if "ProjectVersion" in parameters:
        message = "The custom adapter that ProjectVersion names is not served here."
        raise AwsError("ResourceNotFoundException", message)
    others = {name: one for name, one in parameters.items() if name != "Image"}
    return ImageCall(operation, _image(parameters["Image"], read), others, parents or {})


def _refusal(violation: Violation) -> AwsError:
    if violation.path == "Image.Bytes" and violation.constraint == "max":
        return AwsError("ImageTooLargeException", "Image size exceeds the allowed limit")
    return describe("InvalidParameterException", violation)


def _image(image: Mapping[str, Any], read: ReadObject | None) -> bytes:
    if ("Bytes" in image) == ("S3Object" in image):
        raise _invalid("Image must hold either Bytes or S3Object.")
    if "S3Object" in image:
        return _stored(image["S3Object"], read)
    content: bytes = image["Bytes"]
    return content


def _stored(place: Mapping[str, str], read: ReadObject | None) -> bytes:
    """Return an object out of a folder that stands for its bucket; nothing is fetched."""
    remark = "Objects in S3 are not read here: pass the image's bytes."
    try:
        if read is not None and "Version" not in place:
            return read(place.get("Bucket", ""), place.get("Name", ""), _MAX_STORED_BYTES)
    except TooLargeObjectError:
        message = "Image size exceeds the allowed limit"
        raise AwsError("ImageTooLargeException", message) from None
    except UnknownBucketError:
        remark = "This bucket is not read here: pass the image's bytes."
    except MissingObjectError as error:
        remark = error.message
    raise AwsError(
        "InvalidS3ObjectException",
        "Unable to get object metadata from S3. Check object key, region and/or access "
        f"permissions. ({remark})",
    )


def _moderation_labels(
    prediction: Prediction, parameters: Mapping[str, Any], parents: Parents
) -> dict[str, Any]:
    percent = parameters.get("MinConfidence")
    spec = get_api(OPERATIONS["DetectModerationLabels"])
    shown_score = spec.limits.shown_score if percent is None else percent / _PERCENT
    answer = prediction_answer(spec, prediction, shown_score=shown_score)
    if isinstance(prediction, LabelScores):
        for label in answer["ModerationLabels"]:
            above = parents.get(label["Name"], ())
            label["ParentName"] = above[0] if above else ""
            label["TaxonomyLevel"] = len(above) + 1
    return {"ModerationModelVersion": _MODERATION_MODEL_VERSION, **answer}


def _faces(
    prediction: Prediction, parameters: Mapping[str, Any], _parents: Parents
) -> dict[str, Any]:
    """Return the faces with the default attributes and those that are asked for."""
    answer = prediction_answer(get_api(OPERATIONS["DetectFaces"]), prediction)
    wanted = parameters.get("Attributes") or ["DEFAULT"]
    if "ALL" not in wanted:
        kept = _DEFAULT_ATTRIBUTES | {
            "".join(word.capitalize() for word in one.split("_")) for one in wanted
        }
        answer["FaceDetails"] = [
            {name: value for name, value in face.items() if name in kept}
            for face in answer.get("FaceDetails", [])
        ]
    return answer


def _text(
    prediction: Prediction, parameters: Mapping[str, Any], _parents: Parents
) -> dict[str, Any]:
    """Return the text that passes the filters: lines stay while one of their words does."""
    answer = prediction_answer(get_api(OPERATIONS["DetectText"]), prediction)
    found = answer.get("TextDetections", [])
    filters = parameters.get("Filters", {})
    words = filters.get("WordFilter", {})
    regions = filters.get("RegionsOfInterest", ())
    kept = [
        one
        for one in found
        if (one.get("Type") == "LINE" or _passes(one, words))
        and (not regions or any(share_within(one.get("Geometry", {}), r) > 0.5 for r in regions))
    ]
    if words:
        had_words = {one.get("ParentId") for one in found if one.get("Type") == "WORD"}
        has_words = {one.get("ParentId") for one in kept if one.get("Type") == "WORD"}
        kept = [
            one
            for one in kept
            if one.get("Type") != "LINE"
            or one.get("Id") not in had_words
            or one.get("Id") in has_words
        ]
    return {"TextModelVersion": _TEXT_MODEL_VERSION, **answer, "TextDetections": kept}


def _passes(word: Mapping[str, Any], wanted: Mapping[str, float]) -> bool:
    box = word.get("Geometry", {}).get("BoundingBox", {})
    return bool(
        word.get("Confidence", 0.0) >= wanted.get("MinConfidence", 0.0)
        and box.get("Height", 0.0) >= wanted.get("MinBoundingBoxHeight", 0.0)
        and box.get("Width", 0.0) >= wanted.get("MinBoundingBoxWidth", 0.0)
    )


_Cut = Callable[[Prediction, Mapping[str, Any], Parents], dict[str, Any]]
_CUTS: Final[dict[str, _Cut]] = {
    "DetectLabels": cut_labels,
    "DetectModerationLabels": _moderation_labels,
    "DetectFaces": _faces,
    "DetectText": _text,
}
