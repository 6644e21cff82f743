"""What a replay has to say about one decision process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Disagreement", "ProcessReplay"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer on which the record and CPython differ.

    Attributes:
        answer: in the provider's form.
        outcome: what the record decides.
        expected: what the application does on other answers with this outcome.
        did: what it did on this one.
    """

    answer: Mapping[str, Any] = field(hash=False)
    outcome: str
    expected: tuple[str, ...]
    did: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProcessReplay:
    """The replay of one process.

    Attributes:
        process: its id.
        answers: how many answers the application was run on; 0 if none.
        agreed: on how many of them it did what the record says.
        reason: why there is no comparison; empty if there is one.
        disagreements: the first of them.
    """

    process: str
    answers: int = 0
    agreed: int = 0
    reason: str = ""
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def rate(self) -> float | None:
        """The share of answers on which both agree; None if nothing was compared."""
        return None if self.reason or not self.answers else self.agreed / self.answers

    def to_json(self) -> dict[str, Any]:
        """Return the form that ``chameleon analyze --replay --json`` prints."""
        return {
            "answers": self.answers,
            "agreed": self.agreed,
            "rate": self.rate,
            "reason": self.reason or None,
            "disagreements": [
                {
                    "answer": dict(one.answer),
                    "outcome": one.outcome,
                    "expected": list(one.expected),
                    "did": list(one.did),
                }
                for one in self.disagreements
            ],
        }
