"""A process that makes chunks of scenes: one request on each line in, one answer on each line out.

A process of its own and not one of ``multiprocessing``, which would run the caller's main
module a second time, and breaks scripts that have no guard against it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from chameleonapi.data._scene_chunks import Chunk, ChunkMaker
from chameleonapi.errors import ChameleonError, DataError

__all__ = ["SceneWorker", "answer_requests"]

# Isolated, and then with the caller's own path: a json.py that lies in the current folder of
# somebody who runs ``chameleon`` there is not ours to import.
_START: Final = (
    "import runpy, sys; sys.path[:] = sys.argv[1:]; "
    f"runpy.run_module({__name__!r}, run_name='__main__')"
)


class SceneWorker:
    """The caller's end. Use it as a context manager: on leaving it the process ends."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        side: int,
        focus: Mapping[str, float],
        repeats: float = 0.0,
        drawings: str = "",
    ) -> None:
        settings = {
            "folder": str(folder),
            "seed": seed,
            "side": side,
            "focus": dict(focus),
            "repeats": repeats,
            "drawings": drawings,
        }
        # a file and not a pipe, which would stop the process when nobody empties it
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by stop
        self._process = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-I", "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # an interrupt from the keyboard is for the caller alone
        )
        self._send(json.dumps(settings))

    def __enter__(self) -> SceneWorker:  # noqa: PYI034  typing.Self came with Python 3.11
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process; a chunk under way is not finished."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._complaints):
            if stream is not None:
                # what could not be written any more is of no interest
                with contextlib.suppress(OSError):
                    stream.close()

    def make(self, chunk: Chunk) -> None:
        """Have one chunk made.

        Raises:
            DataError: if it cannot be made, or the process has ended.
        """
        self._send(chunk.to_json())
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            status = self._process.wait()
            last = self._last_complaint()
            raise DataError(
                f"a process that made scenes ended with status {status}{last}.",
                hint="Run the command again: it goes on where it stopped.",
            )
        problem = json.loads(answer)["problem"]
        if problem:
            raise DataError(f"making scenes failed: {problem}")

    def _last_complaint(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").split("\n")
        said = [one.strip() for one in lines if one.strip()]
        return f": {said[-1][:200].rstrip('.')}" if said else ""

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        # if the process has ended, the answer that is missing says so
        with contextlib.suppress(OSError):
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()


def answer_requests(lines: Iterator[str]) -> Iterator[str]:
    """Make what the lines ask for: the first holds settings, each other one a chunk."""
    settings: dict[str, Any] = json.loads(next(lines))
    folder = Path(settings.pop("folder"))
    maker: ChunkMaker | None = None
    for line in lines:
        problem = ""
        try:
            maker = maker or ChunkMaker(**settings)
            maker.make(Chunk(**json.loads(line)), folder)
        except (ChameleonError, OSError) as error:
            problem = str(error)
        yield json.dumps({"problem": problem})


if __name__ == "__main__":
    for _answer in answer_requests(iter(sys.stdin)):
        print(_answer, flush=True)  # noqa: T201  the other end reads it
