"""Google Cloud Vision v1: one spec per feature of ``images:annotate``."""

from __future__ import annotations

from typing import Final

from chameleonapi.apis.spec import (
    LIKELIHOODS,
    ApiSpec,
    CollectionSpec,
    FieldKind,
    FieldSpec,
    Limits,
    RegionForm,
    Task,
)

_REFERENCE = "https://cloud.google.com/vision/docs/reference/rest/v1/AnnotateImageResponse"
_SCORE = FieldSpec("score", FieldKind.NUMBER, default=0.0)
_LIMITS = Limits(max_results=10, shown_score=0.5)


def _likelihood(path: str) -> FieldSpec:
    return FieldSpec(path, FieldKind.ENUM, values=LIKELIHOODS, default="UNKNOWN")


def _entities(path: str, kind: FieldKind = FieldKind.LABEL) -> CollectionSpec:
    return CollectionSpec(
        path,
        (
            FieldSpec("description", kind, default=""),
            _SCORE,
            FieldSpec("topicality", FieldKind.NUMBER, default=0.0),
            FieldSpec("mid", FieldKind.TEXT, default=""),
            FieldSpec("locale", FieldKind.TEXT, default=""),
            FieldSpec("boundingPoly.vertices.#", FieldKind.NUMBER, high=4.0, default=0.0),
        ),
        sorted_by="score",
    )


_CORNERS = tuple(
    FieldSpec(f"boundingPoly.normalizedVertices.{corner}.{axis}", FieldKind.NUMBER, default=0.0)
    for corner in range(4)
    for axis in "xy"
)

_PIXELS = tuple(
    FieldSpec(
        f"boundingPoly.vertices.{corner}.{axis}", FieldKind.NUMBER, high=10_000.0, default=0.0
    )
    for corner in range(4)
    for axis in "xy"
)

SPECS: Final = (
    ApiSpec(
        id="google.vision.label_detection",
        task=Task.LABELS,
        collections=(_entities("labelAnnotations"),),
        label_field="description",
        score_field="score",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.vision.object_localization",
        task=Task.OBJECTS,
        collections=(
            CollectionSpec(
                "localizedObjectAnnotations",
                (
                    FieldSpec("name", FieldKind.LABEL, default=""),
                    _SCORE,
                    FieldSpec("mid", FieldKind.TEXT, default=""),
                    *_CORNERS,
                ),
                sorted_by="score",
            ),
        ),
        label_field="name",
        score_field="score",
        limits=_LIMITS,
        reference=_REFERENCE,
        regions=RegionForm.ELEMENTS,
    ),
    ApiSpec(
        id="google.vision.safe_search_detection",
        task=Task.LIKELIHOODS,
        collections=(
            CollectionSpec(
                "safeSearchAnnotation",
                tuple(_likelihood(n) for n in ("adult", "spoof", "medical", "violence", "racy")),
            ),
        ),
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.vision.face_detection",
        task=Task.LIKELIHOODS,
        collections=(
            CollectionSpec(
                "faceAnnotations",
                (
                    *(
                        _likelihood(f"{name}Likelihood")
                        for name in (
                            "joy",
                            "sorrow",
                            "anger",
                            "surprise",
                            "underExposed",
                            "blurred",
                            "headwear",
                        )
                    ),
                    FieldSpec("detectionConfidence", FieldKind.NUMBER, default=0.0),
                    FieldSpec("landmarkingConfidence", FieldKind.NUMBER, default=0.0),
                    *(
                        FieldSpec(angle, FieldKind.NUMBER, low=-180.0, high=180.0, default=0.0)
                        for angle in ("rollAngle", "panAngle", "tiltAngle")
                    ),
                    *_PIXELS,
                ),
            ),
        ),
        score_field="detectionConfidence",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.vision.text_detection",
        task=Task.TEXT_IN_IMAGE,
        collections=(
            _entities("textAnnotations", FieldKind.TEXT),
            CollectionSpec(
                "fullTextAnnotation.pages.*.blocks.*.paragraphs.*.words",
                (
                    FieldSpec("symbols.&.text", FieldKind.TEXT, default=""),
                    FieldSpec("confidence", FieldKind.NUMBER, default=0.0),
                ),
            ),
        ),
        answer_fields=(FieldSpec("fullTextAnnotation.text", FieldKind.TEXT, default=""),),
        label_field="description",
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.vision.web_detection",
        task=Task.LABELS,
        collections=(
            CollectionSpec(
                "webDetection.webEntities",
                (
                    FieldSpec("description", FieldKind.LABEL, default=""),
                    FieldSpec("score", FieldKind.NUMBER, high=20.0, default=0.0),
                    FieldSpec("entityId", FieldKind.TEXT, default=""),
                ),
                sorted_by="score",
            ),
            CollectionSpec(
                "webDetection.bestGuessLabels",
                (FieldSpec("label", FieldKind.TEXT, default=""),),
            ),
            *(
                CollectionSpec(
                    f"webDetection.{name}", (FieldSpec("url", FieldKind.TEXT, default=""),)
                )
                for name in (
                    "fullMatchingImages",
                    "partialMatchingImages",
                    "pagesWithMatchingImages",
                    "visuallySimilarImages",
                )
            ),
        ),
        label_field="description",
        score_field="score",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.vision.logo_detection",
        task=Task.LABELS,
        collections=(_entities("logoAnnotations"),),
        label_field="description",
        score_field="score",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.vision.landmark_detection",
        task=Task.LABELS,
        collections=(_entities("landmarkAnnotations"),),
        label_field="description",
        score_field="score",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.vision.image_properties",
        task=Task.COLOURS,
        collections=(
            CollectionSpec(
                "imagePropertiesAnnotation.dominantColors.colors",
                (
                    _SCORE,
                    FieldSpec("pixelFraction", FieldKind.NUMBER, default=0.0),
                    *(
                        FieldSpec(f"color.{band}", FieldKind.NUMBER, high=255.0, default=0.0)
                        for band in ("red", "green", "blue")
                    ),
                ),
                sorted_by="score",
            ),
        ),
        score_field="score",
        reference=_REFERENCE,
    ),
)
