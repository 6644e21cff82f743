"""What a process that analyses untrusted source may use, enforced by the operating system."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Limits", "apply_limits", "end_with_parent", "forbid_everything_else"]

_MIB: Final = 1024 * 1024
_STACK_BYTES: Final = 64 * _MIB
_OPEN_FILES: Final = 64
# What an analysis never does: reach out, start something, change a file.
_FORBIDDEN: Final = (
    "ctypes.",
    "ftplib.",
    "http.",
    "os.chmod",
    "os.chown",
    "os.exec",
    "os.fork",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.symlink",
    "os.system",
    "os.truncate",
    "pty.",
    "shutil.",
    "smtplib.",
    "socket.",
    "subprocess.",
    "urllib.",
    "webbrowser.",
)
_PR_SET_PDEATHSIG: Final = 1
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one analysis in a process of its own.

    Attributes:
        memory_bytes: address space.
        cpu_seconds: time of the processor.
        wall_seconds: time on the clock; a process that sleeps ends by this one.
    """

    memory_bytes: int = 1024 * _MIB
    cpu_seconds: int = 150
    wall_seconds: float = 600.0


def apply_limits(limits: Limits) -> None:
    """Bind this process to its limits; there is no way back."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is what remains
        return

    def bind(kind: int, wanted: int, hard: int) -> None:
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            wanted, hard = min(wanted, most), min(hard, most)
        resource.setrlimit(kind, (wanted, hard))

    bind(resource.RLIMIT_STACK, _STACK_BYTES, _STACK_BYTES)
    bind(resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes)
    bind(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5)
    bind(resource.RLIMIT_CORE, 0, 0)
    bind(resource.RLIMIT_FSIZE, 0, 0)
    bind(resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES)


def end_with_parent(parent: int) -> bool:
    """Let this process end when its parent does (on Linux); return whether the parent lives."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return sys.platform == "win32" or os.getppid() == parent


def forbid_everything_else(readable: tuple[str, ...]) -> None:
    """Refuse, from now on, whatever an analysis has no need of.

    The analysis executes nothing of an application; this holds even if a defect of ours did.

    Args:
        readable: folders, with their real paths, below which files may be read.
    """
    roots = tuple(one.rstrip(os.sep) + os.sep for one in readable)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"an analysis may not do this: {event}")
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITES:
                raise PermissionError(f"an analysis may not write: {path!r}")
            if isinstance(path, (str, bytes)):
                real = os.path.realpath(os.fsdecode(path))
                if not real.startswith(roots):
                    raise PermissionError(f"an analysis may not read: {path!r}")

    sys.addaudithook(refuse)
