"""Amazon Rekognition: ``DetectLabels`` on inline images.

Reference: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chameleonapi.apis import LabelScores, get_api, label_answer
from chameleonapi.errors import InputError
from chameleonapi.serving.wire.aws_json import AwsError, AwsJsonProtocol, Violation

__all__ = ["OPERATION", "DetectLabelsCall", "parse_detect_labels"]

OPERATION: Final = "DetectLabels"
LABEL_MODEL_VERSION: Final = "3.0"

_SPEC = get_api("aws.rekognition.detect_labels")
_MAX_LABELS = 1000
_PERCENT = 100.0


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


@dataclass(frozen=True, slots=True)
class DetectLabelsCall:
    """One call.

    Attributes:
        content: the image.
        max_labels: as asked for, or the default.
        shown_score: in [0, 1].
        included: the only labels to return; None returns all.
        excluded: labels not to return.
    """

    content: bytes
    max_labels: int
    shown_score: float
    included: frozenset[str] | None
    excluded: frozenset[str]

    def answer(
        self,
        result: LabelScores | InputError,
        *,
        parents: Mapping[str, Sequence[str]] | None = None,
    ) -> dict[str, Any]:
        """Return the answer, in the form that the service model describes.

        Args:
            result: of the image.
            parents: the ancestors of a label, nearest first.

        Raises:
            AwsError: ``InvalidImageFormatException`` if the image cannot be read.
        """
        if isinstance(result, InputError):
            raise AwsError("InvalidImageFormatException", "Request has invalid image format")
        answer = label_answer(
            _SPEC,
            self._filtered(result),
            shown_score=self.shown_score,
            max_results=self.max_labels,
        )
        for label in answer["Labels"]:
            ancestors = (parents or {}).get(label["Name"], ())
            label["Instances"] = []
            label["Parents"] = [{"Name": name} for name in ancestors]
            label["Aliases"] = []
            label["Categories"] = []
        answer["LabelModelVersion"] = LABEL_MODEL_VERSION
        return answer

    def _filtered(self, result: LabelScores) -> LabelScores:
        if self.included is None and not self.excluded:
            return result
        kept = [
            (label, score)
            for label, score in zip(result.labels, result.scores, strict=True)
            if (self.included is None or label in self.included) and label not in self.excluded
        ]
        return LabelScores(tuple(label for label, _ in kept), [score for _, score in kept])


def parse_detect_labels(protocol: AwsJsonProtocol, body: bytes) -> DetectLabelsCall:
    """Read the body of a ``DetectLabels`` request.

    Raises:
        AwsError: with the code that the provider gives to what is wrong.
    """
    parameters = protocol.read(OPERATION, body)
    for violation in protocol.request_violations(OPERATION, parameters):
        raise _refusal(violation)
    settings = parameters.get("Settings", {})
    features = parameters.get("Features", ["GENERAL_LABELS"])
    if "IMAGE_PROPERTIES" in features:
        raise _invalid("The feature IMAGE_PROPERTIES is not served here; GENERAL_LABELS is.")
    if "ImageProperties" in settings:
        raise _invalid("Settings.ImageProperties needs the feature IMAGE_PROPERTIES.")
    general = settings.get("GeneralLabels", {})
    for name in ("LabelCategoryInclusionFilters", "LabelCategoryExclusionFilters"):
        if general.get(name):
            raise _invalid(f"{name} is not served here: labels carry no categories.")
    max_labels = parameters.get("MaxLabels", _SPEC.limits.max_results or _MAX_LABELS)
    if max_labels > _MAX_LABELS:
        raise _invalid(f"MaxLabels must be at most {_MAX_LABELS}.")
    percent = parameters.get("MinConfidence")
    included = general.get("LabelInclusionFilters")
    return DetectLabelsCall(
        content=_image(parameters["Image"]),
        max_labels=max_labels,
        shown_score=_SPEC.limits.shown_score if percent is None else percent / _PERCENT,
        included=frozenset(included) if included else None,
        excluded=frozenset(general.get("LabelExclusionFilters", ())),
    )


def _refusal(violation: Violation) -> AwsError:
    if violation.path == "Image.Bytes" and violation.constraint == "max":
        return AwsError("ImageTooLargeException", "Image size exceeds the allowed limit")
    place = f"Value at '{violation.path}' failed to satisfy constraint: " if violation.path else ""
    return _invalid(place + violation.message)


def _image(image: Mapping[str, Any]) -> bytes:
    if ("Bytes" in image) == ("S3Object" in image):
        raise _invalid("Image must hold either Bytes or S3Object.")
    if "S3Object" in image:
        message = (
            "Unable to get object metadata from S3. Check object key, region and/or access "
            "permissions. (Objects in S3 are not read here: pass the image's bytes.)"
        )
        raise AwsError("InvalidS3ObjectException", message)
    content: bytes = image["Bytes"]
    return content
