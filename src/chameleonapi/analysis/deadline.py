"""When work has to end, in time of the processor, so that a busy machine is fair."""

from __future__ import annotations

import time
from typing import final

__all__ = ["Deadline"]


@final
class Deadline:
    """The end of so many seconds of this thread's time of the processor, from now on.

    Asking for that time is a call of the operating system, and a slow one in some sandboxes.
    It never runs faster than the clock on the wall, which costs nothing to look at: the call
    is made only when enough time has gone by on the wall.
    """

    __slots__ = ("_earliest", "_end")

    def __init__(self, seconds: float) -> None:
        self._end = time.thread_time() + seconds
        self._earliest = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() >= self._earliest and self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        """How much time is left; below zero if it is over."""
        left = self._end - time.thread_time()
        self._earliest = time.monotonic() + left
        return left
