"""Google Cloud Natural Language v1 and v2."""

from __future__ import annotations

from typing import Final

from chameleonapi.apis.spec import ApiSpec, CollectionSpec, FieldKind, FieldSpec, Limits, Task

_REFERENCE = "https://cloud.google.com/natural-language/docs/reference/rest/v1/documents"
_LIMITS = Limits(max_results=None, shown_score=0.5, max_input_bytes=1_000_000)
_ENTITY_TYPES = (
    "UNKNOWN",
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "EVENT",
    "WORK_OF_ART",
    "CONSUMER_GOOD",
    "OTHER",
    "PHONE_NUMBER",
    "ADDRESS",
    "DATE",
    "NUMBER",
    "PRICE",
)
_METADATA = ("wikipedia_url", "mid", "value", "currency", "year", "month", "day")
_NAME = FieldSpec("name", FieldKind.LABEL, default="")
_CONFIDENCE = FieldSpec("confidence", FieldKind.NUMBER, default=0.0)


def _sentiment(prefix: str) -> tuple[FieldSpec, FieldSpec]:
    return (
        FieldSpec(f"{prefix}.score", FieldKind.NUMBER, low=-1.0, high=1.0, default=0.0),
        FieldSpec(f"{prefix}.magnitude", FieldKind.NUMBER, high=10.0, default=0.0),
    )


def _entities(*extra: FieldSpec) -> CollectionSpec:
    return CollectionSpec(
        "entities",
        (
            FieldSpec("name", FieldKind.TEXT, default=""),
            FieldSpec("type", FieldKind.ENUM, values=_ENTITY_TYPES, default="UNKNOWN"),
            FieldSpec("salience", FieldKind.NUMBER, default=0.0),
            FieldSpec("mentions.#", FieldKind.NUMBER, low=1.0, high=20.0, default=0.0),
            FieldSpec("mentions.*.text.content", FieldKind.TEXT, default=""),
            FieldSpec("mentions.*.text.beginOffset", FieldKind.NUMBER, high=1000.0, default=0.0),
            FieldSpec(
                "mentions.*.type",
                FieldKind.ENUM,
                values=("TYPE_UNKNOWN", "PROPER", "COMMON"),
                default="TYPE_UNKNOWN",
            ),
            *(FieldSpec(f"metadata.{one}", FieldKind.TEXT, default="") for one in _METADATA),
            *extra,
        ),
        sorted_by="salience",
    )


SPECS: Final = (
    ApiSpec(
        id="google.language.analyze_sentiment",
        task=Task.SENTIMENT,
        collections=(
            CollectionSpec(
                "sentences",
                (FieldSpec("text.content", FieldKind.TEXT, default=""), *_sentiment("sentiment")),
            ),
        ),
        answer_fields=(
            *_sentiment("documentSentiment"),
            FieldSpec("language", FieldKind.TEXT, default="en"),
        ),
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.language.analyze_entities",
        task=Task.ENTITIES,
        collections=(_entities(),),
        answer_fields=(FieldSpec("language", FieldKind.TEXT, default="en"),),
        label_field="type",
        score_field="salience",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.language.analyze_entity_sentiment",
        task=Task.ENTITIES,
        collections=(_entities(*_sentiment("sentiment"), *_sentiment("mentions.*.sentiment")),),
        answer_fields=(FieldSpec("language", FieldKind.TEXT, default="en"),),
        label_field="type",
        score_field="salience",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.language.classify_text",
        task=Task.TOPICS,
        collections=(CollectionSpec("categories", (_NAME, _CONFIDENCE), sorted_by="confidence"),),
        label_field="name",
        score_field="confidence",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
    ApiSpec(
        id="google.language.moderate_text",
        task=Task.TOPICS,
        collections=(
            CollectionSpec("moderationCategories", (_NAME, _CONFIDENCE), sorted_by="confidence"),
        ),
        label_field="name",
        score_field="confidence",
        limits=_LIMITS,
        reference=_REFERENCE,
    ),
)
