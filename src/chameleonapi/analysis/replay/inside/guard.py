"""What the process of a replay may not do: an audit hook, and a filter of system calls.

Both are installed before the first line of the application runs. The hook gives readable
reasons and guards what may be read; the filter holds in the kernel, whatever a program does to
the interpreter. Neither makes hostile code safe to run: see docs/analysis.md.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final

__all__ = ["forbid"]

_FORBIDDEN: Final = (
    "_thread.start_new_thread",
    "code.__new__",
    "ctypes.",
    "fcntl.",
    "ftplib.",
    "gc.get_",
    "http.",
    "imaplib.",
    "mmap.",
    "nntplib.",
    "os.add_dll",
    "os.chdir",
    "os.chflags",
    "os.chmod",
    "os.chown",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.link",
    "os.lockf",
    "os.mkdir",
    "os.posix_spawn",
    "os.putenv",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.setxattr",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.system",
    "os.truncate",
    "os.unsetenv",
    "os.utime",
    "poplib.",
    "pty.",
    "resource.",
    "shutil.",
    "signal.",
    "smtplib.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "sys.addaudithook",
    "sys.setprofile",
    "syslog.",
    "telnetlib.",
    "tempfile.",
    "urllib.",
    "webbrowser.",
    "winreg.",
)
_LISTED: Final = ("os.listdir", "os.scandir", "os.walk", "glob.glob")
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def forbid(readable: tuple[str, ...], refused: Callable[[str], None]) -> None:
    """Refuse, from now on and for good, whatever is no computation.

    Args:
        readable: folders, with their real paths, below which files may be read.
        refused: is told what was refused.
    """
    roots = tuple(one.rstrip(os.sep) + os.sep for one in readable)
    real_path, decode, to_bytes = os.path.realpath, os.fsdecode, (str, bytes)

    def is_outside(path: Any) -> bool:
        return isinstance(path, to_bytes) and not (real_path(decode(path)) + os.sep).startswith(
            roots
        )

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        problem = ""
        if event.startswith(_FORBIDDEN):
            problem = event
        elif event == "open":
            path, mode, flags = arguments
            is_written = isinstance(flags, int) and flags & _WRITES
            if is_written or (isinstance(mode, str) and set(mode) & set("wax+")):
                problem = "write to a file"
            elif is_outside(path):
                problem = f"read {decode(path)[:200]}"
        elif event in _LISTED and arguments and is_outside(arguments[0] or "."):
            problem = f"list {decode(arguments[0] or '.')[:200]}"
        if problem:
            refused(problem)
            raise PermissionError(f"a replay may not do this: {problem}")

    sys.addaudithook(refuse)
