"""Answer the inputs of one call for one application: the same for every protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from chameleonapi.apis import LabelScores, Predictor, Request
from chameleonapi.errors import InputError, UnknownNameError
from chameleonapi.serving.batcher import MicroBatcher

__all__ = ["LabelService"]


@final
class LabelService:
    """Labels for inputs; knows which applications there are."""

    def __init__(self, batcher: MicroBatcher) -> None:
        self._batcher = batcher
        self._known = frozenset(batcher.predictor.applications)
        self.is_ready = True

    async def scores(
        self, application: str, inputs: Sequence[bytes]
    ) -> list[LabelScores | InputError]:
        """Return the scores of each input in order, or why it cannot be read.

        Raises:
            UnknownNameError: if the application is not known.
            OverloadError, StoppedError, ModelError: as the batcher does.
        """
        if application and application not in self._known:
            raise UnknownNameError("application", application, tuple(self._known))
        return await self._batcher.submit([Request(application, one) for one in inputs])

    async def replace(self, predictor: Predictor) -> None:
        """Take another model into service, with its applications."""
        # Names of both are known while the change is under way: no request is refused
        # that one of the two models could answer.
        self._known |= frozenset(predictor.applications)
        await self._batcher.replace(predictor)
        self._known = frozenset(predictor.applications)
