"""A predictor that answers out of a recording."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import final

from chameleonapi.apis import ApiAnswer, Prediction, Request
from chameleonapi.errors import ChameleonError, ServingError
from chameleonapi.serving.recording import Recorded, digest, read_recording

__all__ = ["NotRecordedError", "ReplayPredictor"]


class NotRecordedError(ServingError):
    """The recording holds no answer to a question."""


@final
class ReplayPredictor:
    """Answers what was recorded, for every application, and nothing else.

    Where one question was recorded with several cuts, the fullest answer is taken: the
    server cuts it to what is asked. More than was recorded there is not.

    Args:
        path: the recording.
        applications: names that requests may have.

    Raises:
        RecordError: if the file is no recording.
    """

    def __init__(self, path: str | Path, *, applications: Sequence[str] = ()) -> None:
        self._applications = tuple(applications)
        self._answers: dict[tuple[str, str, str, str], Recorded] = {}
        for one in read_recording(path):
            other = self._answers.get(one.key)
            if other is None or _size(one) > _size(other):
                self._answers[one.key] = one
        self._apis = frozenset(key[0] for key in self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that requests may have."""
        return self._applications

    def serves(self, application: str, api: str) -> bool:  # noqa: ARG002 -- all alike
        """Tell whether anything was recorded of this API."""
        return api in self._apis

    def predict(self, requests: Sequence[Request]) -> Sequence[Prediction | ChameleonError]:
        """Answer a batch in order."""
        return [self._one(one) for one in requests]

    def _one(self, request: Request) -> Prediction | ChameleonError:
        key = (request.api, digest(request.content), request.language, request.variant)
        found = self._answers.get(key)
        if found is None:
            return NotRecordedError(f"No answer of {request.api} is recorded for this input.")
        return ApiAnswer(found.answer)


def _size(one: Recorded) -> int:
    return len(json.dumps(one.answer))
