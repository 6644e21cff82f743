"""A filter of system calls (seccomp), where the system has it: Linux on x86-64 and ARM64."""

from __future__ import annotations

import contextlib
import platform
import struct
import sys
from typing import Final

__all__ = ["filter_system_calls"]

_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Numbers of system calls by name: (x86-64, ARM64); -1 where there is none.
_REFUSED: Final = {
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept4": (288, 242),
    "fork": (57, -1),
    "vfork": (58, -1),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "ptrace": (101, 117),
    "truncate": (76, 45),
    "rename": (82, -1),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, -1),
    "mkdirat": (258, 34),
    "rmdir": (84, -1),
    "creat": (85, -1),
    "link": (86, -1),
    "linkat": (265, 37),
    "unlink": (87, -1),
    "unlinkat": (263, 35),
    "symlink": (88, -1),
    "symlinkat": (266, 36),
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "process_vm_writev": (311, 271),
    "openat2": (437, 437),
    "clone3": (435, 435),
}
_OPEN: Final = {"open": (2, -1, 1), "openat": (257, 56, 2)}  # and which argument holds the flags
_CLONE: Final = (56, 220)
_WRITES: Final = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000
_CLONE_THREAD: Final = 0x10000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_OTHER_TABLE: Final = 0x40000000  # x86-64 has every call once more from here on (x32)
_ALLOW, _KILL, _REFUSE, _MISSING = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


def _program(machine: str) -> bytes:
    column = 0 if machine == "x86_64" else 1
    rows: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 1, _OTHER_TABLE),
        (_RETURN, 0, 0, _KILL),
    ]
    for name, numbers in _REFUSED.items():
        if numbers[column] >= 0:
            # without clone3 and openat2, the C library falls back to what is looked at below
            what = _MISSING if name in ("clone3", "openat2") else _REFUSE
            rows += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, what)]
    for first, second, argument in _OPEN.values():
        numbers = (first, second)
        if numbers[column] >= 0:
            rows += [
                (_EQUAL, 0, 4, numbers[column]),
                (_LOAD, 0, 0, 16 + 8 * argument),
                (_ANY_BIT, 0, 1, _WRITES),
                (_RETURN, 0, 0, _REFUSE),
                (_RETURN, 0, 0, _ALLOW),
            ]
    rows += [
        (_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, 16),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *row) for row in rows)


def filter_system_calls() -> bool:
    """Let the kernel refuse network, processes and changes of files; return whether it does."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _ARCHITECTURES or struct.calcsize("P") != 8:
        return False
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        rows = ctypes.create_string_buffer(_program(machine))
        program = ctypes.create_string_buffer(
            struct.pack("@HP", (len(rows) - 1) // 8, ctypes.addressof(rows))
        )
        call = ctypes.CDLL(None, use_errno=True).prctl
        if call(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
            return bool(call(_SET_SECCOMP, _FILTER, program, 0, 0) == 0)
    return False
