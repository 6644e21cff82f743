"""Amazon Rekognition (API version 2016-06-27)."""

from __future__ import annotations

from typing import Final

from chameleonapi.apis.spec import (
    ApiSpec,
    CollectionSpec,
    FieldKind,
    FieldSpec,
    Limits,
    RegionForm,
    Task,
)

_REFERENCE = "https://docs.aws.amazon.com/rekognition/latest/APIReference/API_"
_MAX_BYTES = 5 * 1024 * 1024


def _percent(path: str) -> FieldSpec:
    return FieldSpec(path, FieldKind.NUMBER, high=100.0, scale=100.0, default=0.0)


def _whole(path: str, *, high: float, low: int = 0) -> FieldSpec:
    return FieldSpec(path, FieldKind.NUMBER, low=low, high=high, default=low, is_whole=True)


def _flag(path: str) -> tuple[FieldSpec, FieldSpec]:
    return (
        FieldSpec(f"{path}.Value", FieldKind.ENUM, values=("false", "true"), default="false"),
        _percent(f"{path}.Confidence"),
    )


def _angle(path: str) -> FieldSpec:
    return FieldSpec(path, FieldKind.NUMBER, low=-180.0, high=180.0, default=0.0)


def _box(path: str) -> tuple[FieldSpec, ...]:
    return tuple(
        FieldSpec(f"{path}.{side}", FieldKind.NUMBER, default=0.0)
        for side in ("Width", "Height", "Left", "Top")
    )


_EMOTIONS = (
    "UNKNOWN",
    "HAPPY",
    "SAD",
    "ANGRY",
    "CONFUSED",
    "DISGUSTED",
    "SURPRISED",
    "CALM",
    "FEAR",
)

_LANDMARKS = (
    "eyeLeft",
    "eyeRight",
    "mouthLeft",
    "mouthRight",
    "nose",
    "leftEyeBrowLeft",
    "leftEyeBrowRight",
    "leftEyeBrowUp",
    "rightEyeBrowLeft",
    "rightEyeBrowRight",
    "rightEyeBrowUp",
    "leftEyeLeft",
    "leftEyeRight",
    "leftEyeUp",
    "leftEyeDown",
    "rightEyeLeft",
    "rightEyeRight",
    "rightEyeUp",
    "rightEyeDown",
    "noseLeft",
    "noseRight",
    "mouthUp",
    "mouthDown",
    "leftPupil",
    "rightPupil",
    "upperJawlineLeft",
    "midJawlineLeft",
    "chinBottom",
    "midJawlineRight",
    "upperJawlineRight",
)

SPECS: Final = (
    ApiSpec(
        id="aws.rekognition.detect_labels",
        task=Task.LABELS,
        collections=(
            CollectionSpec(
                "Labels",
                (
                    FieldSpec("Name", FieldKind.LABEL, default=""),
                    _percent("Confidence"),
                    FieldSpec("Instances.#", FieldKind.NUMBER, high=20.0, default=0.0),
                    *_box("Instances.*.BoundingBox"),
                    _percent("Instances.*.Confidence"),
                    FieldSpec("Parents.#", FieldKind.NUMBER, high=10.0, default=0.0),
                    FieldSpec("Parents.*.Name", FieldKind.LABEL),
                    FieldSpec("Categories.*.Name", FieldKind.LABEL),
                    FieldSpec("Aliases.*.Name", FieldKind.LABEL),
                ),
                sorted_by="Confidence",
            ),
        ),
        label_field="Name",
        score_field="Confidence",
        limits=Limits(max_results=1000, shown_score=0.55, max_input_bytes=_MAX_BYTES),
        reference=_REFERENCE + "DetectLabels.html",
        regions=RegionForm.INSTANCES,
    ),
    ApiSpec(
        id="aws.rekognition.detect_moderation_labels",
        task=Task.LABELS,
        collections=(
            CollectionSpec(
                "ModerationLabels",
                (
                    FieldSpec("Name", FieldKind.LABEL, default=""),
                    _percent("Confidence"),
                    FieldSpec("ParentName", FieldKind.LABEL, default=""),
                    _whole("TaxonomyLevel", low=1, high=3.0),
                ),
                sorted_by="Confidence",
            ),
        ),
        label_field="Name",
        score_field="Confidence",
        limits=Limits(shown_score=0.5, max_input_bytes=_MAX_BYTES),
        reference=_REFERENCE + "DetectModerationLabels.html",
    ),
    ApiSpec(
        id="aws.rekognition.detect_faces",
        task=Task.LIKELIHOODS,
        collections=(
            CollectionSpec(
                "FaceDetails",
                (
                    _percent("Confidence"),
                    *_box("BoundingBox"),
                    _whole("AgeRange.Low", high=100.0),
                    _whole("AgeRange.High", high=100.0),
                    FieldSpec("Gender.Value", FieldKind.ENUM, values=("Male", "Female")),
                    _percent("Gender.Confidence"),
                    *(
                        part
                        for name in (
                            "Smile",
                            "Eyeglasses",
                            "Sunglasses",
                            "Beard",
                            "Mustache",
                            "EyesOpen",
                            "MouthOpen",
                            "FaceOccluded",
                        )
                        for part in _flag(name)
                    ),
                    # Every emotion is told of, with how sure it is.
                    FieldSpec("Emotions.#", FieldKind.NUMBER, low=1.0, high=8.0, default=0.0),
                    FieldSpec("Emotions.0.Type", FieldKind.ENUM, values=_EMOTIONS),
                    _percent("Emotions.0.Confidence"),
                    FieldSpec("Emotions.*.Type", FieldKind.ENUM, values=_EMOTIONS),
                    _percent("Emotions.*.Confidence"),
                    *(_angle(f"Pose.{name}") for name in ("Roll", "Yaw", "Pitch")),
                    _percent("Quality.Brightness"),
                    _percent("Quality.Sharpness"),
                    *(_angle(f"EyeDirection.{name}") for name in ("Yaw", "Pitch")),
                    _percent("EyeDirection.Confidence"),
                    FieldSpec("Landmarks.*.Type", FieldKind.ENUM, values=_LANDMARKS),
                    FieldSpec("Landmarks.*.X", FieldKind.NUMBER, default=0.0),
                    FieldSpec("Landmarks.*.Y", FieldKind.NUMBER, default=0.0),
                ),
            ),
        ),
        score_field="Confidence",
        limits=Limits(max_input_bytes=_MAX_BYTES),
        reference=_REFERENCE + "DetectFaces.html",
    ),
    ApiSpec(
        id="aws.rekognition.detect_text",
        task=Task.TEXT_IN_IMAGE,
        collections=(
            CollectionSpec(
                "TextDetections",
                (
                    FieldSpec("DetectedText", FieldKind.TEXT, default=""),
                    FieldSpec("Type", FieldKind.ENUM, values=("LINE", "WORD")),
                    _percent("Confidence"),
                    _whole("Id", high=100.0),
                    _whole("ParentId", high=100.0),
                    *_box("Geometry.BoundingBox"),
                    FieldSpec("Geometry.Polygon.*.X", FieldKind.NUMBER, default=0.0),
                    FieldSpec("Geometry.Polygon.*.Y", FieldKind.NUMBER, default=0.0),
                ),
            ),
        ),
        label_field="DetectedText",
        score_field="Confidence",
        limits=Limits(shown_score=0.8, max_input_bytes=_MAX_BYTES),
        reference=_REFERENCE + "DetectText.html",
    ),
)
