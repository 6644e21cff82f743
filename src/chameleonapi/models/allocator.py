"""Settings of the C library's memory allocator with which torch runs faster on a CPU.

glibc hands large blocks back to the system as soon as they are free, and torch asks for
them again for the next layer: half the time of a forward pass goes into page faults. The
settings are read when a process starts, so they belong in the environment of a new one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

__all__ = ["SETTINGS", "tuned_environment"]

SETTINGS: Final = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
}


def tuned_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a process that runs torch; what the user has set stays.

    Other systems than Linux do not know the settings, and get the environment as it is.
    """
    base = dict(os.environ if environment is None else environment)
    return {**SETTINGS, **base} if sys.platform.startswith("linux") else base
