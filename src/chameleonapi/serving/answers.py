"""Answer the questions of one call for one application: the same for every protocol."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

from chameleonapi.apis import ApiPredictor, Prediction, Predictor, Request, as_api_predictor
from chameleonapi.errors import InputError, UnknownNameError
from chameleonapi.serving.batcher import MicroBatcher
from chameleonapi.serving.shadow import Shadow, Watched
from chameleonapi.serving.wire.ask import Ask

__all__ = ["AnswerService", "Answered"]

# Told the application and, by question, each answer of a call in the provider's JSON form.
Answered = Callable[[str, Sequence[tuple[Ask, Any]]], None]


@final
class AnswerService:
    """Predictions for questions; knows which applications and APIs there are.

    Args:
        batcher: what answers.
        answered: is told of the answers of each call; it returns at once.
    """

    def __init__(self, batcher: MicroBatcher, answered: Answered | None = None) -> None:
        self._batcher = batcher
        self._answered = answered
        self._predictors: tuple[ApiPredictor, ...] = (batcher.predictor,)
        self._known = frozenset(batcher.predictor.applications)
        self.is_ready = True
        self.shadow: Shadow | None = None

    def serves(self, application: str, api: str) -> bool:
        """Tell whether an application gets answers of this API here.

        Raises:
            UnknownNameError: if the application is not known.
        """
        if application and application not in self._known:
            raise UnknownNameError("application", application, tuple(self._known))
        return any(one.serves(application, api) for one in self._predictors)

    def check_room(self) -> None:
        """Refuse a call before anything of it is read, if nothing more can wait.

        Reading costs more than all else that is done for a call that must be refused.

        Raises:
            OverloadError: if it would be refused anyway.
        """
        self._batcher.check_room()

    async def predictions(
        self, application: str, asks: Sequence[Ask], *, deadline: float = math.inf
    ) -> list[Prediction | InputError]:
        """Return what is found for each question in order, or why its input cannot be read.

        Args:
            application: whose questions they are.
            asks: the questions.
            deadline: time of the event loop at which the caller gives up.

        Raises:
            UnknownNameError: if the application is not known.
            OverloadError, StoppedError, DeadlineError, ModelError: as the batcher does.
        """
        if application and application not in self._known:
            raise UnknownNameError("application", application, tuple(self._known))
        requests = [
            Request(application, one.content, one.api, one.language, one.variant) for one in asks
        ]
        return await self._batcher.submit(requests, deadline=deadline)

    @property
    def applications(self) -> tuple[str, ...]:
        """Names that are answered, besides the empty one."""
        return tuple(self._known)

    def watch(self, application: str, call: Watched, parts: Mapping[int, Any]) -> None:
        """Take note of the answers of a call, where decisions are compared or counted."""
        if self.shadow is not None and application:
            self.shadow.watch(application, call, parts)
        if self._answered is not None:
            asks = call.asks
            self._answered(application, [(asks[place], one) for place, one in parts.items()])

    async def replace(self, predictor: Predictor | ApiPredictor) -> None:
        """Take another model into service, with its applications."""
        # Names of both are known while the change is under way: no request is refused
        # that one of the two models could answer.
        successor = as_api_predictor(predictor)
        self._known |= frozenset(successor.applications)
        self._predictors = (*self._predictors, successor)
        await self._batcher.replace(successor)
        self._predictors = (successor,)
        self._known = frozenset(successor.applications)
