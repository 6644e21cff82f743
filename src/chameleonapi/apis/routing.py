"""Put predictors together: each request goes to the first that serves its API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, final

from chameleonapi.apis.predictor import ApiPredictor, Prediction, Predictor, Request
from chameleonapi.errors import ChameleonError, ModelError

__all__ = ["LABEL_APIS", "GenericFor", "LabelPredictor", "RoutedPredictor", "as_api_predictor"]

# What a model of labels answers: APIs that give labels of the whole picture, with scores.
LABEL_APIS: Final = frozenset({"google.vision.label_detection", "aws.rekognition.detect_labels"})


@final
class LabelPredictor:
    """A model of labels, as one that serves APIs that answer with labels and scores.

    Its applications are those that the model has now: asking for each request would take
    longer with each of a thousand.

    Args:
        predictor: the model.
        has_generic: whether it answers callers without an application of their own.
        apis: what it serves; the two APIs of labels of pictures if None.
        own_apis: what it serves for single applications, in place of ``apis``.
    """

    def __init__(
        self,
        predictor: Predictor,
        *,
        has_generic: bool = True,
        apis: frozenset[str] | None = None,
        own_apis: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self._predictor = predictor
        self._apis = LABEL_APIS if apis is None else apis
        self._own_apis = own_apis or {}
        # Requests that name no API are about labels of pictures.
        self._has_nameless = apis is None
        self._applications = predictor.applications
        self._names = frozenset(self._applications)
        self._has_generic = has_generic

    @property
    def applications(self) -> tuple[str, ...]:
        """Those of the model."""
        return self._applications

    def serves(self, application: str, api: str) -> bool:
        """Tell whether requests of this application for this API are answered."""
        if not api:
            if not self._has_nameless:
                return False
        elif api not in self._own_apis.get(application, self._apis):
            return False
        return application in self._names if application else self._has_generic

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order."""
        return self._predictor.predict(requests)


def as_api_predictor(predictor: Predictor | ApiPredictor) -> ApiPredictor:
    """Return a predictor that says which APIs it serves."""
    return predictor if isinstance(predictor, ApiPredictor) else LabelPredictor(predictor)


@final
class RoutedPredictor:
    """Several predictors as one; those that come first are asked first.

    Args:
        parts: what answers, each for what it serves.
    """

    def __init__(self, parts: Sequence[Predictor | ApiPredictor]) -> None:
        self._parts = tuple(as_api_predictor(one) for one in parts)

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that any of the parts knows."""
        return tuple(dict.fromkeys(name for one in self._parts for name in one.applications))

    def serves(self, application: str, api: str) -> bool:
        """Tell whether any of the parts answers."""
        return any(one.serves(application, api) for one in self._parts)

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order; each part gets what is its own in one batch.

        Raises:
            ModelError: if no part serves one of the requests; nothing is computed then.
        """
        shares: dict[int, list[int]] = {}
        for position, one in enumerate(requests):
            shares.setdefault(self._part_of(one), []).append(position)
        found: dict[int, Prediction | ChameleonError] = {}
        for part, places in shares.items():
            results = self._parts[part].predict([requests[place] for place in places])
            found.update(zip(places, results, strict=True))
        return [found[position] for position in range(len(requests))]

    def _part_of(self, request: Request) -> int:
        for number, one in enumerate(self._parts):
            if one.serves(request.application, request.api):
                return number
        raise ModelError(f"no model answers {request.api or 'labels'} here.")


@final
class GenericFor:
    """Answers applications that a predictor has no model for as it answers callers without one.

    Args:
        predictor: what answers.
        applications: names of applications that have models elsewhere, for other APIs.
    """

    def __init__(self, predictor: ApiPredictor, applications: Sequence[str]) -> None:
        self._predictor = predictor
        self._applications = tuple(applications)
        self._names = frozenset(applications)

    @property
    def applications(self) -> tuple[str, ...]:
        """Those that it was told of."""
        return self._applications

    def serves(self, application: str, api: str) -> bool:
        """Tell whether requests of this application for this API are answered."""
        return application in self._names and self._predictor.serves("", api)

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order."""
        return self._predictor.predict([replace(one, application="") for one in requests])
