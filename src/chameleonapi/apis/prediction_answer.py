"""From what a model found to the answer of an API: cut as the request wants it."""

from __future__ import annotations

import copy
from typing import Any

from chameleonapi.apis.answer import elements, label_answer, read_field, write_elements
from chameleonapi.apis.detections import Detections, object_answer
from chameleonapi.apis.entities import Mentions, entity_answer
from chameleonapi.apis.predictor import LabelScores, Prediction
from chameleonapi.apis.spec import ApiSpec
from chameleonapi.errors import AnswerError

__all__ = ["prediction_answer"]


def prediction_answer(
    spec: ApiSpec,
    prediction: Prediction,
    *,
    shown_score: float | None = None,
    max_results: int | None = None,
) -> dict[str, Any]:
    """Return the answer of an API in the provider's own JSON form.

    Args:
        spec: the API.
        prediction: of one input; it is not changed.
        shown_score: in [0, 1]; elements of the main collection below it are left out. None is
            the API's default for scores, and for an answer that came whole leaves it
            to those who made it.
        max_results: elements of the main collection that are kept, from the first on; the
            API's default if None.

    Raises:
        AnswerError: if the API cannot be answered by scores of labels, or of regions.
    """
    if isinstance(prediction, Detections):
        return object_answer(spec, prediction, shown_score=shown_score, max_results=max_results)
    if isinstance(prediction, Mentions):
        return entity_answer(spec, prediction)
    if isinstance(prediction, LabelScores):
        return label_answer(spec, prediction, shown_score=shown_score, max_results=max_results)
    answer: dict[str, Any] = copy.deepcopy(dict(prediction.answer))
    path = spec.main.path
    most = spec.limits.max_results if max_results is None else max_results
    is_list = bool(path) and isinstance(read_field(answer, path), list)
    if not is_list or (shown_score is None and most is None):
        return answer
    rows = list(elements(answer, path))
    if shown_score is not None and spec.score_field is not None:
        least = shown_score * spec.score_scale
        rows = [one for one in rows if _score(one, spec.score_field) >= least]
    write_elements(answer, path, rows[:most])
    return answer


def _score(element: Any, field: str) -> float:
    value = read_field(element, field)
    if value is None:
        return 0.0  # protobuf leaves out zeros
    if not isinstance(value, int | float):
        raise AnswerError(f"{field!r} must be a number in an answer, but is {value!r:.40}.")
    return float(value)
