"""Lists that are as long as there are inputs: filled in a loop over something that is not known.

A run goes through such a loop once and leaves one item; a loop over that list is no loop over one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, final

__all__ = ["ListsOfInputs"]


@final
class ListsOfInputs:
    """Those of one run, by identity: kept, so that identities stay their own."""

    def __init__(self) -> None:
        self._rounds: list[dict[int, Any]] = []  # what the round of each loop around us added to
        self._known: dict[int, Any] = {}

    def __contains__(self, value: Any) -> bool:
        """Tell whether a list holds as many items as there are inputs."""
        return id(value) in self._known

    @contextmanager
    def round(self) -> Iterator[None]:
        """Go once through a loop over inputs: what it adds to is a list of inputs after that."""
        self._rounds.append({})
        try:
            yield
        finally:
            self._known.update(self._rounds.pop())

    def added_to(self, value: Any) -> None:
        """Note that an item was added to a list."""
        if self._rounds:
            self._rounds[-1][id(value)] = value

    def add(self, value: Any) -> None:
        """Note that a list holds an item for each of many; other values are left alone."""
        if type(value) is list:
            self._known[id(value)] = value
