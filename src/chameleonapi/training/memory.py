"""How much memory a piece of work takes at most."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, final

__all__ = ["PeakMemory"]

_STATUS: Final = Path("/proc/self/status")
_RESET: Final = Path("/proc/self/clear_refs")


@final
class PeakMemory:
    """The largest resident size of this process while the block runs.

    Where the system cannot forget an earlier peak (anything but Linux), an earlier one counts.

    Attributes:
        bytes: known when the block has ended; zero where the system does not say (Windows).
    """

    bytes: int = 0

    def __enter__(self) -> PeakMemory:
        with contextlib.suppress(OSError):
            _RESET.write_text("5")  # see proc(5): the peak starts again from now
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bytes = _peak()


def _peak() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows has no such module
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
