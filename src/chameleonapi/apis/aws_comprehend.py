"""Amazon Comprehend (API version 2017-11-27). Its scores are fractions, unlike Rekognition's."""

from __future__ import annotations

from typing import Final

from chameleonapi.apis.spec import ApiSpec, CollectionSpec, FieldKind, FieldSpec, Limits, Task

_REFERENCE = "https://docs.aws.amazon.com/comprehend/latest/APIReference/API_"
_LIMITS = Limits(shown_score=0.5, max_input_bytes=100_000)
_SCORE = FieldSpec("Score", FieldKind.NUMBER, default=0.0)
_OFFSETS = tuple(
    FieldSpec(name, FieldKind.NUMBER, high=5000.0, default=0.0)
    for name in ("BeginOffset", "EndOffset")
)
_ENTITY_TYPES = (
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "COMMERCIAL_ITEM",
    "EVENT",
    "DATE",
    "QUANTITY",
    "TITLE",
    "OTHER",
)

SPECS: Final = (
    ApiSpec(
        id="aws.comprehend.detect_sentiment",
        task=Task.SENTIMENT,
        collections=(
            CollectionSpec(
                "",
                (
                    FieldSpec(
                        "Sentiment",
                        FieldKind.ENUM,
                        values=("POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED"),
                    ),
                    *(
                        FieldSpec(f"SentimentScore.{name}", FieldKind.NUMBER, default=0.0)
                        for name in ("Positive", "Negative", "Neutral", "Mixed")
                    ),
                ),
            ),
        ),
        label_field="Sentiment",
        limits=_LIMITS,
        reference=_REFERENCE + "DetectSentiment.html",
    ),
    ApiSpec(
        id="aws.comprehend.detect_entities",
        task=Task.ENTITIES,
        collections=(
            CollectionSpec(
                "Entities",
                (
                    FieldSpec("Text", FieldKind.TEXT, default=""),
                    FieldSpec("Type", FieldKind.ENUM, values=_ENTITY_TYPES),
                    _SCORE,
                    *_OFFSETS,
                ),
            ),
        ),
        label_field="Type",
        score_field="Score",
        limits=_LIMITS,
        reference=_REFERENCE + "DetectEntities.html",
    ),
    ApiSpec(
        id="aws.comprehend.detect_key_phrases",
        task=Task.ENTITIES,
        collections=(
            CollectionSpec(
                "KeyPhrases", (FieldSpec("Text", FieldKind.TEXT, default=""), _SCORE, *_OFFSETS)
            ),
        ),
        label_field="Text",
        score_field="Score",
        limits=_LIMITS,
        reference=_REFERENCE + "DetectKeyPhrases.html",
    ),
    ApiSpec(
        id="aws.comprehend.detect_dominant_language",
        task=Task.LANGUAGE,
        collections=(
            CollectionSpec(
                "Languages",
                (FieldSpec("LanguageCode", FieldKind.LABEL, default=""), _SCORE),
                sorted_by="Score",
            ),
        ),
        label_field="LanguageCode",
        score_field="Score",
        limits=_LIMITS,
        reference=_REFERENCE + "DetectDominantLanguage.html",
    ),
    ApiSpec(
        id="aws.comprehend.classify_document",
        task=Task.TOPICS,
        collections=(
            CollectionSpec(
                "Classes",
                (FieldSpec("Name", FieldKind.LABEL, default=""), _SCORE),
                sorted_by="Score",
            ),
            CollectionSpec("Labels", (FieldSpec("Name", FieldKind.LABEL, default=""), _SCORE)),
        ),
        label_field="Name",
        score_field="Score",
        limits=_LIMITS,
        reference=_REFERENCE + "ClassifyDocument.html",
    ),
)
