"""The event loop of a server: uvloop's where it is installed, else that of the standard library."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["run"]

_T = TypeVar("_T")


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end in a loop of its own, as ``asyncio.run`` does."""
    try:
        import uvloop
    except ImportError:  # there is none for Windows and PyPy
        return asyncio.run(main)
    return uvloop.run(main)
