"""``DetectLabels`` of Amazon Rekognition: settings, filters, parents, instances.

Reference: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chameleonapi.apis import (
    ApiAnswer,
    Detections,
    LabelScores,
    Prediction,
    get_api,
    prediction_answer,
)
from chameleonapi.serving.wire.aws_call import Parents
from chameleonapi.serving.wire.aws_error import AwsError

__all__ = ["cut_labels", "refuse_settings"]

_SPEC = get_api("aws.rekognition.detect_labels")
_LABEL_MODEL_VERSION = "3.0"
_MAX_LABELS = 1000
_PERCENT = 100.0
_LISTS = ("Instances", "Parents", "Aliases", "Categories")


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def refuse_settings(parameters: Mapping[str, Any]) -> None:
    """Check what the service model does not say.

    Raises:
        AwsError: if the parameters contradict each other or ask for too much.
    """
    features = parameters.get("Features", ["GENERAL_LABELS"])
    if "ImageProperties" in parameters.get("Settings", {}) and "IMAGE_PROPERTIES" not in features:
        raise _invalid("Settings.ImageProperties needs the feature IMAGE_PROPERTIES.")
    if parameters.get("MaxLabels", 0) > _MAX_LABELS:
        raise _invalid(f"MaxLabels must be at most {_MAX_LABELS}.")


def cut_labels(
    prediction: Prediction, parameters: Mapping[str, Any], parents: Parents
) -> dict[str, Any]:
    """Return the answer that a request wants.

    Raises:
        AwsError: if it wants properties or categories, and the prediction has none.
    """
    features = parameters.get("Features") or ["GENERAL_LABELS"]
    settings = parameters.get("Settings", {})
    general = settings.get("GeneralLabels", {})
    if isinstance(prediction, LabelScores | Detections):
        if "IMAGE_PROPERTIES" in features:
            raise _invalid("The feature IMAGE_PROPERTIES is not served here; GENERAL_LABELS is.")
        for name in ("LabelCategoryInclusionFilters", "LabelCategoryExclusionFilters"):
            if general.get(name):
                raise _invalid(f"{name} is not served here: labels carry no categories.")
        prediction = _filtered(prediction, general)
    elif isinstance(prediction, ApiAnswer):
        whole = dict(prediction.answer)
        if "IMAGE_PROPERTIES" in features and "ImageProperties" not in whole:
            raise _invalid("The feature IMAGE_PROPERTIES is not served here; GENERAL_LABELS is.")
        whole["Labels"] = [one for one in whole.get("Labels", ()) if _passes(one, general)]
        prediction = ApiAnswer(whole)
    percent = parameters.get("MinConfidence")
    answer = prediction_answer(
        _SPEC,
        prediction,
        shown_score=_SPEC.limits.shown_score if percent is None else percent / _PERCENT,
        max_results=parameters.get("MaxLabels"),
    )
    _choose_features(answer, features, settings)
    for label in answer.get("Labels", ()):
        if not isinstance(prediction, ApiAnswer):
            label["Parents"] = [{"Name": name} for name in parents.get(label["Name"], ())]
        for name in _LISTS:
            label.setdefault(name, [])
    return {"LabelModelVersion": _LABEL_MODEL_VERSION, **answer}


def _filtered(
    found: LabelScores | Detections, general: Mapping[str, Any]
) -> LabelScores | Detections:
    if not any(general.values()):
        return found
    kept = [place for place, label in enumerate(found.labels) if _passes({"Name": label}, general)]
    labels = tuple(found.labels[one] for one in kept)
    if isinstance(found, Detections):
        return Detections(labels, found.boxes, [found.scores[one] for one in kept])
    return LabelScores(labels, [found.scores[one] for one in kept])


def _passes(label: Mapping[str, Any], general: Mapping[str, Any]) -> bool:
    """Tell whether the filters let a label through: by its name or by one of its categories."""
    name = {label.get("Name", "")}
    categories = {one.get("Name") for one in label.get("Categories", ())}
    wanted = (
        general.get("LabelInclusionFilters") or (),
        general.get("LabelCategoryInclusionFilters") or (),
    )
    unwanted = (
        general.get("LabelExclusionFilters", ()),
        general.get("LabelCategoryExclusionFilters", ()),
    )
    if any(wanted) and not (name & set(wanted[0]) or categories & set(wanted[1])):
        return False
    return not (name & set(unwanted[0]) or categories & set(unwanted[1]))


def _choose_features(
    answer: dict[str, Any], features: list[str], settings: Mapping[str, Any]
) -> None:
    if "GENERAL_LABELS" not in features:
        answer.pop("Labels", None)
    if "IMAGE_PROPERTIES" not in features:
        answer.pop("ImageProperties", None)
        for label in answer.get("Labels", ()):
            for instance in label.get("Instances", ()):
                instance.pop("DominantColors", None)
        return
    most = settings.get("ImageProperties", {}).get("MaxDominantColors", 10)
    properties = answer["ImageProperties"]
    for part in (properties, properties.get("Foreground", {}), properties.get("Background", {})):
        if "DominantColors" in part:
            part["DominantColors"] = part["DominantColors"][:most]
