"""Put inputs that wait at the same moment into one batch.

There is no timer: whatever arrives while the model is busy is the next batch, so a
single client never waits for company and many clients share the model's batches.
Batches mix applications; whoever gives up first goes first. The model runs in a thread of
its own.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import final

from chameleonapi.apis import (
    ApiAnswer,
    ApiPredictor,
    Detections,
    LabelScores,
    Mentions,
    Prediction,
    Predictor,
    Request,
    as_api_predictor,
)
from chameleonapi.errors import ChameleonError, InputError, ModelError, ServingError
from chameleonapi.serving.model_thread import ModelThread
from chameleonapi.serving.waiting import DeadlineError, Waiting, WaitingQueue

__all__ = ["MicroBatcher", "OverloadError", "StoppedError"]

_NEWEST = 0.2  # weight of the last batch in what the model is known to take

_log = logging.getLogger("chameleonapi.serving")

_Result = Prediction | ChameleonError


class OverloadError(ServingError):
    """Too much is waiting already."""


class StoppedError(ServingError):
    """The server is stopping and takes no more requests."""


@final
class MicroBatcher:
    """Answers requests by a predictor, many at a time; belongs to one event loop.

    Args:
        predictor: the model.
        max_batch: inputs in one batch.
        max_waiting: inputs that wait or are being answered.
        max_waiting_bytes: likewise, by size.
        counted: called with the size of each batch and the seconds that it took.
    """

    def __init__(
        self,
        predictor: Predictor | ApiPredictor,
        *,
        max_batch: int = 16,
        max_waiting: int = 256,
        max_waiting_bytes: int = 256 * 1024 * 1024,
        counted: Callable[[int, float], None] | None = None,
    ) -> None:
        self._predictor = as_api_predictor(predictor)
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._max_waiting_bytes = max_waiting_bytes
        self._counted = counted
        self._queue = WaitingQueue()
        self._seconds_each = 0.0
        self._held = 0
        self._held_bytes = 0
        self._arrived = asyncio.Event()
        self._model_turn = asyncio.Lock()
        self._stopped = False
        self._thread = ModelThread()
        self._worker = asyncio.get_running_loop().create_task(self._work())

    @property
    def predictor(self) -> ApiPredictor:
        """The model that answers the next batch."""
        return self._predictor

    @property
    def waiting(self) -> int:
        """Inputs that wait or are being answered."""
        return self._held

    def check_room(self) -> None:
        """Raise ``OverloadError`` if not even one input finds room."""
        if self._held >= self._max_waiting:
            raise OverloadError("Too many requests are waiting.")

    async def submit(
        self, requests: Sequence[Request], *, deadline: float = math.inf
    ) -> list[Prediction | InputError]:
        """Answer the inputs of one call, in order; a bad input yields its error.

        Args:
            requests: the inputs.
            deadline: time of the event loop at which the caller gives up.

        Raises:
            OverloadError: at once, if they do not all find room.
            StoppedError: if the server is stopping.
            DeadlineError: if the model does not come to an input before the deadline.
            ModelError: if the model fails on one of them.
            UnknownNameError: if the model does not know the application.
        """
        if self._stopped:
            raise StoppedError("The server is stopping.")
        size = sum(len(one.content) for one in requests)
        # One call larger than all room must not be refused for ever: it may go when alone.
        is_crowded = (
            self._held + len(requests) > self._max_waiting
            or self._held_bytes + size > self._max_waiting_bytes
        )
        if is_crowded and self._held:
            raise OverloadError("Too many requests are waiting.")
        loop = asyncio.get_running_loop()
        waiting = [Waiting(one, loop.create_future(), deadline) for one in requests]
        self._held += len(waiting)
        self._held_bytes += size
        for one in waiting:
            self._queue.add(one, loop.time())
        self._arrived.set()
        try:
            results = [await one.done for one in waiting]
        finally:
            for one in waiting:
                one.done.cancel()  # where the caller has gone; those that are done stay
            self._held -= len(waiting)
            self._held_bytes -= size
        return [_raise_unless_input(one) for one in results]

    async def replace(self, predictor: Predictor | ApiPredictor) -> None:
        """Answer the next batches by another model; the old one is idle on return."""
        async with self._model_turn:
            self._predictor = as_api_predictor(predictor)

    async def close(self, *, grace_seconds: float | None = None) -> None:
        """Take no more requests, answer those that wait, and end the thread.

        A model that is still busy after the grace time is left to itself.
        """
        self._stopped = True
        self._arrived.set()
        finished, _ = await asyncio.wait((self._worker,), timeout=grace_seconds)
        if finished:
            self._worker.result()
        else:
            _log.warning("the model is still busy after %s s: not waiting for it", grace_seconds)
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        self._thread.close(wait=bool(finished))

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch, late = self._queue.take(self._max_batch, loop.time(), self._seconds_each)
            for one in late:
                one.done.set_result(DeadlineError("The deadline is over."))
            if not batch:
                if late:
                    continue
                if self._stopped:
                    return
                self._arrived.clear()
                await self._arrived.wait()
                continue
            requests = [one.request for one in batch]
            async with self._model_turn:
                started = time.perf_counter()
                results = await self._thread.run(_predict, self._predictor, requests)
            taken = time.perf_counter() - started
            self._learn(taken / len(batch))
            if self._counted is not None:
                self._counted(len(batch), taken)
            for one, result in zip(batch, results, strict=True):
                if not one.done.done():
                    one.done.set_result(result)

    def _learn(self, seconds: float) -> None:
        known = self._seconds_each or seconds
        self._seconds_each = (1 - _NEWEST) * known + _NEWEST * seconds


def _raise_unless_input(result: _Result) -> Prediction | InputError:
    if isinstance(result, LabelScores | Detections | Mentions | ApiAnswer | InputError):
        return result
    raise result


def _predict(predictor: ApiPredictor, requests: Sequence[Request]) -> list[_Result]:
    """Answer a batch; if the model fails on it, each input alone, so that one fails alone."""
    try:
        results: list[_Result] = list(predictor.predict(requests))
    except ChameleonError as error:
        failure: ChameleonError = error
    except Exception as error:  # noqa: BLE001 -- a model may fail in any way
        # The exception's own text may quote the input: only its kind is logged.
        _log.error("the model failed with %s", type(error).__name__)
        failure = ModelError(f"the model failed with {type(error).__name__}.")
    else:
        if len(results) == len(requests):
            return results
        failure = ModelError(f"the model gave {len(results)} results for {len(requests)} inputs.")
    if len(requests) == 1:
        return [failure]
    return [_predict(predictor, [one])[0] for one in requests]
