"""Questions to a program about answers of labels and scores, each asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, final

from chameleonapi.decision import DecisionProcess
from chameleonapi.decision.asked import Run, Shown, shown_answer

__all__ = ["Asker"]


@final
class Asker:
    """Asks about answers, about each once."""

    def __init__(
        self, record: DecisionProcess, run: Run, advance: Callable[[int, int], None]
    ) -> None:
        self._spec = record.spec
        self._most = record.max_results
        self._run = run
        self._advance = advance
        self._known: dict[Shown, str] = {}

    @property
    def questions(self) -> int:
        """How many different answers it was asked about."""
        return len(self._known)

    def ask(self, shown: Iterable[Shown]) -> list[str]:
        """Return what is done on each answer; only what fits into an answer is shown."""
        asked = [one[: self._most] for one in shown]
        new = [one for one in dict.fromkeys(asked) if one not in self._known]
        size = 500
        for first in range(0, len(new), size):
            some = new[first : first + size]
            told = self._run([shown_answer(self._spec, one) for one in some])
            self._known.update(zip(some, told, strict=True))
            self._advance(min(first + size, len(new)), len(new))
        return [self._known[one] for one in asked]

    def known(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield the answers that were asked about, and what is done on each."""
        for shown, told in self._known.items():
            yield shown_answer(self._spec, shown), told
