"""Settings that a process which runs torch must have before it starts.

glibc hands large blocks back to the system as soon as they are free, and torch asks for them
again for the next layer: half the time of a forward pass goes into page faults. And threads of
OpenMP that wait for each other keep their cores busy: where other programs run as well, a
forward pass took twenty times as long. Both libraries read their settings once, when a process
starts, so they belong into the environment of a new one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["SETTINGS", "restart_tuned", "tuned_environment", "untuned_environment"]

SETTINGS: Final = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "OMP_WAIT_POLICY": "PASSIVE",
}
# Holds, across the restart, the names that were added.
_RESTARTED: Final = "CHAMELEON_RESTARTED"
_added: list[str] = []


def tuned_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a process that runs torch; what the user has set stays.

    Other systems than Linux do not know the settings, and get the environment as it is.
    """
    base = dict(os.environ if environment is None else environment)
    return {**SETTINGS, **base} if sys.platform.startswith("linux") else base


def untuned_environment() -> dict[str, str]:
    """Return the environment as it was before this process started again: for commands of users."""
    return {name: value for name, value in os.environ.items() if name not in _added}


def restart_tuned(arguments: Sequence[str]) -> None:
    """Start this command again with the settings, unless it has them; returns if it has.

    Args:
        arguments: of the ``chameleon`` command line.
    """
    restarted = os.environ.pop(_RESTARTED, None)
    if restarted is not None:
        _added[:] = restarted.split(",")
        return
    added = sorted(tuned_environment().keys() - os.environ.keys())
    if not added:
        return
    environment = {**tuned_environment(), _RESTARTED: ",".join(added)}
    command = [sys.executable, "-m", "chameleonapi", *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, command, environment)  # noqa: S606 - ourselves, same arguments
