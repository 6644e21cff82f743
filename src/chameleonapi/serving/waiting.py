"""Inputs that wait for the model, those first whose callers give up first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from dataclasses import dataclass
from typing import Final, final

from chameleonapi.apis import Prediction, Request
from chameleonapi.errors import ChameleonError, ServingError

__all__ = ["DeadlineError", "Waiting", "WaitingQueue"]

# Where a caller without a deadline stands in line: as one who gives up after this time. So
# nobody waits for ever behind those who are in a hurry.
_PATIENCE_SECONDS: Final = 10.0


class DeadlineError(ServingError):
    """The time that the caller has given is over before the model came to the input."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """One input.

    Attributes:
        request: what is asked.
        done: gets the answer.
        deadline: time of the event loop at which its caller gives up.
    """

    request: Request
    done: asyncio.Future[Prediction | ChameleonError]
    deadline: float = math.inf


@final
class WaitingQueue:
    """A line in which the earliest deadline comes first, and the earliest input among equals."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Waiting]] = []
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, one: Waiting, now: float) -> None:
        """Let one wait."""
        place = min(one.deadline, now + _PATIENCE_SECONDS)
        heapq.heappush(self._heap, (place, next(self._numbers), one))

    def take(
        self, most: int, now: float, seconds_each: float
    ) -> tuple[list[Waiting], list[Waiting]]:
        """Return the next batch, and those for whom it is too late; both leave the line.

        A batch is made smaller where some of it would be answered in time and would not in the
        company of all. An input that cannot be answered in time, as far as that is known, does
        not make it smaller.

        Args:
            most: inputs in a batch.
            now: time of the event loop.
            seconds_each: what the model takes for an input; 0 if that is not known.
        """
        batch: list[Waiting] = []
        late: list[Waiting] = []
        while self._heap and len(batch) < most:
            entry = heapq.heappop(self._heap)
            one = entry[2]
            if one.done.done():  # its caller has gone
                continue
            if one.deadline <= now:
                late.append(one)
                continue
            if seconds_each > 0 and one.deadline < math.inf:
                left = one.deadline - now
                if seconds_each <= left < most * seconds_each:
                    most = int(left / seconds_each)
                    if len(batch) >= most:
                        heapq.heappush(self._heap, entry)
                        break
            batch.append(one)
        return batch, late
