"""Time that training may take, shared between what is trained."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, final

from chameleonapi.errors import UsageError

__all__ = ["TimeBudget", "read_duration"]

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|)")
_SECONDS: Final = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_duration(text: str) -> float:
    """Return the seconds that a text such as ``90``, ``90s``, ``5m`` or ``1.5h`` means.

    Raises:
        UsageError: if it means none, or nothing above zero.
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if seconds <= 0:
        raise UsageError(f"{text!r} is no duration.", hint="Write for instance 90s, 5m or 1h.")
    return seconds


@final
@dataclass(frozen=True)
class TimeBudget:
    """Seconds from now on.

    Attributes:
        seconds: that there are in all.
        clock: what tells the time.
        began: when the budget was opened.
    """

    seconds: float
    clock: Callable[[], float] = time.monotonic
    began: float = field(default=-1.0)

    def __post_init__(self) -> None:
        if self.began < 0:
            object.__setattr__(self, "began", self.clock())

    @property
    def left(self) -> float:
        """Seconds that are left, never below zero."""
        return max(0.0, self.began + self.seconds - self.clock())

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def part(self, of: float) -> TimeBudget:
        """Return a budget, beginning now, that is one of so many parts of what is left."""
        return TimeBudget(self.left / of, self.clock)
