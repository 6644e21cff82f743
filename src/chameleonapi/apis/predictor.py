"""The meeting point of models with serving and evaluation: bytes in, scores of labels out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from chameleonapi.errors import InputError

__all__ = ["LabelScores", "Predictor", "Request"]


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
class Request:
    """One input for one application; ``application`` is empty for the generic model."""

    application: str
    content: bytes


@runtime_checkable
class Predictor(Protocol):
    """Whatever answers requests of one or many applications."""

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that ``Request.application`` may have, besides the empty one."""
        ...

    def predict(self, requests: Sequence[Request]) -> Sequence[LabelScores | InputError]:
        """Answer a batch in order; a bad item yields its error and never fails the others.

        Raises:
            UnknownNameError: if an application is not known.
        """
        ...
