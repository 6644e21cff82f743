"""Shadow mode: what the generic model would have made an application decide.

Requests of customised applications are answered as ever. Afterwards, and only as far as
there is room, the generic model is asked the same; the application's decision process
decides on both answers, and differences are counted and sampled. What is written holds
ids of outcomes and a time: nothing of a request, and nothing of an answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final, Protocol, final

from chameleonapi.apis import Prediction, Request
from chameleonapi.decision import DecisionProcess
from chameleonapi.errors import ChameleonError, InputError, ServingError
from chameleonapi.serving.batcher import MicroBatcher
from chameleonapi.serving.config import Shadowing
from chameleonapi.serving.wire.ask import Ask

__all__ = ["SCHEMA", "Shadow", "Watched"]

SCHEMA: Final = "chameleonapi.shadow/1"
_FIRST = 20  # differences of one kind that are all written; of later ones, every doubling
_log = logging.getLogger("chameleonapi.serving")


class Watched(Protocol):
    """A call, as far as it has to be asked again."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What had to be found out."""
        ...

    def part(self, position: int, prediction: Prediction) -> dict[str, Any]:
        """Return the answer to one of ``asks``."""
        ...


@dataclass(slots=True)
class _Counts:
    """What was seen of one decision process."""

    compared: int = 0
    failed: int = 0
    dropped: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def different(self) -> int:
        return sum(count for (generic, ours), count in self.pairs.items() if generic != ours)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    application: str
    call: Watched
    position: int
    ours: Mapping[str, Any]
    processes: tuple[DecisionProcess, ...]

    @property
    def ask(self) -> Ask:
        return self.call.asks[self.position]


@final
class Shadow:
    """Compares decisions behind the back of live requests; belongs to one event loop.

    Args:
        settings: whose decisions, and where differences are written.
        batcher: what answers.

    Raises:
        ServingError: if the file of samples cannot be written.
    """

    def __init__(self, settings: Shadowing, batcher: MicroBatcher) -> None:
        self._settings = settings
        self._batcher = batcher
        self._counts = {
            (application, one.id): _Counts()
            for application, processes in settings.decisions.items()
            for one in processes
        }
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._arrived = asyncio.Event()
        self._sample = _SampleFile(settings) if settings.sample is not None else None
        self._worker = asyncio.get_running_loop().create_task(self._work())

    def watch(self, application: str, call: Watched, parts: Mapping[int, Any]) -> None:
        """Take note of a call that was answered; never waits and never fails.

        Args:
            application: whose call it was.
            call: to be asked again.
            parts: its answers by position; errors are passed over.
        """
        for position, ours in parts.items():
            ask = call.asks[position]
            processes = tuple(
                one for one in self._settings.decisions.get(application, ()) if one.api == ask.api
            )
            if not processes or isinstance(ours, ChameleonError):
                continue
            size = len(ask.content)
            if (
                len(self._waiting) >= self._settings.max_waiting
                or self._waiting_bytes + size > self._settings.max_waiting_bytes
            ):
                for one in processes:
                    self._counts[application, one.id].dropped += 1
                continue
            self._waiting.append(_Waiting(application, call, position, ours, processes))
            self._waiting_bytes += size
            self._arrived.set()

    def report(self) -> dict[str, Any]:
        """Return what was seen so far, as a record in JSON form."""
        return {
            "schema": SCHEMA,
            "kind": "summary",
            "decisions": [
                {
                    "application": application,
                    "process": process,
                    "compared": seen.compared,
                    "different": seen.different,
                    "failed": seen.failed,
                    "dropped": seen.dropped,
                    "pairs": [
                        {"generic": generic, "customized": ours, "count": count}
                        for (generic, ours), count in sorted(seen.pairs.items())
                    ],
                }
                for (application, process), seen in self._counts.items()
            ],
        }

    async def close(self) -> None:
        """Compare no more, and write what was seen."""
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        for one in self._waiting:
            for process in one.processes:
                self._counts[one.application, process.id].dropped += 1
        self._waiting.clear()
        if self._sample is not None:
            self._sample.write(self.report(), is_last=True)
            self._sample.close()

    async def _work(self) -> None:
        while True:
            while not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
            one = self._waiting.popleft()
            self._waiting_bytes -= len(one.ask.content)
            try:
                await self._compare(one)
            except Exception as error:  # noqa: BLE001 -- a comparison must not end the others
                if not isinstance(error, ChameleonError):
                    _log.error("a decision could not be compared: %s", type(error).__name__)
                for process in one.processes:
                    self._counts[one.application, process.id].failed += 1

    async def _compare(self, one: _Waiting) -> None:
        ask = one.ask
        request = Request("", ask.content, ask.api, ask.language, ask.variant)
        (prediction,) = await self._batcher.submit([request])
        if isinstance(prediction, InputError):
            raise prediction
        generic = one.call.part(one.position, prediction)
        for process in one.processes:
            theirs = await asyncio.to_thread(process.decide, generic)
            ours = await asyncio.to_thread(process.decide, one.ours)
            self._note(one, process, theirs.id, ours.id)

    def _note(self, one: _Waiting, process: DecisionProcess, theirs: str, ours: str) -> None:
        seen = self._counts[one.application, process.id]
        seen.compared += 1
        seen.pairs[theirs, ours] += 1
        count = seen.pairs[theirs, ours]
        is_shown = count <= _FIRST or count & (count - 1) == 0
        if theirs != ours and is_shown and self._sample is not None:
            self._sample.write(
                {
                    "schema": SCHEMA,
                    "kind": "difference",
                    "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                    "application": one.application,
                    "process": process.id,
                    "api": process.api,
                    "generic": theirs,
                    "customized": ours,
                    "count": count,
                }
            )


@final
class _SampleFile:
    """A file of JSON lines that does not grow beyond a size."""

    def __init__(self, settings: Shadowing) -> None:
        assert settings.sample is not None
        self._left = settings.max_sample_bytes
        try:
            number = os.open(Path(settings.sample), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise ServingError(
                f"cannot write differences to {str(settings.sample)!r}: {error.strerror}.",
                hint="Choose another file.",
            ) from None
        self._file = os.fdopen(number, "ab")
        self._left -= self._file.tell()

    def write(self, record: Mapping[str, Any], *, is_last: bool = False) -> None:
        """Write a record if it finds room; the last one always does."""
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        if len(line) > self._left and not is_last:
            return
        self._left -= len(line)
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            self._left = 0
            _log.error("cannot write differences any more: %s", error.strerror)

    def close(self) -> None:
        self._file.close()
