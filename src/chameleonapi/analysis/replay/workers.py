"""The process of a replay, seen from outside: how it starts, ends, and why it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import chameleonapi
from chameleonapi.analysis.confinement.limits import Limits

__all__ = ["end_worker", "start_worker", "why_it_ended"]

_MIB: Final = 1024 * 1024


def start_worker(folder: str) -> subprocess.Popen[bytes]:
    """Start the process of a replay, in an empty folder; it waits for a request."""
    source = str(Path(chameleonapi.__file__).absolute().parent.parent)
    return subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-I", "-S", "-B", "-c", _START.format(source=source)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        cwd=folder,
        start_new_session=True,
        close_fds=True,
    )


# Nothing is imported from the folder of the application by the interpreter itself.
_START: Final = """
import sys
sys.path.insert(0, {source!r})
from chameleonapi.analysis.replay.inside.main import main
del sys.path[0]
sys.exit(main())
"""


def end_worker(worker: subprocess.Popen[bytes]) -> None:
    """End the process of a replay, and whatever it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(worker.pid, signal.SIGKILL)


def why_it_ended(code: int, limits: Limits) -> str:
    """Return why a process ended with this code; empty if by itself."""
    if code == 0:
        return ""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"it needed more than {limits.cpu_seconds} seconds of the processor"
    if code in (77, -signal.SIGSEGV, -signal.SIGABRT):
        return (
            f"it needed more than {limits.memory_bytes // _MIB} MiB of memory, or too deep a stack"
        )
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return f"its process ended {how}"
