"""A process of a replay that stays, for a caller who asks again and again."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final

from chameleonapi.analysis.confinement.limits import Limits
from chameleonapi.analysis.replay.replaying import answers_by_api, replay_request
from chameleonapi.analysis.replay.workers import end_worker, start_worker, why_it_ended
from chameleonapi.analysis.report import AnalysisReport
from chameleonapi.decision import DecisionProcess

__all__ = ["ReplaySession"]

_LONGEST_LINE: Final = 4 * 1024 * 1024
_MOST_ROUNDS: Final = 2000  # answers that one process is asked about: its limits are for so many


@final
class ReplaySession:
    """Runs an application on answers, batch after batch, each process on many of them.

    Close it, or use it as a context: a process waits in between.
    """

    def __init__(
        self, path: Path, report: AnalysisReport, process: DecisionProcess, limits: Limits
    ) -> None:
        self._path = path
        self._report = report
        self._process = process
        self._limits = limits
        self._worker: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._asked = 0

    def __enter__(self) -> ReplaySession:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next question starts another one."""
        worker, self._worker = self._worker, None
        if worker is not None:
            end_worker(worker)
            worker.wait()
            for stream in (worker.stdin, worker.stdout):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._asked = 0

    def ask(self, answers: Sequence[Mapping[str, Any]]) -> tuple[list[Any], str]:
        """Run the application on at most a few thousand answers.

        Returns:
            What was told of each answer, and why there is less than was asked for, if so.
        """
        if self._worker is not None and self._asked < _MOST_ROUNDS:
            told, _ = self._talk({"answers": answers_by_api(self._process, answers)}, len(answers))
            if len(told) == len(answers):
                return told, ""
            # What it had left of its limits was too little perhaps: all of them for these answers.
        self.close()
        return self._first(answers)

    def _first(self, answers: Sequence[Mapping[str, Any]]) -> tuple[list[Any], str]:
        self._folder = tempfile.TemporaryDirectory(prefix="chameleon-replay-")
        self._worker = start_worker(self._folder.name)
        request = replay_request(self._path, self._report, self._process, answers, self._limits)
        told, reason = self._talk({**request, "stays": True}, len(answers))
        head = told[0] if told and isinstance(told[0], dict) else {}
        if not head.get("reached"):
            self.close()
            return [], str(head.get("reason") or reason or "it ended without a word")
        return told[1:], reason

    def _talk(self, question: Mapping[str, Any], count: int) -> tuple[list[Any], str]:
        worker = self._worker
        assert worker is not None
        assert worker.stdin is not None
        assert worker.stdout is not None
        self._asked += count
        told: list[Any] = []
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            end_worker(worker)

        clock = threading.Timer(self._limits.wall_seconds, end)
        clock.daemon = True
        clock.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                worker.stdin.write(json.dumps(question).encode() + b"\n")
                worker.stdin.flush()
            while True:
                line = worker.stdout.readline(_LONGEST_LINE)
                if not line.endswith(b"\n"):
                    break
                with contextlib.suppress(ValueError, RecursionError):
                    row = json.loads(line)
                    if isinstance(row, dict) and row.get("batch") == "ended":
                        return told, ""
                    told.append(row)
        finally:
            clock.cancel()
        if line:  # more than it may say in one line
            end_worker(worker)
        try:
            code = worker.wait(timeout=5)
        except subprocess.TimeoutExpired:
            end_worker(worker)
            code = worker.wait()
        self.close()
        if is_late.is_set():
            return told, f"it was ended after {self._limits.wall_seconds:g} seconds on the clock"
        return told, why_it_ended(code, self._limits)
