"""The sentiment towards what a text names, from a model of entities and one of sentiment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, final

from chameleonapi.apis import (
    ApiAnswer,
    ApiPredictor,
    Prediction,
    Request,
    get_api,
    prediction_answer,
)
from chameleonapi.errors import ChameleonError

__all__ = ["EntitySentimentPredictor"]

_API: Final = "google.language.analyze_entity_sentiment"
_ENTITIES: Final = "google.language.analyze_entities"
_SENTIMENT: Final = "google.language.analyze_sentiment"


@final
class EntitySentimentPredictor:
    """A ``chameleonapi.apis.ApiPredictor`` for ``AnalyzeEntitySentiment``.

    A mention has the sentiment of the sentence in which it begins. The score of an entity is the
    mean over its mentions, its magnitude the sum of theirs, as a document's is over its
    sentences. That is what a sentence says, not what it says of each of several names in it.

    An application that has a model for one of the two gets the generic one for the other.

    Args:
        entities: says what texts name.
        sentiment: says what sentences are like.
    """

    def __init__(self, entities: ApiPredictor, sentiment: ApiPredictor) -> None:
        self._entities = entities
        self._sentiment = sentiment

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        return tuple(dict.fromkeys((*self._entities.applications, *self._sentiment.applications)))

    def serves(self, application: str, api: str) -> bool:
        """Tell whether requests of this application for this API are answered."""
        if api != _API:
            return False
        own = [
            one.serves(application, asked)
            for one, asked in ((self._entities, _ENTITIES), (self._sentiment, _SENTIMENT))
        ]
        return all(own) or (
            any(own)
            and self._entities.serves("", _ENTITIES)
            and self._sentiment.serves("", _SENTIMENT)
        )

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order."""
        named = self._entities.predict(_asked(requests, self._entities, _ENTITIES))
        moods = self._sentiment.predict(_asked(requests, self._sentiment, _SENTIMENT))
        return [_joined(one, mood) for one, mood in zip(named, moods, strict=True)]


def _asked(requests: Sequence[Request], predictor: ApiPredictor, api: str) -> list[Request]:
    return [
        replace(
            one,
            api=api,
            application=one.application if predictor.serves(one.application, api) else "",
        )
        for one in requests
    ]


def _joined(
    named: Prediction | ChameleonError, mood: Prediction | ChameleonError
) -> Prediction | ChameleonError:
    if isinstance(named, ChameleonError):
        return named
    if isinstance(mood, ChameleonError):
        return mood
    answer = prediction_answer(get_api(_ENTITIES), named)
    felt = prediction_answer(get_api(_SENTIMENT), mood)
    sentences = felt.get("sentences", [])
    begins = [one["text"].get("beginOffset", 0) for one in sentences]

    def of(mention: Mapping[str, Any]) -> dict[str, float]:
        place = bisect_right(begins, mention["text"].get("beginOffset", 0)) - 1
        source = sentences[place]["sentiment"] if place >= 0 else felt["documentSentiment"]
        return {"score": source.get("score", 0.0), "magnitude": source.get("magnitude", 0.0)}

    rows = []
    for entity in answer.get("entities", []):
        mentions = [{**one, "sentiment": of(one)} for one in entity.get("mentions", [])]
        scores = [one["sentiment"]["score"] for one in mentions]
        magnitude = sum(one["sentiment"]["magnitude"] for one in mentions)
        whole = {"score": sum(scores) / max(len(scores), 1), "magnitude": magnitude}
        rows.append({**entity, "sentiment": whole, "mentions": mentions})
    return ApiAnswer({**answer, "entities": rows})
