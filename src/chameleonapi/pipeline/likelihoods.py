"""Likelihoods of categories as the API answers them, from the scores of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from chameleonapi.apis import (
    ApiAnswer,
    LabelPredictor,
    LabelScores,
    Prediction,
    Request,
    get_api,
    likelihood_answer,
)
from chameleonapi.errors import ChameleonError

__all__ = ["SAFE_SEARCH", "LikelihoodPredictor"]

SAFE_SEARCH: Final = "google.vision.safe_search_detection"


@final
class LikelihoodPredictor:
    """A ``chameleonapi.apis.ApiPredictor`` for safe search.

    Args:
        predictor: its models have one score for each category.
    """

    def __init__(self, predictor: LabelPredictor) -> None:
        self._predictor = predictor

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        return self._predictor.applications

    def serves(self, application: str, api: str) -> bool:
        """Tell whether requests of this application for this API are answered."""
        return self._predictor.serves(application, api)

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order."""
        spec = get_api(SAFE_SEARCH)
        return [
            ApiAnswer(likelihood_answer(spec, one.labels, one.scores))
            if isinstance(one, LabelScores)
            else one
            for one in self._predictor.predict(requests)
        ]
