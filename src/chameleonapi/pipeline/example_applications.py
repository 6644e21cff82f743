"""The example applications, in a checkout and in an installed package alike."""

from __future__ import annotations

from pathlib import Path

import chameleonapi
from chameleonapi.errors import UsageError

__all__ = ["example_folder"]


def example_folder(name: str) -> Path:
    """Return a folder of example applications: ``apps``, ``photos`` or ``texts``.

    Raises:
        UsageError: if this installation does not hold it.
    """
    package = Path(chameleonapi.__file__).resolve().parent
    # A wheel holds them inside the package, a checkout beside `src`.
    for root in (package / "examples", package.parents[1] / "examples"):
        if (root / name).is_dir():
            return root / name
    raise UsageError(
        f"this installation holds no example applications {name!r}.", hint="Name one: --app."
    )
