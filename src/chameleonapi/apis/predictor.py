"""The meeting point of models with serving and evaluation: an input in, what was found out.

A model of labels is a ``Predictor``. One that answers other APIs too is an
``ApiPredictor``: it says which, and gives for each what that API's spec describes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from chameleonapi.apis.detections import Detections
from chameleonapi.apis.entities import Mentions
from chameleonapi.errors import ChameleonError

__all__ = ["ApiAnswer", "ApiPredictor", "LabelScores", "Prediction", "Predictor", "Request"]


@dataclass(frozen=True, slots=True)
class LabelScores:
    """Scores of one input.

    Attributes:
        labels: the model's label space; one tuple shared by all answers of a model.
        scores: in [0, 1], parallel to ``labels``. They are calibrated so that 0.5 is the
            line between a label that is present and one that is not.
    """

    labels: tuple[str, ...]
    scores: Sequence[float]


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What was found in one input, in the form of the API that was asked.

    Attributes:
        answer: as the provider's REST interface writes it (``build_answer`` makes one),
            whole and with the best first: what a request leaves out is cut by the server.
            Offsets in texts count characters (code points), whatever the request wants.
    """

    answer: Mapping[str, Any]


Prediction = LabelScores | Detections | Mentions | ApiAnswer


@dataclass(frozen=True, slots=True)
class Request:
    """One input for one application.

    Attributes:
        application: empty for the generic model.
        content: the bytes of a picture, or a text in UTF-8.
        api: what is asked; empty asks for scores of labels, whatever the provider.
        language: of a text, as the request names it; empty where it does not.
        variant: which of the provider's models is asked for, where an API has several, such as
            the version of the categories of a text, or the address of a custom classifier.
    """

    application: str
    content: bytes
    api: str = ""
    language: str = ""
    variant: str = ""


@runtime_checkable
class Predictor(Protocol):
    """Whatever finds labels for one or many applications."""

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        ...

    def predict(
        self, requests: Sequence[Request]
    ) -> Sequence[LabelScores | Detections | Mentions | ChameleonError]:
        """Answer a batch in order; an item that fails yields its error and fails no other.

        An ``InputError`` refuses the input; any other error, the call that it came with.

        Raises:
            UnknownNameError: if an application is not known.
        """
        ...


@runtime_checkable
class ApiPredictor(Protocol):
    """Whatever answers requests for one or many APIs, of one or many applications."""

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        ...

    def serves(self, application: str, api: str) -> bool:
        """Tell whether requests of this application for this API are answered."""
        ...

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order; an item that fails yields its error and fails no other.

        An ``InputError`` refuses the input; any other error, the call that it came with.
        Scores of labels answer every API whose spec has a label and a score field, scores of
        regions every one whose spec says how it tells of regions, mentions those of entities.

        Raises:
            UnknownNameError: if an application is not known.
        """
        ...
