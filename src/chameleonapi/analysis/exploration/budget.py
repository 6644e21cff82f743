"""Limits of one analysis: it ends in time, whatever the application does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from chameleonapi.analysis.deadline import Deadline

__all__ = ["Budget", "Meter"]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work an analysis may do; times are of the processor, so that a busy machine is fair.

    Attributes:
        runs: runs of the application per call site and entry, verification not counted.
        seconds: time per call site and entry.
        total_seconds: time for the whole application.
        verification_answers: random answers on which record and application are compared.
        verification_seconds: time for that comparison; fewer answers are tried if it runs out.
        letters: distinguishable elements that are considered per collection.
        states: states of the automaton of one effect.
        contexts: ways through unknown branches that are tried to reach a decision.
        seed: of everything random.
    """

    runs: int = 20_000
    seconds: float = 12.0
    total_seconds: float = 30.0
    verification_answers: int = 5_000
    verification_seconds: float = 5.0
    letters: int = 300
    states: int = 40
    contexts: int = 16
    seed: int = 7


@final
class Meter:
    """Counts runs against a limit and a deadline."""

    def __init__(self, runs: int, seconds: float) -> None:
        self.left = runs
        self._runs = runs
        self._seconds = seconds
        self._deadline = Deadline(seconds)
        self._shares: dict[float, Deadline] = {}

    def grant(self, share: float) -> None:
        """Allow a share of the work once more, to conclude with what is known.

        Args:
            share: from 0 to 1.
        """
        self.left = max(self.left, 0) + int(self._runs * share)
        self._deadline = Deadline(max(self._deadline.seconds_left, 0.0) + self._seconds * share)

    def spend(self) -> None:
        """Count one run."""
        self.left -= 1

    @property
    def is_exhausted(self) -> bool:
        """Whether the work has to end now."""
        return self.left <= 0 or self._deadline.is_over

    def is_past(self, share: float) -> bool:
        """Return whether more than a share of the work is done, so that some is left to conclude.

        Args:
            share: from 0 to 1.
        """
        rest = 1.0 - share
        if share not in self._shares:
            left = self._deadline.seconds_left - self._seconds * rest
            self._shares[share] = Deadline(left)
        return self.left <= self._runs * rest or self._shares[share].is_over
