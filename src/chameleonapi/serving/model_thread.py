"""The one thread in which a model runs, for an event loop that waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar, final

__all__ = ["ModelThread"]

_Result = TypeVar("_Result")

_NAME: Final = "chameleon-model"


@final
class ModelThread:
    """Runs functions one after the other in a thread of its own; belongs to one event loop.

    An executor does the same, and takes about twice the processor time for it: a lock, a
    condition and a second future for each call.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._calls: queue.SimpleQueue[
            tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]] | None
        ] = queue.SimpleQueue()
        # A model that is left to itself does not keep the process from ending.
        self._thread = threading.Thread(target=self._work, name=_NAME, daemon=True)
        self._thread.start()

    def run(self, function: Callable[..., _Result], *values: object) -> asyncio.Future[_Result]:
        """Return the future of what the function returns or raises."""
        future: asyncio.Future[_Result] = self._loop.create_future()
        self._calls.put((future, function, values))
        return future

    def close(self, *, wait: bool) -> None:
        """End the thread, after the call that is under way; wait for that if asked."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        self._calls.put(None)
        if wait:
            self._thread.join()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            future, function, values = call
            failure: BaseException | None = None
            result = None
            try:
                result = function(*values)
            except BaseException as error:  # noqa: BLE001 -- whoever waits raises it
                failure = error
            # A loop that is closed has nobody who waits.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_tell, future, result, failure)
            # Nothing of the last call is held while there is no next one.
            del call, future, function, values, result, failure


def _tell(future: asyncio.Future[Any], result: object, failure: BaseException | None) -> None:
    if future.done():  # cancelled: whoever waited has gone
        return
    if failure is None:
        future.set_result(result)
    elif isinstance(failure, StopIteration):  # which a future does not take
        future.set_exception(RuntimeError(f"the model raised {failure!r:.200}"))
    else:
        future.set_exception(failure)
