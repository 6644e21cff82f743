"""What the applications decide on the answers that they get.

Decided by the reference interpreter on the answers that go out, in a thread of its own. Where
more comes in than this thread manages, answers are left out and counted as left out: no request
ever waits for it.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import ChameleonError
from chameleonapi.serving.operation.drift import DecisionMix, Drift

__all__ = ["DecisionSummary", "DecisionWatch"]

_MAX_QUEUED: Final = 1_000


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """Decisions of one application.

    Attributes:
        total: by outcome, since the server began.
        drift: None until there are enough decisions.
    """

    total: Mapping[str, int]
    drift: Drift | None


@final
class DecisionWatch:
    """Counts decisions; any thread may call it."""

    def __init__(self) -> None:
        self._processes: dict[str, DecisionProcess] = {}
        self._mixes: dict[str, DecisionMix] = {}
        self._left_out: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._is_closed = False
        self._queue: queue.Queue[tuple[str, DecisionProcess, Any] | None] = queue.Queue(_MAX_QUEUED)
        self._thread = threading.Thread(target=self._work, name="chameleon-decisions", daemon=True)
        self._thread.start()

    def publish(self, application: str, process: DecisionProcess | None) -> None:
        """Watch an application from now on, anew; None ends it."""
        with self._lock:
            if process is None:
                self._processes.pop(application, None)
                return
            self._processes[application] = process
            self._mixes.setdefault(application, DecisionMix()).begin_anew()

    def answered(self, application: str, answers: Sequence[tuple[str, Any]]) -> None:
        """Take note of answers, each with its API; returns at once."""
        process = self._processes.get(application)
        if process is None:
            return
        for api, one in answers:
            if api != process.api or isinstance(one, ChameleonError):
                continue
            if process.beside:
                self._leave_out("several_calls")
                continue
            try:
                self._queue.put_nowait((application, process, one))
            except queue.Full:
                self._leave_out("busy")

    def summaries(self) -> dict[str, DecisionSummary]:
        """Return what has been decided, by application."""
        with self._lock:
            return {
                name: DecisionSummary(dict(mix.total), mix.drift)
                for name, mix in self._mixes.items()
            }

    def left_out(self) -> dict[str, int]:
        """Return how many answers were not decided, by reason."""
        with self._lock:
            return dict(self._left_out)

    def drain(self) -> None:
        """Wait until all answers that were taken note of are decided."""
        self._queue.join()

    def close(self) -> None:
        """End the thread; what is waiting still is left."""
        self._is_closed = True
        with contextlib.suppress(queue.Full):  # then it looks up from its work soon anyway
            self._queue.put_nowait(None)
        self._thread.join()

    def _leave_out(self, reason: str) -> None:
        with self._lock:
            self._left_out[reason] += 1

    def _work(self) -> None:
        while (one := self._queue.get()) is not None and not self._is_closed:
            application, process, answer = one
            outcome = _decide(process, answer)
            with self._lock:
                if outcome is None:
                    self._left_out["undecidable"] += 1
                elif self._processes.get(application) is process:
                    self._mixes[application].add(outcome)
            self._queue.task_done()


def _decide(process: DecisionProcess, answer: Any) -> str | None:
    try:
        return process.decide(answer).id
    except (ChameleonError, ArithmeticError, LookupError, TypeError, ValueError):
        return None  # an answer that the process is not made for: counted, never raised
