"""Run an unmodified application on pictures, once per model, and read what it prints."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chameleonapi.errors import ServingError

__all__ = ["LiveRun", "run_live"]

_TIMEOUT_SECONDS = 300
_SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class LiveRun:
    """What the application printed for each picture (without the picture's name)."""

    command: str
    outputs: Mapping[str, str]


def run_live(
    application: Path,
    pictures: Sequence[Path],
    *,
    ports: tuple[int, int],
    model: str,
) -> LiveRun:
    """Run ``python application picture ...`` through ``chameleon run`` in processes of their own.

    Args:
        application: prints one line ``PICTURE: what it does`` for each picture.
        pictures: arguments of the application.
        ports: HTTP and gRPC port of the server.
        model: name of the application's model; empty for the generic one.

    Raises:
        ServingError: if the application fails, or says nothing about some picture.
    """
    inner = [sys.executable, str(application), *map(str, pictures)]
    http, grpc = ports
    launcher = [sys.executable, "-m", "chameleonapi", "run", "--server", f"{http}:{grpc}"]
    command = [*launcher, *(["--app", model] if model else []), "--", *inner]
    try:
        done = subprocess.run(  # noqa: S603 - the application is the user's own
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ServingError(
            f"{application} did not end within {_TIMEOUT_SECONDS} seconds.",
            hint="Try it by hand with `chameleon run`.",
        ) from None
    if done.returncode != 0:
        said = "\n".join(done.stderr.strip().splitlines()[-_SHOWN_LINES:])
        raise ServingError(
            f"{application} ended with exit code {done.returncode}. It wrote:\n{said}",
            hint="Try it by hand with `chameleon run`.",
        )
    outputs: dict[str, str] = {}
    for line in done.stdout.splitlines():
        for picture in map(str, pictures):
            if line.startswith(picture + ":"):
                outputs[picture] = line[len(picture) + 1 :].strip()
    missing = [str(one) for one in pictures if str(one) not in outputs]
    if missing:
        raise ServingError(
            f"{application} said nothing about {len(missing)} of {len(pictures)} pictures, "
            f"{missing[0]} first.",
            hint="It must print one line 'PICTURE: what it does' for each.",
        )
    shown = ["chameleon", "run", *(["--app", model] if model else []), "--", "python"]
    return LiveRun(shlex.join([*shown, application.name, "PICTURE", "..."]), outputs)
