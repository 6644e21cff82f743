"""What one run may use."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Budget"]


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one run; reaching one ends the run with a gap, never with an error.

    Attributes:
        steps: statements, iterations and calls.
        seconds: time of the processor, looked at every thousand steps.
        depth: nested calls of the application's functions.
        size: longest text or container, and most bits of an integer.
        total: characters and items made altogether.
        tests: branches on the answer.
        effects: effects kept.
        shows_values: whether effects say, besides, what the values of the answer were.
    """

    steps: int = 200_000
    seconds: float = 5.0
    depth: int = 120
    size: int = 1_000_000
    total: int = 20_000_000
    tests: int = 20_000
    effects: int = 20_000
    shows_values: bool = True
