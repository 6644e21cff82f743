"""A clock that stands still: no budget of an analysis runs out because a machine is slow.

Budgets of steps, runs and answers are what they are. ``conftest.py`` stops the clock for every
test but those marked ``seconds``, which are about budgets in seconds.
"""

import contextlib

from chameleonapi.analysis import deadline


class StoppedClock:
    """What a deadline asks for the time."""

    def monotonic(self):
        return 0.0

    def thread_time(self):
        return 0.0


@contextlib.contextmanager
def stopped_clock():
    """Let deadlines that are set from now on never be over, but those of no time at all."""
    running = deadline.time
    deadline.time = StoppedClock()
    try:
        yield
    finally:
        deadline.time = running
